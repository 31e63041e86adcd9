import { bridgeSession } from '../../domain/bridge/bridge.ts'
import { deleteBridge as deleteRow } from '../../store/bridges.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { BridgeParams, requireBridge } from './bridge-body.ts'

/** Its connection is cut, and the devices that are logged in through it are OFFLINE; they stay registered. */
export const deleteBridge = operation({
  id: 'DeleteBridge',
  method: 'DELETE',
  url: '/v5/iot/:project_id/bridges/:bridge_id',
  tag: 'bridges',
  summary: 'Delete a bridge',
  status: 204,
  access: 'write',
  audit: 'bridge.delete',
  params: BridgeParams,
  async run({ store, bus }, { params, caller: { projectId } }) {
    const { bridgeId } = await inTransaction(store, async (tx) => {
      const bridge = await requireBridge(tx, projectId, params.bridge_id)
      await deleteRow(tx, bridge.key)
      return bridge
    })
    await bus.publish({ kind: 'device-changed', deviceId: bridgeSession(bridgeId), cut: 'deleted' })
  },
})
