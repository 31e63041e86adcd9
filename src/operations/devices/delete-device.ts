import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { DeviceParams } from './device-body.ts'
import { requireDevice } from './find-device.ts'
import { announceRemoved, removeDevice } from './remove-device.ts'

/** Its secrets go with the row, its shadow and history by way of the log (safety S16); its connection is cut. */
export const deleteDevice = operation({
  id: 'DeleteDevice',
  method: 'DELETE',
  url: '/v5/iot/:project_id/devices/:device_id',
  tag: 'devices',
  summary: 'Delete a device without child devices',
  status: 204,
  access: 'write',
  audit: 'device.delete',
  params: DeviceParams,
  async run(deps, { params, caller: { projectId } }) {
    const removed = await inTransaction(deps.store, async (tx) => {
      const device = await requireDevice(tx, projectId, params.device_id)
      return removeDevice({ ...deps, store: tx }, device)
    })
    await announceRemoved(deps, [removed])
  },
})
