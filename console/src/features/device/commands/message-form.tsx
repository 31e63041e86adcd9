import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input, InputNumber, Radio, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../../api/api-error.ts'
import { Field } from '../../../components/field.tsx'
import { Folded } from '../../../components/folded.tsx'
import { notify } from '../../../components/notices.tsx'
import { ErrorState } from '../../../components/states.tsx'
import { TextField } from '../../../components/text-field.tsx'
import type { Place } from '../device.ts'
import { messagesKey, sendMessage } from './downlinks.ts'
import { focusFault } from './focus-fault.ts'
import { type MessageDraft, messageOf, type MessageTopic, newMessage } from './message-draft.ts'

const contents = ['text', 'json', 'base64'] as const
const formats = ['standard', 'raw'] as const
const topics = ['system', 'user', 'full'] as const

/** Minutes that a message is kept at most, and in what steps (northbound §4.6). */
const KEPT_MINUTES_MAX = 1440
const KEPT_MINUTES_STEP = 5

/** Text or JSON for the device, which is kept for it while it is away. */
export function MessageForm({ place }: { readonly place: Place }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [draft, setDraft] = useState(newMessage)
  const [tried, setTried] = useState(false)
  const set = (part: Partial<MessageDraft>): void => setDraft({ ...draft, ...part })
  const { content, text, format, topic, topicText, name, minutes } = draft
  const read = messageOf(draft)
  const send = useMutation({
    mutationFn: (message: Parameters<typeof sendMessage>[1]) => sendMessage(place, message),
    onSuccess: ({ result }) => notify(t(`downlinks.messageNow.${result.status}`)),
    onSettled: () => client.invalidateQueries({ queryKey: messagesKey(place) }),
  })
  const refused = {
    message: sentenceFor(send.error, 'message'),
    topic: sentenceFor(send.error, topic === 'full' ? 'topic_full_name' : 'topic'),
    name: sentenceFor(send.error, 'name'),
    ttl: sentenceFor(send.error, 'ttl'),
  }
  const faultOf = (field: 'text' | 'topic'): string | undefined =>
    tried && read.kind === 'fault' && read.field === field ? t(`downlinks.faults.${read.fault}`) : undefined

  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        focusFault(event.currentTarget)
        if (!send.isPending && read.kind === 'message') send.mutate(read.message)
      }}
    >
      <Field label={t('downlinks.content')} error={faultOf('text') ?? refused.message}>
        {(control) => (
          <Input.TextArea
            {...control}
            className="code"
            autoComplete="off"
            spellCheck={false}
            rows={6}
            value={text}
            onChange={({ target }) => set({ text: target.value })}
          />
        )}
      </Field>
      <Field label={t('downlinks.contentType')}>
        {({ id }) => (
          <Radio.Group
            id={id}
            className="downlink-choices"
            aria-label={t('downlinks.contentType')}
            value={content}
            onChange={({ target }) => set({ content: target.value as MessageDraft['content'] })}
            options={contents.map((value) => ({ value, label: t(`downlinks.contents.${value}`) }))}
          />
        )}
      </Field>
      {content !== 'base64' && (
        <Field label={t('downlinks.format')} help={t(`downlinks.formatHelp.${format}`)}>
          {({ id, 'aria-describedby': describedBy }) => (
            <Radio.Group
              id={id}
              className="downlink-choices"
              aria-label={t('downlinks.format')}
              aria-describedby={describedBy}
              value={format}
              onChange={({ target }) => set({ format: target.value as MessageDraft['format'] })}
              options={formats.map((value) => ({ value, label: t(`downlinks.formats.${value}`) }))}
            />
          )}
        </Field>
      )}
      <Field label={t('tail.topic')} help={t(`downlinks.topicHelp.${topic}`)}>
        {(control) => (
          <Select<MessageTopic>
            {...control}
            value={topic}
            options={topics.map((value) => ({ value, label: t(`downlinks.topics.${value}`) }))}
            onChange={(value) => set({ topic: value })}
          />
        )}
      </Field>
      {topic !== 'system' && (
        <TextField
          label={t(topic === 'user' ? 'downlinks.topicSuffix' : 'downlinks.topicFull')}
          error={faultOf('topic') ?? refused.topic}
          code
          placeholder={topic === 'user' ? 'display' : '/v1/display'}
          value={topicText}
          onChange={(topicText) => set({ topicText })}
        />
      )}
      <Folded forced={refused.name !== undefined || refused.ttl !== undefined}>
        <TextField
          label={t('common.name')}
          help={t('downlinks.messageNameHelp')}
          error={refused.name}
          maxLength={128}
          value={name}
          onChange={(name) => set({ name })}
        />
        <Field label={t('downlinks.kept')} help={t('downlinks.keptHelp')} error={refused.ttl}>
          {(control) => (
            <InputNumber
              {...control}
              min={0}
              max={KEPT_MINUTES_MAX}
              step={KEPT_MINUTES_STEP}
              precision={0}
              suffix={t('downlinks.minutes')}
              value={minutes}
              onChange={(value) => set({ minutes: value })}
            />
          )}
        </Field>
      </Folded>
      {send.error && Object.values(refused).every((sentence) => sentence === undefined) && (
        <ErrorState error={send.error} />
      )}
      <div>
        <Button type="primary" htmlType="submit" loading={send.isPending}>
          {t('downlinks.send')}
        </Button>
      </div>
    </form>
  )
}
