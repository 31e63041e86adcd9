import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import { DeviceOffsets } from './device-offsets.ts'
import { closeQuietly, type Files } from './files.ts'
import { RecordCursor } from './record.ts'

/*
 * What makes a segment searchable: where the last record of each device hash stands, where about a position stands, and
 * between which times its records are. Grows in memory with the active segment; that of a sealed one is a file beside
 * it, which can be made again from the segment at any time. Numbers are little endian, as are all machines that Node.js
 * runs on and that we support.
 *
 *    0  u32  magic                         40  f64  latest `at`
 *    4  u32  CRC-32 of all that follows    48  u32  places
 *    8  f64  position of the first record  52  u32  slots of the table of devices, hash and offset each
 *   16  f64  count of records              56  f64  latest `at` of a report
 *   24  f64  bytes of the segment file     64       places: position less the first one, offset of its block (u32 each)
 *   32  f64  earliest `at`                          then the slots (u32 each)
 */

const MAGIC = 0xff58_4951
const HEADER_BYTES = 64
/** A place is noted at most so often: what has to be passed over from it to a position is read in one go. */
const PLACE_BYTES = 64 * 1024

/** Between which times the records of a block or a segment were received. */
export class Times {
  first = Infinity
  last = -Infinity
  /** The latest of a report: other entries may be written long after what they tell of. */
  lastReport = -Infinity

  add(at: number, isReport: boolean): void {
    if (at < this.first) this.first = at
    if (at > this.last) this.last = at
    if (isReport && at > this.lastReport) this.lastReport = at
  }

  join({ first, last, lastReport }: Times): void {
    if (first < this.first) this.first = first
    if (last > this.last) this.last = last
    if (lastReport > this.lastReport) this.lastReport = lastReport
  }
}

/** Grows by blocks. */
export class SegmentIndex {
  readonly first: number
  count = 0
  /** Where the last block ends. */
  end: number
  readonly times = new Times()
  devices = new DeviceOffsets()
  /** Position less the first one, offset of its block; pairs, growing. */
  #places: number[] = []

  constructor(first: number, end: number) {
    this.first = first
    this.end = end
  }

  /** The block that begins where the last one ended has become part of the segment. */
  addBlock(count: number, bytes: number, times: Times): void {
    const last = this.#places.at(-1)
    if (last === undefined || this.end - last >= PLACE_BYTES) this.#places.push(this.count, this.end)
    this.count += count
    this.end += bytes
    this.times.join(times)
  }

  /** The same for a block that was read, with the devices of its records. */
  addRecords(records: Uint8Array, count: number, headerBytes: number): void {
    const cursor = new RecordCursor()
    const base = this.end + headerBytes
    const times = new Times()
    for (let start = 0; start < records.length; start += cursor.size) {
      cursor.move(records, start)
      const { hash } = cursor
      if (hash !== 0) this.devices.put(hash, base + start)
      times.add(cursor.at, cursor.kind === 'report')
    }
    this.addBlock(count, headerBytes + records.length, times)
  }

  /** Offset of a block that begins at or before the record of this position. */
  blockOfPosition(position: number): number {
    return this.#place(0, position - this.first)
  }

  /** Offset of a block that begins at or before this offset. */
  blockOfOffset(offset: number): number {
    return this.#place(1, offset)
  }

  /** The last place whose `column` is not above `value`. */
  #place(column: 0 | 1, value: number): number {
    let [low, high] = [0, this.#places.length / 2 - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#places[middle * 2 + column] as number) <= value) low = middle
      else high = middle - 1
    }
    return this.#places[low * 2 + 1] as number
  }

  toBytes(): Buffer {
    const { slots } = this.devices
    const bytes = Buffer.alloc(HEADER_BYTES + (this.#places.length + slots.length) * 4)
    bytes.writeUInt32LE(MAGIC, 0)
    bytes.writeDoubleLE(this.first, 8)
    bytes.writeDoubleLE(this.count, 16)
    bytes.writeDoubleLE(this.end, 24)
    bytes.writeDoubleLE(this.times.first, 32)
    bytes.writeDoubleLE(this.times.last, 40)
    bytes.writeUInt32LE(this.#places.length / 2, 48)
    bytes.writeUInt32LE(slots.length / 2, 52)
    bytes.writeDoubleLE(this.times.lastReport, 56)
    Buffer.from(Uint32Array.from(this.#places).buffer).copy(bytes, HEADER_BYTES)
    Buffer.from(slots.buffer, slots.byteOffset, slots.byteLength).copy(
      bytes,
      HEADER_BYTES + this.#places.length * 4,
    )
    bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4)
    return bytes
  }

  /** Undefined: these bytes are no whole index. */
  static fromBytes(bytes: Buffer): SegmentIndex | undefined {
    if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC) return undefined
    if (bytes.readUInt32LE(4) !== crc32(bytes.subarray(8))) return undefined
    const places = bytes.readUInt32LE(48) * 2
    const slots = bytes.readUInt32LE(52) * 2
    if (bytes.length !== HEADER_BYTES + (places + slots) * 4) return undefined
    // Copied, since a view of 32-bit numbers has to begin at a multiple of four.
    const words = new Uint32Array(places + slots)
    Buffer.from(words.buffer).set(bytes.subarray(HEADER_BYTES))
    const index = new SegmentIndex(bytes.readDoubleLE(8), bytes.readDoubleLE(24))
    index.count = bytes.readDoubleLE(16)
    index.times.first = bytes.readDoubleLE(32)
    index.times.last = bytes.readDoubleLE(40)
    index.times.lastReport = bytes.readDoubleLE(56)
    index.#places = [...words.subarray(0, places)]
    index.devices = new DeviceOffsets(words.slice(places))
    return index
  }
}

/** Undefined when the file is not there, cannot be read or is damaged: then it is made again. */
export function readIndexFile(files: Files, path: string): SegmentIndex | undefined {
  let file: number | undefined
  try {
    file = files.open(path, 'read')
    const bytes = Buffer.allocUnsafeSlow(files.size(file))
    return files.read(file, bytes, 0) === bytes.length ? SegmentIndex.fromBytes(bytes) : undefined
  } catch {
    return undefined
  } finally {
    closeQuietly(files, file)
  }
}

/** Writes it whole or not at all. Not flushed apart from its name: a damaged one is found out and made again. */
export function writeIndexFile(files: Files, folder: string, path: string, index: SegmentIndex): void {
  const temporary = `${path}.tmp`
  const file = files.open(temporary, 'make')
  try {
    const bytes = index.toBytes()
    if (files.write(file, bytes, 0) !== bytes.length) throw new Error('the index was written in part')
    files.flush(file)
  } finally {
    files.close(file)
  }
  files.rename(temporary, path)
  files.flushFolder(folder)
}
