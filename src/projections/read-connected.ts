import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Limits } from '../base/limits.ts'
import type { ConnectedDevices, ConnectedQuery } from '../domain/history/history.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'
import { listConnected } from '../store/projections/statuses.ts'

/** All devices that fit the query: at most as many as the project has. */
export async function readConnected(
  db: ProjectionsFile,
  query: ConnectedQuery,
  { scanRowsMax }: Pick<Limits, 'scanRowsMax'>,
): Promise<ConnectedDevices> {
  const deviceIds: ConnectedDevices['deviceIds'][number][] = []
  const changedAt: number[] = []
  for (let after = ''; ; await nextTurn()) {
    const rows = listConnected(db, { ...query, after, limit: scanRowsMax })
    for (const row of rows) {
      deviceIds.push(row.deviceId)
      changedAt.push(row.changedAt)
    }
    if (rows.length < scanRowsMax) return { deviceIds, changedAt }
    after = rows.at(-1)?.deviceId ?? ''
  }
}
