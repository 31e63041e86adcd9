import { Buffer } from 'node:buffer'
import { basename, dirname, join } from 'node:path'
import { OperatorError } from '../base/operator-error.ts'
import { BLOCK_HEADER_BYTES, BlockReader, SEGMENT_HEADER_BYTES } from './block.ts'
import { closeQuietly, type Files } from './files.ts'
import type { RecordStretch } from './log.ts'
import type { Position } from '../base/ids.ts'
import { RecordCursor } from './record.ts'
import { readIndexFile, SegmentIndex, type Times } from './segment-index.ts'

/** One file of the log, as far as its contents are durable. The last one of a log grows. */
export interface Segment {
  readonly path: string
  readonly first: number
  count: number
  /** Where its last block ends. */
  end: number
  /** Those of its index. */
  readonly times: Times
  /** Of the active segment, and of a sealed one until its index file stands. */
  index: SegmentIndex | undefined
  /** It was deleted; who was reading it stops. */
  gone: boolean
}

const SUFFIX = '.segment'

export const segmentPath = (folder: string, first: number): string =>
  join(folder, String(first).padStart(16, '0') + SUFFIX)
export const indexPath = (segment: string): string => segment.slice(0, -SUFFIX.length) + '.index'

/** Position in the name of a segment file; undefined: it is none. */
export function parseSegmentName(name: string): number | undefined {
  const digits = /^(\d{16})\.segment$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

export function damaged(path: string, what: string): OperatorError {
  return new OperatorError(
    `${path} is damaged: ${what}. Restore this file from a backup; without one, move it and all files with smaller ` +
      `numbers out of ${dirname(path)}, and start again: what they hold is missing then.`,
  )
}

/** What is read of a file at a time where entries follow upon one another. */
const STRETCH_BYTES = 256 * 1024
/** Files kept open, and indexes kept in memory: those of about one search at a time. */
const OPEN_MAX = 8

/** A block in memory, and where it is from. */
export interface FoundBlock {
  readonly segment: Segment
  readonly offset: number
  readonly size: number
  readonly first: number
  readonly count: number
  readonly records: Buffer
}

/** Reads segments from their files, every block against its checksum. Owns the files that it opens: `close()`. */
export class SegmentReader {
  readonly #files: Files
  readonly #opened = new Map<Segment, number>()
  readonly #indexes = new Map<Segment, SegmentIndex>()
  /** The block that was found last: neighbours are often asked for. */
  #found: FoundBlock | undefined
  /** Where the last stretch ended, for who goes on from there. */
  #continued: { readonly segment: Segment; readonly position: number; readonly offset: number } | undefined

  constructor(files: Files) {
    this.#files = files
  }

  /** Records from `position` on, which the segment must hold. */
  stretch(segment: Segment, position: number): RecordStretch {
    const continued = this.#continued
    const start =
      continued?.segment === segment && continued.position === position
        ? continued.offset
        : this.index(segment).blockOfPosition(position)
    const reader = new BlockReader(this.#files, this.file(segment), start, segment.end, STRETCH_BYTES)
    this.#upTo(segment, reader, () => reader.first + reader.count > position)
    const skipped = position - reader.first
    const parts = [reader.records.subarray(startOf(reader.records, skipped))]
    let count = reader.count - skipped
    let bytes = reader.size
    while (reader.nextOffset < segment.end && bytes < STRETCH_BYTES / 2) {
      if (!reader.next(position + count)) throw damagedAt(segment, reader)
      parts.push(reader.records)
      count += reader.count
      bytes += reader.size
    }
    this.#continued = { segment, position: position + count, offset: reader.nextOffset }
    const [only] = parts
    return {
      first: position as Position,
      count,
      bytes: parts.length === 1 && only ? only : Buffer.concat(parts),
    }
  }

  /** The block whose records hold this offset. */
  blockOfOffset(segment: Segment, offset: number): FoundBlock {
    const found = this.#found
    if (found?.segment === segment && offset >= found.offset && offset < found.offset + found.size)
      return found
    return this.#find(
      segment,
      this.index(segment).blockOfOffset(offset),
      (reader) => reader.nextOffset > offset,
    )
  }

  /** Where the record of this position begins. */
  offsetOfPosition(segment: Segment, position: number): number {
    const found = this.#found
    const block =
      found?.segment === segment && position >= found.first && position < found.first + found.count
        ? found
        : this.#find(
            segment,
            this.index(segment).blockOfPosition(position),
            (reader) => reader.first + reader.count > position,
          )
    return block.offset + BLOCK_HEADER_BYTES + startOf(block.records, position - block.first)
  }

  index(segment: Segment): SegmentIndex {
    if (segment.index) return segment.index
    const kept = this.#indexes.get(segment)
    if (kept) return kept
    const read = readIndexFile(this.#files, indexPath(segment.path))
    const index = read && isIndexOf(read, segment) ? read : this.build(segment)
    if (this.#indexes.size >= OPEN_MAX) this.#indexes.delete(oldestKey(this.#indexes))
    this.#indexes.set(segment, index)
    return index
  }

  /** The index, made anew from the whole segment. */
  build(segment: Segment): SegmentIndex {
    const index = new SegmentIndex(segment.first, SEGMENT_HEADER_BYTES)
    const reader = new BlockReader(
      this.#files,
      this.file(segment),
      SEGMENT_HEADER_BYTES,
      segment.end,
      1024 * 1024,
    )
    while (reader.nextOffset < segment.end) {
      if (!reader.next(index.first + index.count)) throw damagedAt(segment, reader)
      index.addRecords(reader.records, reader.count, BLOCK_HEADER_BYTES)
    }
    return index
  }

  file(segment: Segment): number {
    const kept = this.#opened.get(segment)
    if (kept !== undefined) return kept
    if (this.#opened.size >= OPEN_MAX) {
      const oldest = oldestKey(this.#opened)
      closeQuietly(this.#files, this.#opened.get(oldest))
      this.#opened.delete(oldest)
    }
    const file = this.#files.open(segment.path, 'read')
    this.#opened.set(segment, file)
    return file
  }

  /** Reads as much of the file as there is of `target`. */
  read(segment: Segment, target: Uint8Array, offset: number): number {
    return this.#files.read(this.file(segment), target, offset)
  }

  forget(segment: Segment): void {
    closeQuietly(this.#files, this.#opened.get(segment))
    this.#opened.delete(segment)
    this.#indexes.delete(segment)
    if (this.#found?.segment === segment) this.#found = undefined
    if (this.#continued?.segment === segment) this.#continued = undefined
  }

  close(): void {
    for (const segment of this.#opened.keys()) this.forget(segment)
  }

  #find(segment: Segment, start: number, isIt: (reader: BlockReader) => boolean): FoundBlock {
    const reader = new BlockReader(this.#files, this.file(segment), start, segment.end, 80 * 1024)
    this.#upTo(segment, reader, () => isIt(reader))
    const { offset, size, first, count, records } = reader
    return (this.#found = { segment, offset, size, first, count, records })
  }

  /** Goes on until the block that is looked for. */
  #upTo(segment: Segment, reader: BlockReader, isIt: () => boolean): void {
    do if (!reader.next()) throw damagedAt(segment, reader)
    while (!isIt())
  }
}

/** Whether an index speaks of this segment as it is. */
function isIndexOf(index: SegmentIndex, { first, count, end }: Segment): boolean {
  return index.first === first && index.count === count && index.end === end
}

function damagedAt({ path }: Segment, { nextOffset }: BlockReader): OperatorError {
  return damaged(path, `what stands at byte ${nextOffset} of ${basename(path)} is not what was written there`)
}

/** Where the record begins that so many others stand before. */
function startOf(records: Buffer, before: number): number {
  let start = 0
  for (let passed = 0; passed < before; passed++) start += records.readUInt32LE(start)
  return start
}

function oldestKey<K>(map: ReadonlyMap<K, unknown>): K {
  return map.keys().next().value as K
}

/** How many records of a block begin before this offset within its records. */
export function recordsBefore(records: Buffer, offset: number): number {
  const cursor = new RecordCursor()
  let passed = 0
  for (let start = 0; start < offset; start += cursor.size, passed++) cursor.move(records, start)
  return passed
}
