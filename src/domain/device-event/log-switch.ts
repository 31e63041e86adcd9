import { formatBasic, type Instant } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'

/** Whether a device shall report its log, and until when (device protocol §3.8.7). */
export interface LogSwitch {
  readonly isOn: boolean
  readonly endsAt: Instant
  readonly changedAt: Instant
  /** When the device was last told; absent: not yet. */
  readonly sentAt?: Instant
}

/** `paras` of `log_config`: the Java SDK needs both keys. */
export const logConfigParas = ({ isOn, endsAt }: LogSwitch): JsonObject => ({
  switch: isOn ? 'on' : 'off',
  end_time: formatBasic(endsAt),
})

/**
 * Must the device be told when it connects? Of a log that is on each time until it ends, since devices forget it when
 * they restart; of one that was switched off once.
 */
export function isLogSwitchDue({ isOn, endsAt, sentAt }: LogSwitch, now: Instant): boolean {
  return isOn ? now < endsAt : sentAt === undefined
}
