import Type, { type Static } from 'typebox'
import { parseBridgeId, type ProjectId } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import { type Bridge, bridgeSession } from '../../domain/bridge/bridge.ts'
import type { ConnectionStatus } from '../../domain/device/device.ts'
import { findBridge } from '../../store/bridges.ts'
import type { Store } from '../../store/store.ts'
import type { OperationDeps } from '../operation.ts'

export const BridgeParams = Type.Object({ project_id: Type.String(), bridge_id: Type.String() })

export const BridgeStatus = Type.Enum(['ONLINE', 'OFFLINE'])

/** A bridge on the wire; its secret is told when it is made and when it is reset, and never again. */
export const BridgeBody = Type.Object({
  bridge_id: Type.String(),
  bridge_name: Type.String(),
  status: BridgeStatus,
})

export const bridgeBody = (
  { bridgeId, name }: Bridge,
  connection: ConnectionStatus | undefined,
): Static<typeof BridgeBody> => ({
  bridge_id: bridgeId,
  bridge_name: name,
  status: connection?.status ?? 'OFFLINE',
})

/** The connections of these bridges; those that never connected have none. */
export async function readBridgeStatuses(
  { readStatuses }: Pick<OperationDeps, 'readStatuses'>,
  bridges: readonly Bridge[],
): Promise<(bridge: Bridge) => ConnectionStatus | undefined> {
  const statuses = await readStatuses(bridges.map(({ bridgeId }) => bridgeSession(bridgeId)))
  return ({ bridgeId }) => statuses.get(bridgeSession(bridgeId))
}

/** The bridge of that id in the caller's project; one of another project is not found. */
export async function requireBridge(store: Store, projectId: ProjectId, id: string): Promise<Bridge> {
  const bridgeId = parseBridgeId(id)
  const bridge = bridgeId && (await findBridge(store, projectId, bridgeId))
  if (!bridge) throw new Refusal('bridge-not-found', { bridgeId: id })
  return bridge
}
