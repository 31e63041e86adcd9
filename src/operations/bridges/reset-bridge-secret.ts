import Type from 'typebox'
import { bridgeSession } from '../../domain/bridge/bridge.ts'
import { saveBridgeSecret } from '../../store/bridges.ts'
import { inTransaction } from '../../store/transaction.ts'
import { newSecret } from '../devices/credentials.ts'
import { operation } from '../operation.ts'
import { BridgeParams, requireBridge } from './bridge-body.ts'

/** The new secret is told here alone; without `force_disconnect` the connection stays until it ends by itself. */
export const resetBridgeSecret = operation({
  id: 'ResetBridgeSecret',
  method: 'POST',
  url: '/v5/iot/:project_id/bridges/:bridge_id/reset-secret',
  tag: 'bridges',
  summary: 'Give a bridge a new secret',
  status: 200,
  access: 'write',
  audit: 'bridge.reset-secret',
  params: BridgeParams,
  body: Type.Object({
    force_disconnect: Type.Optional(
      Type.Boolean({ default: false, description: 'Cut the connection that stands.' }),
    ),
  }),
  reply: Type.Object({ bridge_id: Type.String(), secret: Type.String() }),
  async run({ store, bus, ids }, { params, body, caller: { projectId } }) {
    const secret = newSecret(ids)
    const { bridgeId } = await inTransaction(store, async (tx) => {
      const bridge = await requireBridge(tx, projectId, params.bridge_id)
      await saveBridgeSecret(tx, { key: bridge.key, secret })
      return bridge
    })
    const cut = body.force_disconnect === true ? { cut: 'credentials-reset' as const } : {}
    await bus.publish({ kind: 'device-changed', deviceId: bridgeSession(bridgeId), ...cut })
    return { bridge_id: bridgeId, secret }
  },
})
