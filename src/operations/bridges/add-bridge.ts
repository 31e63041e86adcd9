import Type from 'typebox'
import { formatBasic } from '../../base/instant.ts'
import { parseBridgeId } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Bridge } from '../../domain/bridge/bridge.ts'
import { countBridges, insertBridge } from '../../store/bridges.ts'
import { inTransaction } from '../../store/transaction.ts'
import { newSecret } from '../devices/credentials.ts'
import { basicTime, idText, nameText, ProjectParams } from '../fields/fields.ts'
import { operation, replyWith } from '../operation.ts'

/** The secret is told here, and after a reset; it can be asked for never again. */
export const addBridge = operation({
  id: 'AddBridge',
  method: 'POST',
  url: '/v5/iot/:project_id/bridges',
  tag: 'bridges',
  summary: 'Create a bridge, which connects once and speaks for many devices',
  status: 201,
  access: 'write',
  audit: 'bridge.create',
  params: ProjectParams,
  body: Type.Object({
    bridge_name: nameText(64),
    bridge_id: Type.Optional(idText(36)),
  }),
  reply: Type.Object({
    bridge_id: Type.String(),
    bridge_name: Type.String(),
    auth_info: Type.Object({ auth_type: Type.Enum(['SECRET']), secret: Type.String() }),
    create_time: basicTime(),
  }),
  async run({ store, clock, ids, limits }, { body, caller: { projectId } }) {
    const bridgeId = parseBridgeId(body.bridge_id ?? ids.hex32())
    if (!bridgeId) throw new Error('the schema lets no other id through')
    const bridge: Bridge = {
      ...{ key: ids.rowKey(), projectId, bridgeId, name: body.bridge_name },
      ...{ secret: newSecret(ids), createdAt: clock.now() },
    }
    await inTransaction(store, async (tx) => {
      if ((await countBridges(tx, projectId)) >= limits.bridgesMax)
        throw new Refusal('bridge-quota', { limit: limits.bridgesMax })
      if ((await insertBridge(tx, bridge)) === 'exists') throw new Refusal('bridge-exists', { bridgeId })
    })
    return replyWith(
      {
        bridge_id: bridgeId,
        bridge_name: bridge.name,
        auth_info: { auth_type: 'SECRET' as const, secret: bridge.secret },
        create_time: formatBasic(bridge.createdAt),
      },
      { audit: { target: bridgeId } },
    )
  },
})
