import { STATUS_CODES } from 'node:http'
import { type Language, refusalRule, refusalSentence } from '../base/refusal-sentence.ts'
import type { Refusal } from '../base/refusal.ts'
import { internalFault, refusalStatus } from './refusal-status.ts'

/** What goes back: `body` is absent exactly with 204. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Which call is answered, and in which language. */
export interface Asked {
  readonly path: string
  readonly requestId: string
  readonly language: Language
}

/** The form of an error depends on whose operation was called (contracts §1, northbound §2.3). */
export function refusalAnswer(refusal: Refusal, { path, requestId, language }: Asked): Answer {
  const { status, code } = refusalStatus[refusal.refusal]
  const { seconds, field } = refusal.params
  const rule = refusalRule(refusal, language)
  const headers = seconds === undefined ? {} : { headers: { 'retry-after': String(seconds) } }
  const message = refusalSentence(refusal, language)
  if (!isOurs(path)) return { status, ...headers, body: referenceBody(path, { status, code, message }) }
  return {
    status,
    ...headers,
    body: {
      error_code: `QS.${refusal.refusal}`,
      error_msg: message,
      ...(field !== undefined && { field }),
      ...(rule !== undefined && { rule }),
      request_id: requestId,
    },
  }
}

/** A fault of ours: nothing of its cause goes outward (safety S12). */
export function faultAnswer({ path, requestId, language }: Asked): Answer {
  const { status, code } = internalFault
  const message =
    language === 'zh'
      ? `平台未能处理该请求。平台日志中请求 ID ${requestId} 之下有详细信息。`
      : `The platform failed to answer. Its log says more under request id ${requestId}.`
  return {
    status,
    body: isOurs(path)
      ? { error_code: 'QS.internal-fault', error_msg: message, request_id: requestId }
      : referenceBody(path, { status, code, message }),
  }
}

const isOurs = (path: string): boolean => path.startsWith('/quayside/')

function referenceBody(
  path: string,
  { status, code, message }: { status: number; code: string; message: string },
): object {
  const body = { error_code: code, error_msg: message }
  // IAM's own clients look for `error`; ours and the SDKs for the two members beside it.
  return path.startsWith('/v3/')
    ? { error: { code: status, message, title: STATUS_CODES[status] ?? '' }, ...body }
    : body
}
