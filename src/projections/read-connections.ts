import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseFingerprint } from '../base/ids.ts'
import type { Limits } from '../base/limits.ts'
import { Refusal } from '../base/refusal.ts'
import type { ConnectionPage, ConnectionQuery } from '../domain/history/history.ts'
import { parseConnectionMarker } from '../domain/history/marker.ts'
import {
  type ConnectionRow,
  findConnectionVerdict,
  listConnections,
} from '../store/projections/connections.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'

/** One page of verdicts on connections, newest first; see `ConnectionQuery`. */
export async function readConnections(
  db: ProjectionsFile,
  { projectId, deviceId, outcome, since, search, code, limit, marker }: ConnectionQuery,
  { scanRowsMax }: Pick<Limits, 'scanRowsMax'>,
): Promise<ConnectionPage> {
  const start = marker === undefined ? Number.MAX_SAFE_INTEGER : parseConnectionMarker(marker)
  if (start === undefined)
    throw new Refusal('invalid-input', { field: 'marker', rule: 'must be as an earlier page returned it' })
  const needle = search === undefined ? undefined : (parseFingerprint(search) ?? search.trim().toLowerCase())
  const fits = (row: ConnectionRow): boolean =>
    (outcome === undefined || row.outcome === outcome) &&
    (since === undefined || row.at >= since) &&
    (needle === undefined || row.search.includes(needle)) &&
    (code === undefined || row.search.endsWith(`\n${code}`))

  const found: ConnectionRow[] = []
  for (let before: number = start; ; await nextTurn()) {
    const rows = listConnections(db, {
      projectId,
      ...(deviceId ? { deviceId } : {}),
      before,
      limit: scanRowsMax,
    })
    found.push(...rows.filter(fits))
    before = rows.at(-1)?.position ?? 0
    if (rows.length < scanRowsMax || found.length > limit) break
  }
  const page = found.slice(0, limit)
  const connections = page.flatMap(({ position }) => {
    const verdict = findConnectionVerdict(db, position)
    return verdict ? [{ id: String(position), verdict }] : []
  })
  const last = page.at(-1)
  return { connections, ...(last && found.length > limit ? { marker: String(last.position) } : {}) }
}
