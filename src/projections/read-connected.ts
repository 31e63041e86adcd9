import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Limits } from '../base/limits.ts'
import type { ConnectedDevices, ConnectedQuery } from '../domain/history/history.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'
import { connectedMembers } from '../store/projections/statuses.ts'

/** All devices that fit the query: at most as many as the project ever had connected. */
export async function readConnected(
  db: ProjectionsFile,
  query: ConnectedQuery,
  { scanRowsMax }: Pick<Limits, 'scanRowsMax'>,
): Promise<ConnectedDevices> {
  const texts: string[] = []
  for (let after = ''; ; await nextTurn()) {
    const { members, rows, last } = connectedMembers(db, { ...query, after, limit: scanRowsMax })
    if (rows > 0) texts.push(members)
    if (rows < scanRowsMax) return `{${texts.join(',')}}`
    after = last
  }
}
