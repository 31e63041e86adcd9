import { Buffer } from 'node:buffer'
import Type from 'typebox'
import { formatBasic } from '../../base/instant.ts'
import { limits as bounds } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import { checkCommand } from '../../domain/downlink/check-command.ts'
import { commandFields, readCommand } from '../commands/command-fields.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { addresseeOf, modelOf } from '../downlinks/addressee.ts'
import { refuseCommand } from '../downlinks/refuse-command.ts'
import { anyObject, basicTime } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { Strategy } from './async-command-body.ts'

/** For every device, not only for those of NB-IoT (docs/divergences.md). */
export const createAsyncCommand = operation({
  id: 'CreateAsyncCommand',
  method: 'POST',
  url: '/v5/iot/:project_id/devices/:device_id/async-commands',
  tag: 'async-commands',
  summary: 'Queue a command for a device, or send it without waiting for the answer',
  status: 200,
  access: 'write',
  audit: 'device.async-command',
  params: DeviceParams,
  body: Type.Object({
    ...commandFields,
    expire_time: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: bounds.asyncCommandExpireSecondsMax,
        default: bounds.asyncCommandExpireSecondsDefault,
        description: 'Seconds for which it waits for its device; 0: as absent.',
      }),
    ),
    send_strategy: Strategy,
  }),
  reply: Type.Object({
    device_id: Type.String(),
    command_id: Type.String(),
    service_id: Type.Optional(Type.String()),
    command_name: Type.Optional(Type.String()),
    paras: anyObject('Parameters of the command.'),
    expire_time: Type.Integer(),
    status: Type.Enum(['PENDING', 'SENT']),
    created_time: basicTime(),
    send_strategy: Strategy,
  }),
  async run({ store, limits, dispatch }, { params, body, caller: { projectId } }) {
    const device = await requireDevice(store, projectId, params.device_id)
    const command = readCommand(body)
    const bytes = Buffer.byteLength(JSON.stringify(command.paras))
    if (bytes > limits.asyncCommandParasBytesMax)
      throw new Refusal('invalid-input', {
        field: 'paras',
        rule: `must be at most ${limits.asyncCommandParasBytesMax} bytes, not ${bytes}`,
      })
    refuseCommand(checkCommand(await modelOf(store, device), command))
    const made = await dispatch.asyncCommands.create({
      projectId,
      deviceKey: device.key,
      ...(await addresseeOf(store, device)),
      ...command,
      strategy: body.send_strategy,
      expireSeconds: body.expire_time || limits.asyncCommandExpireSecondsDefault,
    })
    const { deviceId } = device
    if (made === 'full')
      throw new Refusal('command-queue-full', { deviceId, limit: limits.asyncCommandsPendingMax })
    if (made === 'offline') throw new Refusal('device-offline', { deviceId })
    return {
      device_id: deviceId,
      command_id: made.commandId,
      ...(made.serviceId !== undefined && { service_id: made.serviceId }),
      ...(made.name !== undefined && { command_name: made.name }),
      paras: { ...made.paras },
      expire_time: made.expireSeconds,
      // A device may have answered by now: what was done here is that it was sent.
      status: made.status === 'PENDING' ? ('PENDING' as const) : ('SENT' as const),
      created_time: formatBasic(made.createdAt),
      send_strategy: made.strategy,
    }
  },
})
