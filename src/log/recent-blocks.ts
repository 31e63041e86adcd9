import { Buffer } from 'node:buffer'

/** A block in memory, as it was written. */
export interface RecentBlock {
  readonly first: number
  readonly count: number
  readonly records: Buffer
}

/**
 * The last blocks, in the very memory they were made and written from: whoever keeps up with the writer reads no file,
 * and nothing is copied or allocated for it. A ring of bytes: what is made next takes the place of the oldest. Its pages
 * cost nothing before they are used.
 */
export class RecentBlocks {
  readonly #ring: Buffer
  #next = 0
  /** Oldest first; those before `#oldest` are gone. `start` and `end` in the ring, -1: in memory of its own. */
  #blocks: (RecentBlock & { readonly start: number; readonly end: number })[] = []
  #oldest = 0
  #reserved: { readonly bytes: Buffer; readonly start: number; readonly end: number } | undefined

  constructor(bytes: number) {
    this.#ring = Buffer.allocUnsafeSlow(bytes)
  }

  /** Memory for the next block; good until `reserve` is called again, unless `keep` comes before. */
  reserve(bytes: number): Buffer {
    if (bytes > this.#ring.length) {
      // Takes the place of all others: a run of blocks has no gap.
      this.clear()
      this.#reserved = { bytes: Buffer.allocUnsafeSlow(bytes), start: -1, end: -1 }
      return this.#reserved.bytes
    }
    let start = this.#next
    if (start + bytes > this.#ring.length) {
      // The rest of the ring stays empty this time round.
      this.#forget(start, this.#ring.length)
      start = 0
    }
    const end = start + bytes
    this.#forget(start, end)
    this.#reserved = { bytes: this.#ring.subarray(start, end), start, end }
    return this.#reserved.bytes
  }

  /** What was reserved is a block now: its records begin at `from`. */
  keep(first: number, count: number, from: number): void {
    if (!this.#reserved) return
    const { bytes, start, end } = this.#reserved
    if (start < 0) this.clear()
    this.#blocks.push({ first, count, records: bytes.subarray(from), start, end })
    this.#reserved = undefined
    if (start >= 0) this.#next = end
  }

  /** The block that holds this position. */
  find(position: number): RecentBlock | undefined {
    let [low, high] = [this.#oldest, this.#blocks.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const block = this.#blocks[middle] as RecentBlock
      if (position < block.first) high = middle - 1
      else if (position >= block.first + block.count) low = middle + 1
      else return block
    }
    return undefined
  }

  clear(): void {
    this.#blocks = []
    this.#oldest = 0
    this.#next = 0
  }

  /** The oldest blocks stand next in the ring: those that reach into it go. */
  #forget(start: number, end: number): void {
    for (let oldest = this.#blocks[this.#oldest]; oldest; oldest = this.#blocks[this.#oldest]) {
      if (oldest.start >= 0 && (oldest.end <= start || oldest.start >= end)) break
      this.#oldest++
    }
    if (this.#oldest > 1024 && this.#oldest * 2 > this.#blocks.length) {
      this.#blocks = this.#blocks.slice(this.#oldest)
      this.#oldest = 0
    }
  }
}
