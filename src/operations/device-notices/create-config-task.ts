import Type from 'typebox'
import type { JsonObject } from '../../base/json.ts'
import { limits as defaults } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import { dueBits } from '../../domain/device/due.ts'
import { findConfigTask, openConfigTask } from '../../store/config-tasks.ts'
import { findCarrier } from '../../store/carriers.ts'
import { markDue } from '../../store/devices.ts'
import { inTransaction } from '../../store/transaction.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { anyObject } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { ConfigTaskBody, configTaskBody } from './config-task-body.ts'
import { sentBody } from './sent-body.ts'

/**
 * Sends a configuration to a device (device protocol §3.8.8): at once when it is online, else when it connects, and
 * again each day until it answers or the time is over. It takes the place of one that is still open.
 */
export const createConfigTask = operation({
  id: 'CreateConfigTask',
  method: 'POST',
  url: '/quayside/v1/:project_id/devices/:device_id/config-tasks',
  tag: 'device-configurations',
  summary: 'Send a configuration to a device, until it answers',
  status: 201,
  access: 'write',
  audit: 'device.configure',
  params: DeviceParams,
  body: Type.Object({
    config_content: anyObject('Free JSON object for the device.'),
    days: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: defaults.configDaysMax,
        default: defaults.configDaysMax,
        description: 'How long it is tried.',
      }),
    ),
  }),
  reply: ConfigTaskBody,
  async run({ store, clock, ids, limits, notices }, { params, body, caller: { projectId }, language }) {
    const content = body.config_content as JsonObject // It came as JSON.
    if (Buffer.byteLength(JSON.stringify(content)) > limits.configBytesMax)
      throw new Refusal('invalid-input', {
        field: 'config_content',
        rule: `must have at most ${limits.configBytesMax} bytes as JSON`,
      })
    const now = clock.now()
    const days = body.days ?? limits.configDaysMax
    const opened = { key: ids.rowKey(), content, createdAt: now, expiresAt: now + days * 24 * 3_600_000 }
    const device = await inTransaction(store, async (tx) => {
      const found = await requireDevice(tx, projectId, params.device_id)
      await openConfigTask(tx, found.key, opened, limits.configTasksKept)
      await markDue(tx, await findCarrier(tx, found), dueBits.notices)
      return found
    })
    const sent = await notices.pushConfigTask(device, opened)
    const task = await findConfigTask(store, device.key, opened.key)
    return {
      ...configTaskBody(task ?? { ...opened, state: 'superseded', attempts: 0 }),
      delivery: sentBody(sent, language),
    }
  },
})
