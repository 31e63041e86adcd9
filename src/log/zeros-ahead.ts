import { Buffer } from 'node:buffer'
import { closeQuietly, type Files } from './files.ts'

/** One write of zeros. */
const CHUNK_BYTES = 1024 * 1024
const zeros = Buffer.alloc(CHUNK_BYTES)

/**
 * Zeros on disk ahead of the end of the active segment, so that a commit writes where blocks are allocated and its flush
 * has no length to write down: about half the time of a flush. As far ahead as was written since the start, within
 * bounds: an idle platform takes a megabyte.
 *
 * It works in the thread pool and through a descriptor of its own: were a failure of writing back reported to its flush,
 * a commit's flush would not be told of it. A block must never be written where zeros are under way: `busyBelow`. When
 * anything here fails, commits go on without zeros.
 */
export class ZerosAhead {
  readonly #files: Files
  readonly #aheadMax: number
  #path = ''
  /** Where zeros stand up to. */
  #ready = 0
  #written = 0
  #end = 0
  #endMax = 0
  /** Where zeros are under way from. */
  #from = Infinity
  #writing: Promise<void> | undefined
  #working: Promise<void> | undefined
  /** After a failure: no try before so much was written. */
  #pausedUntil = 0
  #stopped = false

  constructor(files: Files, aheadMax: number) {
    this.#files = files
    this.#aheadMax = aheadMax
  }

  get ready(): number {
    return this.#ready
  }

  /** From now on ahead of `end` of this file. */
  follow(path: string, end: number): void {
    this.#path = path
    this.#end = end
    this.#ready = end
  }

  /** Nothing that was begun is under way any more. */
  async quiet(): Promise<void> {
    await this.#working
  }

  /** Commits have come to `end`; the file shall not become longer than `endMax`. */
  prepare(end: number, endMax: number): void {
    this.#written += end - this.#end
    this.#end = end
    this.#endMax = endMax
    if (this.#working || this.#stopped || this.#written < this.#pausedUntil || !this.#isShort()) return
    this.#working = this.#work().finally(() => (this.#working = undefined))
  }

  /** Undefined: a block that ends there may be written now; else it has to be asked again when the promise ends, either way. */
  busyBelow(end: number): Promise<void> | undefined {
    return end > this.#from ? this.#writing : undefined
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#working
  }

  #isShort(): boolean {
    const ahead = Math.min(Math.max(this.#written, CHUNK_BYTES), this.#aheadMax)
    const wanted = Math.min(this.#end + ahead, this.#endMax)
    const missing = wanted - Math.max(this.#ready, this.#end)
    // In whole chunks, but for the last one of the segment.
    return missing >= CHUNK_BYTES || (missing > 0 && wanted === this.#endMax)
  }

  async #work(): Promise<void> {
    const path = this.#path
    let file: number | undefined
    try {
      file = this.#files.open(path, 'write')
      while (!this.#stopped && this.#path === path && this.#isShort()) {
        const from = Math.max(this.#ready, this.#end)
        const bytes = Math.min(CHUNK_BYTES, this.#endMax - from)
        this.#from = from
        this.#writing = this.#files.writeLater(file, zeros.subarray(0, bytes), from)
        await this.#writing
        this.#from = Infinity
        await this.#files.flushLater(file)
        if (this.#path === path) this.#ready = from + bytes
      }
    } catch {
      this.#pausedUntil = this.#written + CHUNK_BYTES
    } finally {
      this.#from = Infinity
      closeQuietly(this.#files, file)
    }
  }
}
