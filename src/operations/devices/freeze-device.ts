import { Refusal } from '../../base/refusal.ts'
import { setFrozen } from '../../store/devices.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { DeviceParams } from './device-body.ts'
import { requireDevice } from './find-device.ts'

/** Its connection is cut and no other let in until it is unfrozen (safety X9); its children keep their status. */
export const freezeDevice = operation({
  id: 'FreezeDevice',
  method: 'POST',
  url: '/v5/iot/:project_id/devices/:device_id/freeze',
  tag: 'devices',
  summary: 'Freeze a directly connected device',
  status: 204,
  access: 'write',
  audit: 'device.freeze',
  params: DeviceParams,
  async run({ store, bus }, { params, caller: { projectId } }) {
    const deviceId = await inTransaction(store, async (tx) => {
      const device = await requireDevice(tx, projectId, params.device_id)
      if (device.gatewayId !== undefined) throw new Refusal('device-not-direct')
      const changed = await setFrozen(tx, { projectId, deviceId: device.deviceId, frozen: true })
      if (!changed) throw new Refusal('device-already-frozen')
      return device.deviceId
    })
    await bus.publish({ kind: 'device-changed', deviceId, cut: 'frozen' })
  },
})
