import type { ProtocolLevel } from './packets.ts'
import { reason } from './reason-codes.ts'

/**
 * What is wrong with a peer's bytes: the decoder's answer instead of a packet. It is the last answer: the
 * connection must be closed (MQTT 5.0 §4.13.1, safety R14). `detail` never repeats what the peer sent, save
 * numbers: it may hold a password.
 */
export interface ProtocolError {
  readonly type: 'protocol-error'
  /** MQTT 5 reason code for CONNACK or DISCONNECT (MQTT 5.0 §2.4). */
  readonly code: number
  /** The rule that was broken: `[MQTT-3.1.0-1]`, `MQTT 5.0 §3.1.2.11.4`, `safety R10`. */
  readonly clause: string
  /** One sentence in plain words. */
  readonly detail: string
  /**
   * Present when a CONNECT is at fault and may be answered before the connection closes: the level whose
   * CONNACK the peer can read, and the code to put there. Absent: close without a word.
   */
  readonly connack?: { readonly level: ProtocolLevel; readonly code: number }
  /** The protocol level of a CONNECT that names MQTT and a version we do not serve. */
  readonly unservedLevel?: number
}

/** Carries a {@link ProtocolError} from where it is noticed to the decoder, which catches it. Never leaves this folder. */
export class ProtocolFault extends Error {
  readonly error: ProtocolError

  constructor(error: ProtocolError) {
    super(error.detail)
    this.error = error
  }
}

/** A rule as each version of the standard numbers it; 3.1 has no numbers, so level 3 cites 3.1.1. */
export interface Clause {
  readonly v3: string
  readonly v5: string
}

/** MQTT 5.0 §1.2: it could not be parsed by the rules of the standard. */
export function malformed(level: ProtocolLevel, clause: Clause, detail: string): ProtocolFault {
  return fault(level, reason.malformedPacket, clause, detail)
}

/** MQTT 5.0 §1.2: parsed, but it says what is not allowed. */
export function protocolError(level: ProtocolLevel, clause: Clause, detail: string): ProtocolFault {
  return fault(level, reason.protocolError, clause, detail)
}

export function fault(level: ProtocolLevel, code: number, clause: Clause, detail: string): ProtocolFault {
  return new ProtocolFault({
    type: 'protocol-error',
    code,
    clause: level === 5 ? clause.v5 : clause.v3,
    detail,
  })
}
