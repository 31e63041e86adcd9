import type { Instant } from '../../base/instant.ts'
import type { JsonValue } from '../../base/json.ts'
import type { BucketQuery, HistoryBucket } from '../../domain/history/history.ts'
import type { ChunkHead } from './chunk.ts'
import { pointsOf } from './points.ts'
import { type Batch, scanBatches, type ScanDeps } from './scan.ts'
import type { NumberSummary } from './values.ts'

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
  deps: ScanDeps,
  { deviceId, serviceId, property, start, end, buckets }: BucketQuery,
): Promise<readonly HistoryBucket[]> {
  if (end <= start) return []
  const found = new Buckets({ start, end, buckets })
  const range = { deviceId, serviceId, start, end, order: 'asc' } as const
  for await (const batch of scanBatches(deps, range, (head, from, to) =>
    found.addChunk(head, property, from, to),
  ))
    found.addBatch(batch, property)
  return found.closed()
}

class Buckets {
  readonly #start: Instant
  readonly #count: number
  readonly #width: number
  readonly #found = new Map<number, OpenBucket>()
  #lastIndex = -1
  #last: OpenBucket | undefined

  constructor({ start, end, buckets }: { start: Instant; end: Instant; buckets: number }) {
    this.#start = start
    this.#count = buckets
    this.#width = (end - start) / buckets
  }

  /** By its head alone; false when that does not say enough. */
  addChunk(head: ChunkHead, property: string, timeMin: Instant, timeMax: Instant): boolean {
    const found = head.properties.get(property)
    if (!found) return true
    const index = this.#indexOf(timeMin)
    if (!found.summary || index !== this.#indexOf(timeMax)) return false
    this.#addSummary(index, found.summary, found.count)
    return true
  }

  addBatch(batch: Batch, property: string): void {
    const [part] = batch.parts
    if (!part || !batch.plain) {
      for (const { time, values } of pointsOf(batch, 'asc', property)) {
        const value = values[property]
        if (value !== undefined) this.#add(this.#indexOf(time), value)
      }
      return
    }
    const column = part.rows.column(property)
    if (!column) return
    const { times } = part.rows
    const { numbers, others } = column
    for (let row = part.from; row < part.to; row++) {
      const number = numbers === undefined ? NaN : (numbers[row] as number)
      const value = Number.isNaN(number) ? others?.[row] : number
      if (value !== undefined) this.#add(this.#indexOf(times[row] as number), value)
    }
  }

  closed(): readonly HistoryBucket[] {
    return [...this.#found.values()].map(({ from, count, numbers, sum, min, max, first, last }) => ({
      from,
      count,
      ...(numbers === 0 ? {} : { min, max, avg: sum / numbers }),
      first,
      last,
    }))
  }

  #indexOf(time: Instant): number {
    // The quotient of a time just below the end may round up to the number of buckets.
    return Math.min(Math.floor((time - this.#start) / this.#width), this.#count - 1)
  }

  #bucket(index: number, first: JsonValue): OpenBucket {
    // Mostly the one before: looking it up for each of a year's minutes is a third of the time.
    if (index === this.#lastIndex && this.#last) return this.#last
    this.#lastIndex = index
    return (this.#last = this.#find(index, first))
  }

  #find(index: number, first: JsonValue): OpenBucket {
    const known = this.#found.get(index)
    if (known) return known
    const from = Math.ceil(this.#start + index * this.#width)
    const made = { from, first, last: first, count: 0, numbers: 0, sum: 0, min: Infinity, max: -Infinity }
    this.#found.set(index, made)
    return made
  }

  #add(index: number, value: JsonValue): void {
    const bucket = this.#bucket(index, value)
    bucket.count++
    bucket.last = value
    if (typeof value !== 'number') return
    bucket.numbers++
    bucket.sum += value
    if (value < bucket.min) bucket.min = value
    if (value > bucket.max) bucket.max = value
  }

  #addSummary(index: number, { min, max, sum, first, last }: NumberSummary, count: number): void {
    const bucket = this.#bucket(index, first)
    bucket.count += count
    bucket.numbers += count
    bucket.sum += sum
    bucket.min = Math.min(bucket.min, min)
    bucket.max = Math.max(bucket.max, max)
    bucket.last = last
  }
}
