import type { Instant } from '../base/instant.ts'
import type { JsonValue } from '../base/json.ts'
import type { Limits } from '../base/limits.ts'
import type { BucketQuery, HistoryBucket } from '../domain/history/history.ts'
import { scanHistory } from '../store/projections/history.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'

interface OpenBucket {
  readonly from: Instant
  readonly first: JsonValue
  last: JsonValue
  count: number
  numbers: number
  sum: number
  min: number
  max: number
}

/** The slices of `BucketQuery` that hold values, in the order of time. */
export async function readBuckets(
  db: ProjectionsFile,
  { deviceId, serviceId, property, start, end, buckets }: BucketQuery,
  { scanRowsMax }: Pick<Limits, 'scanRowsMax'>,
): Promise<readonly HistoryBucket[]> {
  if (end <= start) return []
  const width = (end - start) / buckets
  const found = new Map<number, OpenBucket>()
  const range = { deviceId, serviceId, start, end, order: 'asc' } as const
  for await (const { time, values } of scanHistory(db, range, { first: scanRowsMax, slice: scanRowsMax })) {
    const value = Object.hasOwn(values, property) ? values[property] : undefined
    if (value === undefined) continue
    // The quotient of a time just below `end` may round up to `buckets`.
    const index = Math.min(Math.floor((time - start) / width), buckets - 1)
    const bucket = found.get(index) ?? emptyBucket(Math.ceil(start + index * width), value)
    found.set(index, bucket)
    add(bucket, value)
  }
  return [...found.values()].map(closed)
}

function emptyBucket(from: Instant, first: JsonValue): OpenBucket {
  return { from, first, last: first, count: 0, numbers: 0, sum: 0, min: Infinity, max: -Infinity }
}

function add(bucket: OpenBucket, value: JsonValue): void {
  bucket.count++
  bucket.last = value
  if (typeof value !== 'number') return
  bucket.numbers++
  bucket.sum += value
  bucket.min = Math.min(bucket.min, value)
  bucket.max = Math.max(bucket.max, value)
}

function closed({ from, first, last, count, numbers, sum, min, max }: OpenBucket): HistoryBucket {
  return { from, count, ...(numbers === 0 ? {} : { min, max, avg: sum / numbers }), first, last }
}
