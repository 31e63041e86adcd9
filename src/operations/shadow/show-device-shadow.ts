import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { operation } from '../operation.ts'
import { ShadowBody, shadowBody } from './shadow-body.ts'

/** What was acknowledged to the device is in it (safety R3). Works for frozen and inactive devices, too. */
export const showDeviceShadow = operation({
  id: 'ShowDeviceShadow',
  method: 'GET',
  url: '/v5/iot/:project_id/devices/:device_id/shadow',
  tag: 'shadow',
  summary: 'Get the shadow of a device',
  status: 200,
  access: 'read',
  params: DeviceParams,
  reply: ShadowBody,
  async run({ store, readShadow }, { params, caller }) {
    const { deviceId } = await requireDevice(store, caller.projectId, params.device_id)
    return shadowBody(deviceId, await readShadow(deviceId))
  },
})
