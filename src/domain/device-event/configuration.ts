import type { RowKey } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import type { EventFault } from './device-event.ts'
import { optionalText, readParas, requiredWhole } from './paras.ts'

/**
 * A configuration on its way to a device (device protocol §3.8.8). One task of a device is open at a time: the answer
 * names none, so a newer one takes the place of the older.
 *
 * | state      | means                                                       |
 * | ---------- | ----------------------------------------------------------- |
 * | pending    | open: not sent yet, or sent and not answered                |
 * | succeeded  | the device answered result code 0                           |
 * | failed     | it answered another one                                     |
 * | timeout    | its time is over without an answer                          |
 * | superseded | a newer task took its place                                 |
 * | cancelled  | somebody took it back                                       |
 */
export interface ConfigTask {
  readonly key: RowKey
  readonly state: 'pending' | 'succeeded' | 'failed' | 'timeout' | 'superseded' | 'cancelled'
  readonly content: JsonObject
  readonly createdAt: Instant
  readonly expiresAt: Instant
  /** How often it was sent, and when last. */
  readonly attempts: number
  readonly sentAt?: Instant
  readonly endedAt?: Instant
  readonly resultCode?: number
  readonly description?: string
}

export interface ConfigAnswer {
  readonly resultCode: number
  readonly description?: string
}

/** `config_update_response`; a long description is cut. */
export function readConfigAnswer(paras: JsonObject): ConfigAnswer | EventFault {
  return readParas(() => {
    const description = optionalText(paras, 'description', Number.POSITIVE_INFINITY)
    return {
      resultCode: requiredWhole(paras, 'result_code'),
      ...(description !== undefined && {
        description: description.slice(0, limits.eventTextLengthMax).toWellFormed(),
      }),
    }
  })
}
