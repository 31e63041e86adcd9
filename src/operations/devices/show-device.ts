import { operation } from '../operation.ts'
import { DeviceBody, DeviceParams, deviceBody } from './device-body.ts'
import { requireDevice } from './find-device.ts'
import { viewDevice } from './view-devices.ts'

export const showDevice = operation({
  id: 'ShowDevice',
  method: 'GET',
  url: '/v5/iot/:project_id/devices/:device_id',
  tag: 'devices',
  summary: 'Get a device, its secrets included',
  status: 200,
  access: 'read',
  params: DeviceParams,
  reply: DeviceBody,
  async run(deps, { params, caller }) {
    const device = await requireDevice(deps.store, caller.projectId, params.device_id)
    return deviceBody(await viewDevice(deps, device))
  },
})
