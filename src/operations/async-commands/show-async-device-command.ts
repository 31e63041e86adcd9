import Type from 'typebox'
import { Refusal } from '../../base/refusal.ts'
import { findAsyncCommand } from '../../store/async-commands.ts'
import { requireDevice } from '../devices/find-device.ts'
import { deviceId, idText } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { AsyncCommandBody, asyncCommandBody } from './async-command-body.ts'

export const showAsyncDeviceCommand = operation({
  id: 'ShowAsyncDeviceCommand',
  method: 'GET',
  url: '/v5/iot/:project_id/devices/:device_id/async-commands/:command_id',
  tag: 'async-commands',
  summary: 'Show one asynchronous command',
  status: 200,
  access: 'read',
  params: Type.Object({ project_id: Type.String(), device_id: deviceId(), command_id: idText(100) }),
  reply: AsyncCommandBody,
  async run({ store }, { params, caller: { projectId } }) {
    const device = await requireDevice(store, projectId, params.device_id)
    const command = await findAsyncCommand(store, device.key, params.command_id)
    if (!command)
      throw new Refusal('command-not-found', { deviceId: device.deviceId, commandId: params.command_id })
    return asyncCommandBody(command)
  },
})
