import Type from 'typebox'
import { Refusal } from '../../base/refusal.ts'
import { findCarrier, moveDownlinks } from '../../store/carriers.ts'
import { noteChild } from '../../store/child-lists.ts'
import { moveNotices } from '../../store/device-notices.ts'
import { countChildren, saveGateway } from '../../store/devices.ts'
import { inTransaction } from '../../store/transaction.ts'
import { deviceId, Empty } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { DeviceParams } from './device-body.ts'
import { requireDevice } from './find-device.ts'
import { requireGateway } from './gateway.ts'

/**
 * Moves a child to another parent of its resource space (northbound §4.3); both gateways are told. Below the same
 * topmost gateway it is one change of that gateway's list.
 */
export const changeGateway = operation({
  id: 'ChangeGateway',
  method: 'POST',
  url: '/v5/iot/:project_id/devices/:device_id/change-gateway',
  tag: 'devices',
  summary: 'Move a child device to another gateway',
  status: 200,
  access: 'write',
  audit: 'device.change-gateway',
  params: DeviceParams,
  body: Type.Object({ gateway_id: deviceId() }),
  reply: Empty,
  async run(deps, { params, body, caller: { projectId } }) {
    const { moved, gateways } = await inTransaction(deps.store, async (tx) => {
      const device = await requireDevice(tx, projectId, params.device_id)
      if (device.gatewayId === undefined) throw new Refusal('device-not-child', { deviceId: device.deviceId })
      const { gateway_id: parentId } = body
      if (parentId === device.deviceId) throw new Refusal('gateway-of-itself')
      if (parentId === device.gatewayId)
        throw new Refusal('gateway-unchanged', { deviceId: device.deviceId, gatewayId: parentId })
      const children = await countChildren(tx, projectId, device.deviceId)
      if (children > 0) throw new Refusal('device-has-children', { children })
      const gatewayId = await requireGateway(tx, device, parentId, deps.limits)
      const before = await findCarrier(tx, device)
      const after = { ...device, gatewayId }
      await saveGateway(tx, after)
      const topmost = await findCarrier(tx, after)
      if (topmost !== before) await noteChild(tx, before, 'delete', device)
      await noteChild(tx, topmost, 'add', after)
      await moveDownlinks(tx, [device], topmost)
      await moveNotices(tx, device.deviceId, topmost, deps.clock.now())
      return {
        moved: { deviceId: device.deviceId, projectId, gatewayId: topmost },
        gateways: new Set([before, topmost]),
      }
    })
    await deps.bus.publish({ kind: 'device-changed', deviceId: moved.deviceId })
    await deps.childMoved(moved)
    for (const gatewayId of gateways) deps.childrenChanged(gatewayId)
    return {}
  },
})
