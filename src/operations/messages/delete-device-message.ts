import { Refusal } from '../../base/refusal.ts'
import { findMessage } from '../../store/messages.ts'
import { requireDevice } from '../devices/find-device.ts'
import { operation } from '../operation.ts'
import { MessageParams } from './message-body.ts'

/** One that waits is withdrawn: it is not sent any more. */
export const deleteDeviceMessage = operation({
  id: 'DeleteDeviceMessage',
  method: 'DELETE',
  url: '/v5/iot/:project_id/devices/:device_id/messages/:message_id',
  tag: 'messages',
  summary: 'Delete one message that is kept for a device',
  status: 204,
  access: 'write',
  audit: 'device.message.delete',
  params: MessageParams,
  async run({ store, dispatch }, { params, caller: { projectId } }) {
    const device = await requireDevice(store, projectId, params.device_id)
    const message = await findMessage(store, device.key, params.message_id)
    if (!message)
      throw new Refusal('message-not-found', { deviceId: device.deviceId, messageId: params.message_id })
    await dispatch.messages.withdraw(message)
  },
})
