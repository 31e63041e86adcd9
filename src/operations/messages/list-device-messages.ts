import Type from 'typebox'
import { listMessages } from '../../store/messages.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { operation } from '../operation.ts'
import { MessageBody, messageBody } from './message-body.ts'

/** Newest first; no more are kept than are shown (northbound §4.6). */
export const listDeviceMessages = operation({
  id: 'ListDeviceMessages',
  method: 'GET',
  url: '/v5/iot/:project_id/devices/:device_id/messages',
  tag: 'messages',
  summary: 'List the messages that are kept for a device',
  status: 200,
  access: 'read',
  params: DeviceParams,
  reply: Type.Object({ device_id: Type.String(), messages: Type.Array(MessageBody) }),
  async run({ store }, { params, caller: { projectId }, language }) {
    const device = await requireDevice(store, projectId, params.device_id)
    const messages = await listMessages(store, device.key)
    return {
      device_id: device.deviceId,
      messages: messages.toReversed().map((message) => messageBody(message, language)),
    }
  },
})
