import Type from 'typebox'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { operation } from '../operation.ts'
import { SentBody, sentBody } from './sent-body.ts'

/** Device protocol §3.8.5. Its answer stands in the device, and among its entries. */
export const queryDeviceVersion = operation({
  id: 'QueryDeviceVersion',
  method: 'POST',
  url: '/quayside/v1/:project_id/devices/:device_id/version-query',
  tag: 'devices',
  summary: 'Ask a device for the versions of its firmware and software, if it is online',
  status: 200,
  access: 'write',
  audit: 'device.query-version',
  params: DeviceParams,
  body: Type.Object({}),
  reply: SentBody,
  async run({ store, notices }, { params, caller: { projectId }, language }) {
    const device = await requireDevice(store, projectId, params.device_id)
    return sentBody(await notices.askVersion(device), language)
  },
})
