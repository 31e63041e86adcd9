/*
 * Times in buckets that grow by a twentieth each, from 0.01 ms to about three minutes: a percentile is right to 5%, and
 * counting costs a logarithm instead of a list that grows with every report.
 */

const SMALLEST_MILLIS = 0.01
const GROWTH = Math.log(1.05)
const BUCKETS = 340

export interface Histogram {
  add(millis: number): void
  /** The time that `share` (0 to 1) of those counted did not exceed; undefined when nothing was counted. */
  percentile(share: number): number | undefined
  readonly count: number
  clear(): void
}

export function createHistogram(): Histogram {
  const buckets = new Uint32Array(BUCKETS)
  let count = 0
  return {
    add(millis) {
      const bucket = Math.ceil(Math.log(Math.max(millis, SMALLEST_MILLIS) / SMALLEST_MILLIS) / GROWTH)
      const index = Math.min(BUCKETS - 1, bucket)
      buckets[index] = (buckets[index] ?? 0) + 1
      count++
    },
    percentile(share) {
      if (count === 0) return undefined
      let left = Math.max(1, Math.ceil(share * count))
      const index = buckets.findIndex((inBucket) => (left -= inBucket) <= 0)
      return SMALLEST_MILLIS * Math.exp(index * GROWTH)
    },
    get count() {
      return count
    },
    clear() {
      buckets.fill(0)
      count = 0
    },
  }
}
