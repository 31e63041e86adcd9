import type { ConnectionCode } from '../verdict/connection-codes.ts'
import { answerOf } from '../verdict/answers.ts'

/** `result_code` of the answers to a bridge (device protocol §3.10); 0: done. */
export type BridgeResult = 0 | 1 | 2 | 3

export const bridgeResults = { done: 0, wrongCredentials: 1, unknownDevice: 2, otherFailure: 3 } as const

/** What a bridge is told of a device that was not let in, for this reason. */
export function loginResult(code: ConnectionCode): BridgeResult {
  if (code === 'device-unknown') return bridgeResults.unknownDevice
  // A child cannot log in at all, whatever its credentials.
  if (code === 'device-is-child') return bridgeResults.otherFailure
  return answerOf(code).mqtt === BAD_CREDENTIALS ? bridgeResults.wrongCredentials : bridgeResults.otherFailure
}

/** CONNACK of MQTT 3.x (device protocol §2.8). */
const BAD_CREDENTIALS = 4
