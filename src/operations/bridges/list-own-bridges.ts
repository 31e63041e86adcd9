import Type from 'typebox'
import { formatIso } from '../../base/instant.ts'
import { bridgeSession } from '../../domain/bridge/bridge.ts'
import { listBridgePage } from '../../store/bridges.ts'
import { milliTime, orNull, ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { BridgeStatus, readBridgeStatuses } from './bridge-body.ts'

export const listOwnBridges = operation({
  id: 'ListOwnBridges',
  method: 'GET',
  url: '/quayside/v1/:project_id/bridges',
  tag: 'bridges',
  summary: 'List all bridges, newest first, with how many devices are logged in through each',
  status: 200,
  access: 'read',
  params: ProjectParams,
  reply: Type.Object({
    bridges: Type.Array(
      Type.Object({
        bridge_id: Type.String(),
        name: Type.String(),
        status: BridgeStatus,
        status_since: orNull(milliTime()),
        address: orNull(Type.String({ description: '`ip:port` of its last connection.' })),
        devices: Type.Integer({ description: 'Devices that are logged in through it.' }),
        created_at: milliTime(),
      }),
    ),
    bridges_max: Type.Integer({ description: 'As many can be made.' }),
  }),
  async run(deps, { caller: { projectId } }) {
    const { store, limits } = deps
    const { rows } = await listBridgePage(store, projectId, { limit: limits.bridgesMax, offset: 0 })
    const statusOf = await readBridgeStatuses(deps, rows)
    const bridged = await deps.readBridged({
      sessions: rows.map(({ bridgeId }) => bridgeSession(bridgeId)),
      limit: 0,
    })
    const counts = new Map(bridged.map(({ session, count }) => [session, count]))
    return {
      bridges: rows.map((bridge) => {
        const { bridgeId, name, createdAt } = bridge
        const connection = statusOf(bridge)
        return {
          ...{ bridge_id: bridgeId, name, status: connection?.status ?? 'OFFLINE' },
          status_since: connection ? formatIso(connection.changedAt) : null,
          address: connection?.address ?? null,
          devices: counts.get(bridgeSession(bridgeId)) ?? 0,
          created_at: formatIso(createdAt),
        }
      }),
      bridges_max: limits.bridgesMax,
    }
  },
})
