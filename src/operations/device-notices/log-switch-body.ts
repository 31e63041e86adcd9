import Type, { type Static } from 'typebox'
import { formatIso, type Instant } from '../../base/instant.ts'
import type { LogSwitch } from '../../domain/device-event/log-switch.ts'
import { milliTime } from '../fields/fields.ts'
import { SentBody } from './sent-body.ts'

export const LogSwitchBody = Type.Object(
  {
    switch: Type.Enum(['on', 'off']),
    end_time: Type.Optional(
      Type.String({ ...milliTime(), description: 'Of one that is on: when the device stops by itself.' }),
    ),
    change_time: Type.Optional(milliTime()),
    told_time: Type.Optional(
      Type.String({ ...milliTime(), description: 'When the device was last told; absent: not yet.' }),
    ),
    delivery: Type.Optional(SentBody),
  },
  { title: 'LogSwitch' },
)

/** A switch that nobody has touched is off, and so is one whose time is over. */
export function logSwitchBody(logSwitch: LogSwitch | undefined, now: Instant): Static<typeof LogSwitchBody> {
  if (!logSwitch) return { switch: 'off' }
  const { isOn, endsAt, changedAt, sentAt } = logSwitch
  const isStillOn = isOn && now < endsAt
  return {
    switch: isStillOn ? 'on' : 'off',
    ...(isStillOn && { end_time: formatIso(endsAt) }),
    change_time: formatIso(changedAt),
    ...(sentAt !== undefined && { told_time: formatIso(sentAt) }),
  }
}
