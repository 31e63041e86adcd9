import { Refusal } from '../../base/refusal.ts'
import { setFrozen } from '../../store/devices.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { DeviceParams } from './device-body.ts'
import { requireDevice } from './find-device.ts'

/** It shows the status it had before, and may connect again. */
export const unfreezeDevice = operation({
  id: 'UnfreezeDevice',
  method: 'POST',
  url: '/v5/iot/:project_id/devices/:device_id/unfreeze',
  tag: 'devices',
  summary: 'Unfreeze a device',
  status: 204,
  access: 'write',
  audit: 'device.unfreeze',
  params: DeviceParams,
  async run({ store, bus }, { params, caller: { projectId } }) {
    const deviceId = await inTransaction(store, async (tx) => {
      const device = await requireDevice(tx, projectId, params.device_id)
      if (device.gatewayId !== undefined) throw new Refusal('device-not-direct')
      const changed = await setFrozen(tx, { projectId, deviceId: device.deviceId, frozen: false })
      if (!changed) throw new Refusal('device-not-frozen')
      return device.deviceId
    })
    await bus.publish({ kind: 'device-changed', deviceId })
  },
})
