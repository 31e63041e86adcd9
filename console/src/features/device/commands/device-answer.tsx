import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../../api/api-error.ts'
import { CodeBlock } from '../../../components/code-block.tsx'
import { useLanguage } from '../../../components/language.ts'
import { EmptyState, ErrorState } from '../../../components/states.tsx'
import { StatusMark } from '../../../components/status-mark.tsx'
import { numberText } from '../../../lib/format.ts'
import type { DeviceReply } from './downlinks.ts'

/** Seconds that the platform waits for a device (device protocol §3.0.2). */
const WAIT_SECONDS = 20

/** A question to the device, as it stands: what TanStack Query says of its mutation. */
interface Asked {
  readonly isPending: boolean
  readonly error: Error | null
  readonly data: TimedReply | undefined
  /** Epoch milliseconds. */
  readonly submittedAt: number
}

export interface TimedReply {
  readonly reply: DeviceReply
  readonly millis: number
}

/** Asks, and says how long the answer took. */
export async function timed(asking: Promise<DeviceReply>): Promise<TimedReply> {
  const began = performance.now()
  const reply = await asking
  return { reply, millis: performance.now() - began }
}

/** Waiting, what the device answered, or why there is no answer; said aloud as it changes. */
export function DeviceAnswer({ of, empty }: { readonly of: Asked; readonly empty: string }) {
  return (
    <div className="stack" role="status">
      {of.isPending ? (
        <Waiting since={of.submittedAt} />
      ) : of.error ? (
        <ErrorState error={of.error} />
      ) : of.data ? (
        <Replied {...of.data} />
      ) : (
        <EmptyState text={empty} />
      )}
    </div>
  )
}

function Waiting({ since }: { readonly since: number }) {
  const { t } = useTranslation()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.min(WAIT_SECONDS, Math.max(0, (now - since) / 1000))
  return (
    <div className="lines">
      <span>{t('downlinks.waiting', { seconds: WAIT_SECONDS })}</span>
      <span className="wrapping" aria-hidden="true">
        <progress className="downlink-progress" max={WAIT_SECONDS} value={seconds} />
        <span className="soft small">{t('downlinks.seconds', { seconds: Math.floor(seconds) })}</span>
      </span>
    </div>
  )
}

function Replied({ reply, millis }: TimedReply) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { response, error_code: code, error_msg: message } = reply
  if (code !== undefined)
    return (
      <ErrorState
        error={
          new ApiError(typeof message === 'string' ? message : JSON.stringify(message), { status: 200, code })
        }
      />
    )
  const result = resultCode(response)
  const seconds = numberText(Math.max(0.01, Math.round(millis / 10) / 100), language)
  return (
    <>
      <StatusMark mark={result === undefined ? 'passed' : 'refused'}>
        {result === undefined
          ? t('downlinks.answered', { seconds })
          : t('downlinks.answeredFailure', { seconds, code: result })}
      </StatusMark>
      <CodeBlock text={answerText(response)} what={t('downlinks.answer')} />
    </>
  )
}

/** What says that the device did not do it: a `result_code` other than 0 (device protocol §3.5); undefined: it did. */
function resultCode(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !('result_code' in response)) return undefined
  const { result_code: code } = response
  return code === null || code === 0 ? undefined : JSON.stringify(code)
}

export const answerText = (answer: unknown): string =>
  typeof answer === 'string' ? answer : JSON.stringify(answer, undefined, 2)
