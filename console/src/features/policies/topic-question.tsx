import { useMutation } from '@tanstack/react-query'
import { Button, Radio } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { Panel } from '../../components/panel.tsx'
import { ErrorState } from '../../components/states.tsx'
import { TextField } from '../../components/text-field.tsx'
import { explainTopic, type TopicAnswer, type TopicQuestion as Question } from './policies.ts'
import './policies.css'

interface TopicQuestionProps {
  readonly projectId: string
  readonly deviceId: string | undefined
  /** Chooses the device. */
  readonly device: ReactNode
}

/** May this device use this topic? Answered as a listener would, with the statement that decides. */
export function TopicQuestion({ projectId, deviceId, device }: TopicQuestionProps) {
  const { t } = useTranslation()
  const [action, setAction] = useState<Question['action']>('publish')
  const [topic, setTopic] = useState('')
  const answer = useMutation({ mutationFn: (asked: Question) => explainTopic(projectId, asked) })
  const isReady = deviceId !== undefined && topic !== ''
  return (
    <Panel title={t('policies.question')} text={t('policies.questionText')}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) answer.mutate({ deviceId, action, topic })
        }}
      >
        {device}
        <Radio.Group
          aria-label={t('policies.wants')}
          value={action}
          onChange={({ target }) => setAction(target.value as Question['action'])}
          options={[
            { value: 'publish', label: t('policies.publish') },
            { value: 'subscribe', label: t('policies.subscribe') },
          ]}
        />
        <TextField
          label={t('policies.topic')}
          help={t('policies.topicHelp')}
          error={sentenceFor(answer.error, 'topic')}
          code
          maxLength={1024}
          value={topic}
          onChange={setTopic}
        />
        <div>
          <Button type="primary" htmlType="submit" disabled={!isReady} loading={answer.isPending}>
            {t('policies.ask')}
          </Button>
        </div>
        <div role="status">
          {answer.error && sentenceFor(answer.error, 'topic') === undefined && (
            <ErrorState error={answer.error} />
          )}
          {answer.data && <Answered answer={answer.data} />}
        </div>
      </form>
    </Panel>
  )
}

function Answered({ answer: { outcome, sentence, remedy } }: { readonly answer: TopicAnswer }) {
  const { t } = useTranslation()
  const isAllowed = outcome === 'accepted'
  return (
    <>
      <p className="break">
        <strong className={isAllowed ? undefined : 'policy-deny'}>
          {t(isAllowed ? 'policies.allowed' : 'policies.refused')}
        </strong>{' '}
        {sentence}
      </p>
      {remedy !== '' && <p className="soft break">{remedy}</p>}
    </>
  )
}
