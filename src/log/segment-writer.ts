import { Buffer } from 'node:buffer'
import type { Position } from '../base/ids.ts'
import type { Limits } from '../base/limits.ts'
import { BLOCK_HEADER_BYTES, sealBlock } from './block.ts'
import { closeQuietly, type Files } from './files.ts'
import { LogWriteError } from './log.ts'
import { RecentBlocks } from './recent-blocks.ts'
import { AT, HASH, HEADER_BYTES, KIND, PREVIOUS, REPORT } from './record.ts'
import { keepIndex, makeSegment } from './segment-folder.ts'
import { Times } from './segment-index.ts'
import type { Segment } from './segment.ts'
import { ZerosAhead } from './zeros-ahead.ts'

/*
 * Writes blocks to the active segment. A commit is one write and one fdatasync on the calling thread; when it returns
 * the block is on disk, when it throws nothing of it is in the log and no position was used.
 *
 * After a write or a flush that failed nobody knows what of it will be on disk: a flush that is only tried again may
 * say yes to pages that the kernel has given up (https://wiki.postgresql.org/wiki/Fsync_Errors). So the file is opened
 * anew and cut to its durable end, flushed: at once if that can be done, else before anything else is written to it.
 */

export type WriterLimits = Pick<Limits, 'logSegmentBytesMax' | 'logAheadBytes' | 'logRecentBytes'>

/** Records of one commit, as they came from those who wait for it. */
export interface Batch {
  readonly parts: readonly Uint8Array[]
  readonly bytes: number
  readonly count: number
}

/** Owns the file of the active segment; `close()` ends it. */
export class SegmentWriter {
  readonly recent: RecentBlocks
  readonly #files: Files
  readonly #folder: string
  readonly #limits: WriterLimits
  readonly #segments: Segment[]
  readonly #ahead: ZerosAhead
  #active: Segment
  /** Undefined: to be opened, since its end is in doubt. */
  #file: number | undefined
  /** The active segment takes nothing any more, since the file of the next one may be there already. */
  #isFull = false
  /** Sealed segments whose files are being finished. */
  #finishing: Promise<void> = Promise.resolve()

  /** `segments`: all of the log, the active one last; it is added to. */
  constructor(files: Files, folder: string, segments: Segment[], limits: WriterLimits) {
    this.#files = files
    this.#folder = folder
    this.#segments = segments
    this.#limits = limits
    this.#active = segments.at(-1) as Segment
    this.#file = files.open(this.#active.path, 'write')
    this.recent = new RecentBlocks(limits.logRecentBytes)
    this.#ahead = new ZerosAhead(files, limits.logAheadBytes)
    this.#ahead.follow(this.#active.path, this.#active.end)
  }

  /** Position of the last durable record. */
  get head(): number {
    return this.#active.first + this.#active.count - 1
  }

  /** What the active segment has beyond its end, for commits to come. */
  get bytesAhead(): number {
    return Math.max(0, this.#ahead.ready - this.#active.end)
  }

  /** Undefined: a block of so many bytes of records can be written now; else when it can. */
  busy(bytes: number): Promise<void> | undefined {
    return this.#ahead.busyBelow(this.#active.end + BLOCK_HEADER_BYTES + bytes)
  }

  /** Gives the position of the first record. Throws {@link LogWriteError}. */
  commit({ parts, bytes, count }: Batch): Position {
    const size = BLOCK_HEADER_BYTES + bytes
    try {
      this.#repair()
      if (
        this.#isFull ||
        (this.#active.count > 0 && this.#active.end + size > this.#limits.logSegmentBytesMax)
      )
        this.#roll()
      return this.#write(parts, size, count)
    } catch (cause) {
      throw this.#failed(cause)
    }
  }

  /** Writes zeros where the next block will stand, and flushes them. Throws {@link LogWriteError}. */
  probe(): void {
    try {
      this.#repair()
      this.#toDisk(Buffer.alloc(BLOCK_HEADER_BYTES))
    } catch (cause) {
      throw this.#failed(cause)
    }
  }

  /** Cuts off what was prepared for commits that did not come. */
  async close(): Promise<void> {
    await this.#ahead.stop()
    await this.#finishing
    this.#tryRepair()
    const file = this.#file
    this.#file = undefined
    if (file === undefined) return
    try {
      this.#files.cut(file, this.#active.end)
      this.#files.flush(file)
    } catch {
      // The next start cuts it.
    } finally {
      closeQuietly(this.#files, file)
    }
  }

  /** Lets the file go as it is, at once; for a writer that wrote nothing ahead. */
  release(): void {
    closeQuietly(this.#files, this.#file)
    this.#file = undefined
  }

  #write(parts: readonly Uint8Array[], size: number, count: number): Position {
    const active = this.#active
    const first = active.first + active.count
    const block = this.recent.reserve(size)
    let at = BLOCK_HEADER_BYTES
    for (const part of parts) {
      // `set` takes a byte at a time where the part is shared between threads.
      Buffer.from(part.buffer, part.byteOffset, part.length).copy(block, at)
      at += part.length
    }
    const times = this.#chain(block, count)
    sealBlock(block, first, count)
    try {
      this.#toDisk(block)
    } catch (fault) {
      this.#unchain(block)
      throw fault
    }
    active.index?.addBlock(count, size, times)
    active.count += count
    active.end += size
    this.recent.keep(first, count, BLOCK_HEADER_BYTES)
    this.#ahead.prepare(active.end, this.#limits.logSegmentBytesMax)
    return first as Position
  }

  /** Binds each record to the one before of its device. The hot path of the log: once a record, no object made. */
  #chain(block: Buffer, count: number): Times {
    const { devices } = this.#active.index as NonNullable<Segment['index']>
    const view = new DataView(block.buffer, block.byteOffset, block.length)
    const base = this.#active.end
    const times = new Times()
    let start = BLOCK_HEADER_BYTES
    let left = count
    for (; start + HEADER_BYTES <= block.length; left--) {
      const size = view.getUint32(start, true)
      if (size < HEADER_BYTES) break
      const hash = view.getUint32(start + HASH, true)
      if (hash !== 0) view.setUint32(start + PREVIOUS, devices.put(hash, base + start), true)
      times.add(view.getFloat64(start + AT, true), block[start + KIND] === REPORT)
      start += size
    }
    if (start !== block.length || left !== 0) {
      this.#unchain(block.subarray(0, Math.min(start, block.length)))
      throw new Error('these bytes are not so many records')
    }
    return times
  }

  /** Undoes `#chain`: the first record of each device in the block names what the table held. */
  #unchain(block: Buffer): void {
    const { devices } = this.#active.index as NonNullable<Segment['index']>
    for (
      let start = BLOCK_HEADER_BYTES;
      start + HEADER_BYTES <= block.length;
      start += block.readUInt32LE(start)
    ) {
      const hash = block.readUInt32LE(start + HASH)
      const previous = block.readUInt32LE(start + PREVIOUS)
      if (hash !== 0 && previous < this.#active.end) devices.put(hash, previous)
    }
  }

  /** Durable on return, at the end of the active segment; what it throws leaves that end in doubt. */
  #toDisk(bytes: Buffer): void {
    const file = this.#file as number
    try {
      const written = this.#files.write(file, bytes, this.#active.end)
      if (written !== bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes were written`)
      this.#files.flush(file)
    } catch (fault) {
      this.#file = undefined
      closeQuietly(this.#files, file)
      throw fault
    }
  }

  #repair(): void {
    if (this.#file !== undefined) return
    const { path, end } = this.#active
    const file = this.#files.open(path, 'write')
    try {
      this.#files.cut(file, end)
      this.#files.flush(file)
    } catch (fault) {
      closeQuietly(this.#files, file)
      throw fault
    }
    this.#file = file
    this.#ahead.follow(path, end)
  }

  #tryRepair(): void {
    try {
      this.#repair()
    } catch {
      // It is tried again before the next write; the fault that led here is the one that is told.
    }
  }

  #failed(cause: unknown): LogWriteError {
    // At once, so that what was refused does not come back when the process ends now.
    this.#tryRepair()
    const message = `the log cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`
    return new LogWriteError(message, { cause })
  }

  /** Seals the active segment and goes on in a new one. */
  #roll(): void {
    const sealed = this.#active
    this.#isFull = true
    const next = makeSegment(this.#files, this.#folder, sealed.first + sealed.count)
    const file = this.#files.open(next.path, 'write')
    const former = this.#file
    this.#file = file
    this.#active = next
    this.#segments.push(next)
    this.#isFull = false
    const quiet = this.#ahead.quiet()
    this.#ahead.follow(next.path, next.end)
    this.#finishing = this.#finishing.then(() => quiet).then(() => this.#finish(sealed, former))
  }

  /** Off the path of commits: what is not done by it, the next start does. */
  #finish(sealed: Segment, file: number | undefined): void {
    try {
      if (file !== undefined && !sealed.gone) this.#files.cut(file, sealed.end)
    } catch {
      // Zeros stay behind its last block, which harm nobody.
    }
    closeQuietly(this.#files, file)
    if (!sealed.gone) keepIndex(this.#files, this.#folder, sealed)
  }
}
