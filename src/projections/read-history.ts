import type { JsonObject } from '../base/json.ts'
import type { Limits } from '../base/limits.ts'
import { Refusal } from '../base/refusal.ts'
import type { HistoryPage, HistoryPoint, HistoryQuery } from '../domain/history/history.ts'
import { formatHistoryMarker, parseHistoryMarker } from '../domain/history/marker.ts'
import { type HistoryRow, scanHistory } from '../store/projections/history.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'

/** One page of a device's history; see `HistoryQuery`. */
export async function readHistory(
  db: ProjectionsFile,
  { property, marker, limit, ...range }: HistoryQuery,
  { scanRowsMax }: Pick<Limits, 'scanRowsMax'>,
): Promise<HistoryPage> {
  const after = marker === undefined ? undefined : parseHistoryMarker(marker)
  if (marker !== undefined && !after)
    throw new Refusal('invalid-input', { field: 'marker', rule: 'must be as an earlier page returned it' })
  const points: HistoryPoint[] = []
  let last: HistoryRow | undefined
  const rows = scanHistory(
    db,
    { ...range, ...(after ? { after } : {}) },
    { first: limit + 1, slice: scanRowsMax },
  )
  for await (const row of rows) {
    const values = property === undefined ? row.values : only(property, row.values)
    if (!values) continue
    // One point more than wanted shows that there is another page.
    if (last && points.length === limit) return { points, marker: formatHistoryMarker(last) }
    points.push(pointOf(row, values))
    last = row
  }
  return { points }
}

function only(property: string, values: JsonObject): JsonObject | undefined {
  return Object.hasOwn(values, property)
    ? Object.fromEntries([[property, values[property] ?? null]])
    : undefined
}

function pointOf({ seq, serviceId, time, tie, receivedAt }: HistoryRow, values: JsonObject): HistoryPoint {
  return {
    seq: String(seq),
    serviceId,
    time,
    receivedAt,
    timeSource: tie === 0 ? 'device' : 'received',
    values,
  }
}
