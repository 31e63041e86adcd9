import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, InputNumber } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { Facts } from '../../components/facts.tsx'
import { Field } from '../../components/field.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { useLanguage } from '../../components/language.ts'
import { notify } from '../../components/notices.tsx'
import { Panel } from '../../components/panel.tsx'
import { Answer } from '../../components/states.tsx'
import { Time, useNow } from '../../components/time.tsx'
import { bytesText, numberText } from '../../lib/format.ts'
import { dayOf } from '../../lib/time.ts'
import {
  bounds,
  changeOf,
  formOf,
  type Loss,
  lossOf,
  type Retention,
  type RetentionChange,
  type RetentionForm,
  retentionKey,
  retentionQuery,
  updateRetention,
} from './retention.ts'
import './storage.css'

/** What history and log take, how far back they reach, and how much of them is kept. */
export function StoragePanel({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const retention = useQuery(retentionQuery(projectId))
  return (
    <Panel title={t('platform.storage.title')} text={t('platform.storage.text')}>
      <Answer of={retention}>
        {(kept) => (
          // What someone else saved meanwhile is what the form starts from.
          <StorageForm key={JSON.stringify(formOf(kept))} projectId={projectId} retention={kept} />
        )}
      </Answer>
    </Panel>
  )
}

interface StorageFormProps {
  readonly projectId: string
  readonly retention: Retention
}

function StorageForm({ projectId, retention }: StorageFormProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const client = useQueryClient()
  const [form, setForm] = useState(formOf(retention))
  const [asking, setAsking] = useState(false)
  const now = useNow()
  const save = useMutation({
    mutationFn: (change: RetentionChange) => updateRetention(projectId, change),
    onSuccess(saved) {
      setAsking(false)
      client.setQueryData(retentionKey(projectId), saved)
      notify(t('platform.storage.saved'))
    },
  })
  const change = changeOf(retention, form)
  const isWhole = form.historyDays !== null && form.logDays !== null
  const field = (name: keyof RetentionForm, told: keyof RetentionChange) => {
    const isDays = name === 'historyDays' || name === 'logDays'
    const min = name === 'historyGigabytes' ? bounds.historyGigabytesMin : bounds.logGigabytesMin
    const missing = isDays && form[name] === null ? t('platform.storage.needDays') : undefined
    return (
      <Field
        label={t(`platform.storage.${name}`)}
        help={t(isDays ? 'platform.storage.daysHelp' : 'platform.storage.gigabytesHelp', {
          min: numberText(isDays ? 1 : min, language),
          max: numberText(bounds.daysMax, language),
        })}
        error={missing ?? sentenceFor(save.error, told)}
      >
        {({ id, status, 'aria-describedby': describedBy }) => (
          <InputNumber
            id={id}
            status={status}
            aria-describedby={describedBy}
            className="storage-number"
            min={isDays ? 1 : min}
            {...(isDays && { max: bounds.daysMax })}
            precision={isDays ? 0 : 2}
            suffix={t(isDays ? 'platform.storage.days' : 'platform.storage.gigabytes')}
            value={form[name]}
            onChange={(value) => setForm({ ...form, [name]: value })}
          />
        )}
      </Field>
    )
  }
  return (
    <>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (isWhole && Object.keys(change).length > 0) setAsking(true)
        }}
      >
        <div className="halves">
          <Part name="history" usage={retention.usage.history}>
            {field('historyDays', 'history_days')}
            {field('historyGigabytes', 'history_bytes_max')}
          </Part>
          <Part name="log" usage={retention.usage.log}>
            {field('logDays', 'log_days')}
            {field('logGigabytes', 'log_bytes_max')}
          </Part>
        </div>
        <div>
          <Button type="primary" htmlType="submit" disabled={!isWhole || Object.keys(change).length === 0}>
            {t('common.save')}
          </Button>
        </div>
      </form>
      {asking && (
        <Confirm
          loss={lossOf(retention, change, now)}
          busy={save.isPending}
          error={save.error}
          onSubmit={() => save.mutate(change)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}

interface PartProps {
  readonly name: 'history' | 'log'
  readonly usage: Retention['usage']['log'] & Partial<Retention['usage']['history']>
  readonly children: ReactNode
}

/** What one of the two takes, and the fields that bound it. */
function Part({ name, usage, children }: PartProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  return (
    <section className="form" aria-label={t(`platform.storage.${name}`)}>
      <h3>{t(`platform.storage.${name}`)}</h3>
      <p className="soft">{t(`platform.storage.${name}Text`)}</p>
      <Facts
        facts={[
          [t('platform.storage.takes'), bytesText(usage.bytes, language)],
          ...(usage.points === undefined
            ? []
            : [[t('platform.storage.values'), numberText(usage.points, language)] as const]),
          [
            t('platform.storage.reaches'),
            <Reaches key="reaches" to={usage.oldest_at} held={(usage.points ?? 0) > 0} />,
          ],
        ]}
      />
      {children}
    </section>
  )
}

/** `held`: there is something, which no file has yet. */
function Reaches({ to, held }: { readonly to: string | null; readonly held: boolean }) {
  const { t } = useTranslation()
  return to === null ? (
    <span className="soft">{t(held ? 'platform.storage.held' : 'platform.storage.nothing')}</span>
  ) : (
    <Time at={to} as="day" />
  )
}

interface ConfirmProps {
  readonly loss: Loss
  readonly busy: boolean
  readonly error: Error | null
  readonly onSubmit: () => void
  readonly onClose: () => void
}

/** Says what will be deleted before anything is. */
function Confirm({ loss, ...dialog }: ConfirmProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const sentences = [
    loss.historyBefore !== undefined &&
      t('platform.storage.historyBefore', { day: dayOf(loss.historyBefore, language, 'UTC') }),
    loss.historyDownTo !== undefined &&
      t('platform.storage.historyDownTo', { size: bytesText(loss.historyDownTo, language) }),
    loss.logBefore !== undefined && t('platform.storage.logBefore', { day: dayOf(loss.logBefore, language) }),
    loss.logDownTo !== undefined &&
      t('platform.storage.logDownTo', { size: bytesText(loss.logDownTo, language) }),
  ].filter((sentence) => sentence !== false)
  const isLoss = sentences.length > 0
  return (
    <FormDialog
      {...dialog}
      title={t('platform.storage.confirm')}
      text={t(isLoss ? 'platform.storage.lossText' : 'platform.storage.noLossText')}
      submitText={t(isLoss ? 'platform.storage.saveAndDelete' : 'common.save')}
      danger={isLoss}
    >
      {isLoss && (
        <ul className="plain-list">
          {sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
    </FormDialog>
  )
}
