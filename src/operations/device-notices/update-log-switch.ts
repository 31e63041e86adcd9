import Type from 'typebox'
import type { Instant } from '../../base/instant.ts'
import type { Limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import { dueBits } from '../../domain/device/due.ts'
import { findCarrier } from '../../store/carriers.ts'
import { markDue } from '../../store/devices.ts'
import { findLogSwitch, saveLogSwitch } from '../../store/log-switches.ts'
import { inTransaction } from '../../store/transaction.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { ownTimeFilter, parseOwnTime } from '../fields/own-time.ts'
import { operation } from '../operation.ts'
import { LogSwitchBody, logSwitchBody } from './log-switch-body.ts'
import { sentBody } from './sent-body.ts'

const DAY = 24 * 3_600_000

/**
 * Tells the device to report its log, or no longer (device protocol §3.8.7): at once when it is online, else when it
 * connects. Devices forget it when they restart, so one that is on is told at each connect.
 */
export const updateLogSwitch = operation({
  id: 'UpdateLogSwitch',
  method: 'PUT',
  url: '/quayside/v1/:project_id/devices/:device_id/log-switch',
  tag: 'device-logs',
  summary: 'Have a device report its log for a while, or no longer',
  status: 200,
  access: 'write',
  audit: 'device.log-switch',
  params: DeviceParams,
  body: Type.Object({
    switch: Type.Enum(['on', 'off']),
    end_time: Type.Optional(ownTimeFilter('When the device stops by itself; absent: in a day.')),
  }),
  reply: LogSwitchBody,
  async run({ store, clock, limits, notices }, { params, body, caller: { projectId }, language }) {
    const now = clock.now()
    const isOn = body.switch === 'on'
    const endsAt = isOn ? endOf(body.end_time, now, limits) : now
    const logSwitch = { isOn, endsAt, changedAt: now }
    const device = await inTransaction(store, async (tx) => {
      const found = await requireDevice(tx, projectId, params.device_id)
      await saveLogSwitch(tx, found.key, logSwitch)
      await markDue(tx, await findCarrier(tx, found), dueBits.notices)
      return found
    })
    const sent = await notices.pushLogSwitch(device, logSwitch)
    return {
      ...logSwitchBody(await findLogSwitch(store, device.key), now),
      delivery: sentBody(sent, language),
    }
  },
})

function endOf(text: string | undefined, now: Instant, { logSwitchDaysMax }: Limits): Instant {
  const end = parseOwnTime('end_time', text) ?? now + DAY
  if (end <= now || end > now + logSwitchDaysMax * DAY)
    throw new Refusal('invalid-input', {
      field: 'end_time',
      rule: `must lie in the next ${logSwitchDaysMax} days`,
    })
  return end
}
