/*
 * Counts of durations in buckets whose width is at most 1/256 of their value: adding is a few instructions, and the
 * histograms of several processes can be added up. Microseconds from 0 to 2^31.
 */

const SUB_BITS = 8
const SUB = 1 << SUB_BITS
/** Below this every microsecond has a bucket of its own. */
const EXACT = SUB * 2
const BUCKETS = EXACT + (31 - SUB_BITS) * SUB

export class Histogram {
  readonly #counts: Float64Array
  #total = 0

  constructor(counts: readonly (readonly [bucket: number, count: number])[] = []) {
    this.#counts = new Float64Array(BUCKETS)
    this.addAll(counts)
  }

  get total(): number {
    return this.#total
  }

  add(micros: number): void {
    this.#put(bucketOf(micros < 0 ? 0 : micros > 0x7fffffff ? 0x7fffffff : micros | 0), 1)
  }

  addAll(counts: readonly (readonly [bucket: number, count: number])[]): void {
    for (const [bucket, count] of counts) this.#put(bucket, count)
  }

  #put(bucket: number, count: number): void {
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count
    this.#total += count
  }

  /** The buckets that hold something, for another process. */
  counts(): [bucket: number, count: number][] {
    const filled: [number, number][] = []
    for (const [bucket, count] of this.#counts.entries()) if (count > 0) filled.push([bucket, count])
    return filled
  }

  /** The lower end of the bucket in which the share `share` (0 to 1) of all values is reached; 0 when empty. */
  quantile(share: number): number {
    let left = Math.max(1, Math.ceil(share * this.#total))
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count
      if (left <= 0) return lowerEnd(bucket)
    }
    return 0
  }

  clear(): void {
    this.#counts.fill(0)
    this.#total = 0
  }
}

function bucketOf(value: number): number {
  if (value < EXACT) return value
  const shift = 31 - Math.clz32(value) - SUB_BITS
  return EXACT + (shift - 1) * SUB + ((value >> shift) - SUB)
}

function lowerEnd(bucket: number): number {
  if (bucket < EXACT) return bucket
  const shift = Math.floor((bucket - EXACT) / SUB) + 1
  return (((bucket - EXACT) % SUB) + SUB) * 2 ** shift
}
