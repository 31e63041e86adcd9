import type { DeviceId } from '../../src/base/ids.ts'
import type { JsonValue } from '../../src/base/json.ts'
import type { BucketQuery, HistoryBucket } from '../../src/domain/history/history.ts'
import type { NewRow } from '../../src/store/history/history-store.ts'
import type { HistoryRow } from '../../src/store/history/points.ts'

/** A row, or, without one, the deletion of the device. */
export type LogEntry =
  | { readonly deviceId: DeviceId; readonly serviceId: string; readonly row: NewRow }
  | { readonly deviceId: DeviceId; readonly row?: undefined }

export type HistoryModel = ReadonlyMap<DeviceId, readonly HistoryRow[]>

type Kept = Extract<LogEntry, { row: NewRow }>

/** What history must say when the log says this, worked out point by point. */
export function modelPoints(log: readonly LogEntry[]): HistoryModel {
  const byDevice = new Map<DeviceId, Kept[]>()
  for (const entry of log)
    if (entry.row) byDevice.set(entry.deviceId, [...(byDevice.get(entry.deviceId) ?? []), entry])
    else byDevice.set(entry.deviceId, [])
  return new Map([...byDevice].map(([deviceId, entries]) => [deviceId, pointsOf(entries)]))
}

function pointsOf(entries: readonly Kept[]): readonly HistoryRow[] {
  const points: HistoryRow[] = []
  for (const { serviceId, row } of entries) {
    const same = entries.filter((other) => other.serviceId === serviceId && other.row.time === row.time)
    if (row.timeSource === 'received') {
      if (row.repeats && same.some((other) => other.row.seq < row.seq)) continue
      const { time, receivedAt, seq } = row
      points.push({ serviceId, time, tie: seq, seq, receivedAt, values: Object.fromEntries(row.values) })
      continue
    }
    const rows = same.map((other) => other.row).filter(({ timeSource }) => timeSource === 'device')
    if (rows[0] === row) points.push({ serviceId, ...merged(rows) })
  }
  return points.toSorted(
    (a, b) =>
      a.time - b.time || (a.serviceId < b.serviceId ? -1 : a.serviceId > b.serviceId ? 1 : a.tie - b.tie),
  )
}

function merged(rows: readonly NewRow[]): Omit<HistoryRow, 'serviceId'> {
  const [first] = rows
  if (!first) throw new Error('a point has a row')
  const values: [string, JsonValue][] = []
  for (const name of new Set(rows.flatMap((row) => row.values.map(([property]) => property)))) {
    const having = rows.filter((row) => row.values.some(([property]) => property === name))
    const latest = Math.max(...having.map(({ receivedAt }) => receivedAt))
    const received = having.filter(({ receivedAt }) => receivedAt === latest)
    // The last report itself, else the first of its redeliveries.
    const winner = received.findLast(({ repeats }) => !repeats) ?? received[0]
    const value = winner?.values.find(([property]) => property === name)?.[1]
    if (value !== undefined) values.push([name, value])
  }
  return {
    time: first.time,
    tie: 0,
    seq: first.seq,
    receivedAt: Math.max(...rows.map(({ receivedAt }) => receivedAt)),
    values: Object.fromEntries(values),
  }
}

/** Of points that all have the property. */
export function modelBuckets(
  points: readonly HistoryRow[],
  { property, start, end, buckets }: Omit<BucketQuery, 'deviceId' | 'serviceId'>,
): readonly HistoryBucket[] {
  const width = (end - start) / buckets
  return Array.from({ length: buckets }, (_, index) => index).flatMap((index) => {
    const values = points
      .filter(({ time }) => Math.min(Math.floor((time - start) / width), buckets - 1) === index)
      .map((point) => point.values[property] as JsonValue)
    const numbers = values.filter((value) => typeof value === 'number')
    const [first] = values
    const last = values.at(-1)
    if (first === undefined || last === undefined) return []
    return [
      {
        from: Math.ceil(start + index * width),
        count: values.length,
        ...(numbers.length > 0 && {
          min: Math.min(...numbers),
          max: Math.max(...numbers),
          avg: numbers.reduce((sum, number) => sum + number, 0) / numbers.length,
        }),
        first,
        last,
      },
    ]
  })
}
