import { useMutation, useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { Field } from '../../components/field.tsx'
import { ReportVerdictView } from '../../components/report-verdict-view.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../components/states.tsx'
import { explainReport, reportSampleQuery } from './explain.ts'
import './explain.css'

/** What a listener takes at most (device protocol §4.1), in characters: bytes are counted by the platform. */
const PAYLOAD_CHARACTERS_MAX = 262_144

interface ReportQuestionProps {
  readonly projectId: string
  readonly deviceId: string | undefined
  /** Chooses the device. */
  readonly device: ReactNode
}

/** What a device would report, and what would become of each value. Another device is another question: give a key. */
export function ReportQuestion({ projectId, deviceId, device }: ReportQuestionProps) {
  const { t } = useTranslation()
  const sample = useQuery({
    ...reportSampleQuery(projectId, deviceId ?? ''),
    enabled: deviceId !== undefined,
  })
  /** Undefined: the sample stands as it is. */
  const [written, setWritten] = useState<string>()
  const payload = written ?? sample.data?.payload ?? ''
  const answer = useMutation({
    mutationFn: (asked: { readonly deviceId: string; readonly payload: string }) =>
      explainReport(projectId, asked.deviceId, asked.payload),
  })

  return (
    <div className="columns explain">
      <form
        className="form panel"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (deviceId !== undefined) answer.mutate({ deviceId, payload })
        }}
      >
        {device}
        {sample.error && <ErrorState error={sample.error} retry={sample.refetch} />}
        {sample.isFetching && !sample.data ? (
          <LoadingRows rows={6} />
        ) : (
          <Field
            label={t('would.payload')}
            help={t('would.payloadHelp')}
            error={sentenceFor(answer.error, 'payload')}
          >
            {({ status, ...control }) => (
              <Input.TextArea
                {...control}
                status={status}
                className="code"
                autoComplete="off"
                spellCheck={false}
                rows={16}
                maxLength={PAYLOAD_CHARACTERS_MAX}
                value={payload}
                onChange={({ target }) => setWritten(target.value)}
              />
            )}
          </Field>
        )}
        <div className="wrapping">
          <Button
            type="primary"
            htmlType="submit"
            disabled={deviceId === undefined}
            loading={answer.isPending}
          >
            {t('would.judge')}
          </Button>
          {written !== undefined && sample.data && (
            <Button onClick={() => setWritten(undefined)}>{t('would.sampleAgain')}</Button>
          )}
        </div>
      </form>
      <div className="explain-answer" role="status">
        {answer.error ? (
          <ErrorState error={answer.error} />
        ) : answer.data ? (
          <ReportVerdictView verdict={answer.data} product={sample.data?.product} />
        ) : (
          <EmptyState text={t(deviceId === undefined ? 'would.emptyDevice' : 'would.emptyReport')} />
        )}
      </div>
    </div>
  )
}
