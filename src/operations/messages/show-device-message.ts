import { findMessage } from '../../store/messages.ts'
import { requireDevice } from '../devices/find-device.ts'
import { operation } from '../operation.ts'
import { MessageBody, messageBody, MessageParams } from './message-body.ts'

/** An unknown message is answered with an empty object: Terraform takes a missing message_id for "gone" (northbound §2.4). */
export const showDeviceMessage = operation({
  id: 'ShowDeviceMessage',
  method: 'GET',
  url: '/v5/iot/:project_id/devices/:device_id/messages/:message_id',
  tag: 'messages',
  summary: 'Show one message that is kept for a device',
  status: 200,
  access: 'read',
  params: MessageParams,
  reply: MessageBody,
  async run({ store }, { params, caller: { projectId }, language }) {
    const device = await requireDevice(store, projectId, params.device_id)
    const message = await findMessage(store, device.key, params.message_id)
    return message ? messageBody(message, language) : {}
  },
})
