import { hash } from 'node:crypto'
import type { Fingerprint } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import { reason } from '../codec/mqtt/reason-codes.ts'
import { answerOf } from '../domain/verdict/answers.ts'
import type { ConnectionCode } from '../domain/verdict/connection-codes.ts'
import type { ConnectionSubject, ConnectionVerdict } from '../domain/verdict/verdict.ts'
import type { SessionError } from '../session/session.ts'
import type { EndCause } from './end-cause.ts'

/*
 * Verdicts on connections that ended before anybody could judge who they are: the device's owner must be able to
 * read why, here too (design §3.2).
 */

type Params = ConnectionVerdict['params']

export interface Unjudged {
  readonly code: ConnectionCode
  readonly params: Params
  /** What a 5.0 client was told, where the code alone does not say. */
  readonly mqtt5?: number
}

/** A refusal that rests on one step alone. */
export function refusal(
  { code, params, mqtt5 }: Unjudged,
  step: 'tls' | 'connect',
  subject: ConnectionSubject,
  at: Instant,
  /** Since the socket opened. */
  millis: number,
): ConnectionVerdict {
  const answer = answerOf(code)
  return {
    kind: 'connection',
    outcome: 'refused',
    code,
    params,
    steps: [{ name: step, outcome: 'failed', code, params, seen: { ...params } }],
    answer: mqtt5 === undefined ? answer : { ...answer, mqtt5 },
    subject,
    at,
    durationMicros: Math.round(millis * 1000),
  }
}

/** What had been seen of a connection when it ended. */
export interface SeenBeforeEnd {
  readonly phase: 'awaiting-connect' | 'authenticating'
  readonly isTls: boolean
  /** Undefined: not a byte came. */
  readonly firstByte: number | undefined
}

/** Why a connection ended that was never let in; undefined when there is nothing to tell (a port that was only opened). */
export function explainEnd(
  cause: EndCause,
  error: SessionError | undefined,
  seen: SeenBeforeEnd,
  limits: Pick<Limits, 'connectMillisMax'>,
): Unjudged | undefined {
  switch (cause) {
    case 'connect-timeout':
      return { code: 'connect-timeout', params: { seconds: limits.connectMillisMax / 1000 } }
    case 'authentication-timeout':
      return { code: 'server-unavailable', params: {} }
    case 'protocol-error':
    case 'packet-before-connect':
      return explainError(error, seen)
    case 'connection-lost':
      return explainLoss(seen)
    default:
      return seen.phase === 'authenticating' ? { code: 'cut-while-connecting', params: { cause } } : undefined
  }
}

function explainError(error: SessionError | undefined, { firstByte = 0x10, isTls }: SeenBeforeEnd): Unjudged {
  const detail = error?.detail ?? ''
  const mqtt5 = error?.connack?.level === 5 ? { mqtt5: error.connack.code } : {}
  if (firstByte === 0x16 && !isTls) return { code: 'tls-unexpected', params: {} }
  if (firstByte !== 0x10 && isOtherPacket(firstByte))
    return { code: 'packet-before-connect', params: { detail } }
  if (error?.unservedLevel !== undefined)
    return { code: 'protocol-version-unsupported', params: { level: error.unservedLevel } }
  if (error?.packetBytesMax !== undefined)
    return { code: 'maximum-packet-size-too-small', params: { bytes: error.packetBytesMax } }
  if (error?.code === reason.packetTooLarge) return { code: 'packet-too-large', params: { detail }, ...mqtt5 }
  if (error?.code === reason.badAuthenticationMethod)
    return { code: 'authentication-method-unsupported', params: {} }
  return { code: 'connect-malformed', params: { detail: detail.replace(/\.$/, '') }, ...mqtt5 }
}

/** 0x20 to 0xff are first bytes of MQTT packets, but capital letters are more likely HTTP or the like. */
const isOtherPacket = (byte: number) => byte >= 0x20 && !(byte >= 0x41 && byte <= 0x5a)

function explainLoss({ phase, isTls, firstByte }: SeenBeforeEnd): Unjudged | undefined {
  if (phase === 'authenticating')
    return { code: 'cut-while-connecting', params: { cause: 'closed-by-device' } }
  if (firstByte !== undefined)
    return { code: 'connect-malformed', params: { detail: 'the connection ended within the packet' } }
  return isTls ? { code: 'tls-client-left', params: { when: 'after the TLS handshake' } } : undefined
}

/** SHA-256 of a certificate's DER. */
export const fingerprintOf = (der: Uint8Array): Fingerprint => hash('sha256', der) as Fingerprint
