import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { operation } from '../operation.ts'
import { deleteShadow } from './change-shadow.ts'

/** Its history stays. Works for frozen and inactive devices, too (northbound §4.5). */
export const deleteDeviceShadow = operation({
  id: 'DeleteDeviceShadow',
  method: 'DELETE',
  url: '/v5/iot/:project_id/devices/:device_id/shadow',
  tag: 'shadow',
  summary: 'Clear the desired and the reported section of a shadow',
  status: 204,
  access: 'write',
  audit: 'shadow.delete',
  params: DeviceParams,
  async run(deps, { params, caller }) {
    await deleteShadow(deps, await requireDevice(deps.store, caller.projectId, params.device_id))
  },
})
