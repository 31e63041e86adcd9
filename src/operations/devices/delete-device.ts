import { Refusal } from '../../base/refusal.ts'
import { countChildren, deleteDevice as deleteStored } from '../../store/devices.ts'
import { addToOutbox } from '../../store/outbox.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { DeviceParams } from './device-body.ts'
import { requireDevice } from './find-device.ts'

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
  async run({ store, bus, ids, clock, drainOutbox }, { params, caller: { projectId } }) {
    const deviceId = await inTransaction(store, async (tx) => {
      const device = await requireDevice(tx, projectId, params.device_id)
      const children = await countChildren(tx, projectId, device.deviceId)
      if (children > 0) throw new Refusal('device-has-children', { children })
      await deleteStored(tx, projectId, device.deviceId)
      await addToOutbox(tx, { id: ids.rowKey(), at: clock.now(), device, body: { change: 'device-deleted' } })
      return device.deviceId
    })
    await bus.publish({ kind: 'device-changed', deviceId, cut: 'deleted' })
    await drainOutbox()
  },
})
