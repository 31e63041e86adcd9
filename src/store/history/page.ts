import type { DeviceId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import { Refusal } from '../../base/refusal.ts'
import type { HistoryPage, HistoryPoint, HistoryQuery } from '../../domain/history/history.ts'
import { formatHistoryMarker, type HistoryPlace, parseHistoryMarker } from '../../domain/history/marker.ts'
import type { HistoryRow } from './points.ts'

export interface PageRange {
  readonly deviceId: DeviceId
  readonly serviceId?: string
  readonly start?: Instant
  readonly end?: Instant
  readonly order: 'asc' | 'desc'
  readonly property?: string
  readonly after?: HistoryPlace
}

/** One page of what `scan` gives. */
export async function readPage(
  scan: (range: PageRange) => AsyncIterable<HistoryRow>,
  { marker, limit, ...range }: HistoryQuery,
): Promise<HistoryPage> {
  const after = marker === undefined ? undefined : parseHistoryMarker(marker)
  if (marker !== undefined && !after)
    throw new Refusal('invalid-input', { field: 'marker', rule: 'must be as an earlier page returned it' })
  const points: HistoryPoint[] = []
  let last: HistoryRow | undefined
  for await (const row of scan({ ...range, ...(after && { after }) })) {
    // One point more than wanted shows that there is another page.
    if (last && points.length === limit) return { points, marker: formatHistoryMarker(last) }
    points.push(pointOf(row))
    last = row
  }
  return { points }
}

function pointOf({ seq, serviceId, time, tie, receivedAt, values }: HistoryRow): HistoryPoint {
  const timeSource = tie === 0 ? 'device' : 'received'
  return { seq: String(seq), serviceId, time, receivedAt, timeSource, values }
}
