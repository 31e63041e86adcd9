import type { JsonObject } from '../base/json.ts'
import { Refusal } from '../base/refusal.ts'
import type { HistoryPage, HistoryPoint, HistoryQuery } from '../domain/history/history.ts'
import { formatHistoryMarker, parseHistoryMarker } from '../domain/history/marker.ts'
import type { HistoryStore } from '../store/history/history-store.ts'
import type { HistoryRow } from '../store/history/points.ts'

/** One page of a device's history; see `HistoryQuery`. */
export async function readHistory(
  history: HistoryStore,
  { property, marker, limit, ...range }: HistoryQuery,
): Promise<HistoryPage> {
  const after = marker === undefined ? undefined : parseHistoryMarker(marker)
  if (marker !== undefined && !after)
    throw new Refusal('invalid-input', { field: 'marker', rule: 'must be as an earlier page returned it' })
  const points: HistoryPoint[] = []
  let last: HistoryRow | undefined
  const rows = history.scan({
    ...range,
    ...(after && { after }),
    ...(property !== undefined && { property }),
  })
  for await (const row of rows) {
    // One point more than wanted shows that there is another page.
    if (last && points.length === limit) return { points, marker: formatHistoryMarker(last) }
    points.push(pointOf(row))
    last = row
  }
  return { points }
}

function pointOf({ seq, serviceId, time, tie, receivedAt, values }: HistoryRow): HistoryPoint {
  return {
    seq: String(seq),
    serviceId,
    time,
    receivedAt,
    timeSource: tie === 0 ? 'device' : 'received',
    values: values satisfies JsonObject,
  }
}
