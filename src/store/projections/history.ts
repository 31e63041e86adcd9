import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DeviceId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'
import type { HistoryPlace } from '../../domain/history/marker.ts'
import { allOf } from '../../sql/conditions.ts'
import type { SqlRow } from '../../sql/sqlite.ts'
import type { ProjectionsFile } from './projections-file.ts'

/** One service's values at one time. `tie` is 0 for a time that the device gave, else `seq`. */
export interface HistoryRow extends HistoryPlace {
  readonly seq: number
  readonly receivedAt: Instant
  readonly values: JsonObject
}

export interface HistoryRange {
  readonly deviceId: DeviceId
  readonly serviceId?: string
  /** Inclusive. */
  readonly start?: Instant
  /** Exclusive. */
  readonly end?: Instant
  readonly after?: HistoryPlace
  readonly order: 'asc' | 'desc'
}

/**
 * Rows in the order of time, service and tie, as long as they are asked for: first `first`, then `slice` at a
 * time, with a turn of the event loop between, since a reader that skips most of them must not hold up the
 * writers of this thread (safety R12). Rows written meanwhile may show, none shows twice.
 */
export async function* scanHistory(
  db: ProjectionsFile,
  { deviceId, serviceId, start, end, after, order }: HistoryRange,
  { first, slice }: { readonly first: number; readonly slice: number },
): AsyncGenerator<HistoryRow> {
  const by = order === 'asc' ? 'ASC' : 'DESC'
  let last = after
  for (let wanted = first; ; wanted = slice) {
    const where = allOf(
      ['device_id = ?', deviceId],
      serviceId === undefined ? undefined : ['service_id = ?', serviceId],
      start === undefined ? undefined : ['time >= ?', start],
      end === undefined ? undefined : ['time < ?', end],
      last && [
        `(time, service_id, tie) ${order === 'asc' ? '>' : '<'} (?, ?, ?)`,
        last.time,
        last.serviceId,
        last.tie,
      ],
    )
    const rows = db
      .all(`${SELECT} WHERE ${where.sql} ORDER BY time ${by}, service_id ${by}, tie ${by} LIMIT ?`, [
        ...where.parameters,
        wanted,
      ])
      .map(rowOf)
    yield* rows
    if (rows.length < wanted) return
    last = rows.at(-1)
    await nextTurn()
  }
}

export function findHistoryRow(
  db: ProjectionsFile,
  deviceId: DeviceId,
  place: HistoryPlace,
): HistoryRow | undefined {
  const row = db.get(`${SELECT} WHERE device_id = ? AND service_id = ? AND time = ? AND tie = ?`, [
    deviceId,
    place.serviceId,
    place.time,
    place.tie,
  ])
  return row && rowOf(row)
}

/** Newest first, at most `limit`; before a place, when one is given. */
export function listHistoryRows(
  db: ProjectionsFile,
  deviceId: DeviceId,
  {
    serviceId,
    before,
    limit,
  }: { readonly serviceId: string; readonly before?: HistoryPlace; readonly limit: number },
): readonly HistoryRow[] {
  return db
    .all(
      `${SELECT} WHERE device_id = ? AND service_id = ? AND (time, tie) < (?, ?) ORDER BY time DESC, tie DESC LIMIT ?`,
      [
        deviceId,
        serviceId,
        before?.time ?? Number.MAX_SAFE_INTEGER,
        before?.tie ?? Number.MAX_SAFE_INTEGER,
        limit,
      ],
    )
    .map(rowOf)
}

/** Is there any point of this service at this time? */
export function hasHistoryAt(
  db: ProjectionsFile,
  deviceId: DeviceId,
  serviceId: string,
  time: Instant,
): boolean {
  const sql = 'SELECT 1 AS found FROM history WHERE device_id = ? AND service_id = ? AND time = ? LIMIT 1'
  return db.get(sql, [deviceId, serviceId, time]) !== undefined
}

export function saveHistoryRow(db: ProjectionsFile, deviceId: DeviceId, row: HistoryRow): void {
  db.run(
    `INSERT OR REPLACE INTO history (device_id, service_id, time, tie, seq, received_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [deviceId, row.serviceId, row.time, row.tie, row.seq, row.receivedAt, JSON.stringify(row.values)],
  )
}

export function deleteHistory(db: ProjectionsFile, deviceId: DeviceId): void {
  db.run('DELETE FROM history WHERE device_id = ?', [deviceId])
}

const SELECT = 'SELECT service_id, time, tie, seq, received_at, body FROM history'

function rowOf(row: SqlRow): HistoryRow {
  return {
    serviceId: String(row['service_id']),
    time: Number(row['time']),
    tie: Number(row['tie']),
    seq: Number(row['seq']),
    receivedAt: Number(row['received_at']),
    values: JSON.parse(String(row['body'])) as JsonObject,
  }
}
