import { Buffer, isUtf8 } from 'node:buffer'
import type { Instant } from '../base/instant.ts'
import type { JsonValue } from '../base/json.ts'
import { Refusal } from '../base/refusal.ts'
import { parseJson } from '../codec/payload/json.ts'
import type { Addressee } from '../domain/downlink/command.ts'
import { deliveryCode } from '../domain/downlink/message.ts'
import type { DownlinkEntry } from '../domain/entry/entry.ts'
import type { NoticeCode } from '../domain/verdict/notice-codes.ts'
import type { DownlinkDeps } from './deps.ts'
import { payloadFields, record, trace, type Traced } from './trace.ts'
import { TooManyWaiting } from './waiting.ts'

/** Something a device is asked while the application waits (device protocol §3.5, §3.6, §3.8.0). */
export interface Question {
  readonly type: 'command' | 'property-set' | 'property-get'
  readonly device: Traced & Addressee
  readonly requestId: string
  readonly topic: string
  readonly payload: Uint8Array
}

export type Asked =
  | {
      readonly kind: 'answered'
      /** As JSON; text where it is none, base64 where it is no text; `{}` when it was empty. */
      readonly answer: JsonValue
      readonly topic: string
      readonly payload: Uint8Array
      readonly receivedAt: Instant
    }
  | { readonly kind: 'timeout' }
  /** Nothing was sent. */
  | { readonly kind: 'unsent'; readonly code: NoticeCode }
  /** So many calls wait for devices that no more can. */
  | { readonly kind: 'crowded' }

/**
 * Sends a question, once, and waits for its answer for `limits.answerMillisMax`. A connection that ends meanwhile is
 * waited for, since the device may have got it, and may answer over the next one. Refuses `store-unavailable` before
 * anything is sent, when the question cannot be written to the log.
 */
export async function ask(deps: DownlinkDeps, question: Question): Promise<Asked> {
  const { device, requestId, topic, payload } = question
  const unsent = new AbortController()
  const waits = deps.downlinks.answers.wait(
    device.carrierId,
    requestId,
    deps.limits.answerMillisMax,
    unsent.signal,
  )
  let refused: unknown
  waits.catch((fault: unknown) => (refused = fault))
  try {
    await record(deps, device, step(question, 'pending', { topic, ...payloadFields(payload) }))
    await noteLarge(deps, question)
  } catch (cause) {
    unsent.abort()
    deps.logger.error({ err: cause, deviceId: device.deviceId }, 'a question to a device could not be logged')
    throw new Refusal('store-unavailable')
  }
  if (refused instanceof TooManyWaiting) return { kind: 'crowded' }
  const sending = deps.downlinks
    .send({ deviceId: device.carrierId, topic, payload, reach: 'implicit', isRetried: false })
    .then((delivery) => {
      if (delivery === 'written') trace(deps, device, step(question, 'sent'))
      else if (delivery === 'acknowledged') trace(deps, device, step(question, 'delivered'))
      else if (delivery !== 'connection-lost' && delivery !== 'unacknowledged') return deliveryCode(delivery)
      return undefined
    })
  // The answer may overtake the PUBACK.
  const first = await Promise.race([waits, sending])
  const code = typeof first === 'string' && first !== 'timeout' && first !== 'aborted' ? first : undefined
  if (code !== undefined) {
    unsent.abort()
    trace(deps, device, step(question, 'failed', { code }))
    return { kind: 'unsent', code }
  }
  const answer = await waits
  if (typeof answer === 'string') {
    trace(deps, device, step(question, 'timeout', { code: 'answer-missing' }))
    return { kind: 'timeout' }
  }
  const value = readAnswer(answer.payload, deps.limits.jsonDepthMax)
  trace(deps, device, step(question, 'answered', { detail: { answer: value } }))
  const { receivedAt } = answer
  return { kind: 'answered', answer: value, topic: answer.topic, payload: answer.payload, receivedAt }
}

/** Device protocol §7 no. 8: the reference has two bounds for a property set; between them it is sent, and said so. */
async function noteLarge({ append, clock, limits }: DownlinkDeps, question: Question): Promise<void> {
  const { type, device, topic, payload } = question
  const limit = limits.propertySetBytesAdvised
  if (type !== 'property-set' || payload.byteLength <= limit) return
  const { projectId, deviceId } = device
  const body = { code: 'property-set-large', params: { bytes: payload.byteLength, limit }, topic } as const
  await append([{ kind: 'notice', at: clock.now(), projectId, deviceId, body }])
}

const step = (
  { type, requestId }: Question,
  state: DownlinkEntry['state'],
  more: Partial<DownlinkEntry> = {},
): DownlinkEntry => ({ type, id: requestId, state, ...more })

/** What a device answered, whatever that is: applications are given it as it came. */
export function readAnswer(payload: Uint8Array, depthMax: number): JsonValue {
  if (payload.byteLength === 0) return {}
  const parsed = parseJson(payload, depthMax)
  if (parsed.kind === 'parsed') return parsed.value
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'base64')
}
