import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import type { Files } from './files.ts'

/*
 * The format of a segment file: a header, then blocks, one a commit; behind the last one nothing or zeros. Numbers are
 * little endian.
 *
 *   segment                                block
 *    0  u32  magic                          0  u32  magic
 *    4  u32  version                        4  u32  CRC-32 of all that follows, records included
 *    8  f64  position of its first record   8  u32  bytes of its records
 *   16  u32  CRC-32 of the first 16 bytes  12  u32  count of its records
 *   20       zeros                         16  f64  position of its first record
 *                                          24       records, one behind the other
 *
 * Neither magic is UTF-8, so that nothing a device sends can look like one.
 */

export const SEGMENT_VERSION = 1
export const SEGMENT_HEADER_BYTES = 32
export const BLOCK_HEADER_BYTES = 24

const SEGMENT_MAGIC = 0xff47_5351
const BLOCK_MAGIC = 0xff4b_4251
/** A block is written in one go from memory: what claims to be larger is none. */
const BLOCK_BYTES_MAX = 1024 * 1024 * 1024

export function segmentHeader(first: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
  header.writeUInt32LE(SEGMENT_MAGIC, 0)
  header.writeUInt32LE(SEGMENT_VERSION, 4)
  header.writeDoubleLE(first, 8)
  header.writeUInt32LE(crc32(header.subarray(0, 16)), 16)
  return header
}

/** Undefined: these bytes are no header of a segment. */
export function readSegmentHeader(
  bytes: Buffer,
): { readonly version: number; readonly first: number } | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES || bytes.readUInt32LE(0) !== SEGMENT_MAGIC) return undefined
  if (bytes.readUInt32LE(16) !== crc32(bytes.subarray(0, 16))) return undefined
  return { version: bytes.readUInt32LE(4), first: bytes.readDoubleLE(8) }
}

/** Puts the header before the records of a block, which are all there. */
export function sealBlock(block: Buffer, first: number, count: number): void {
  block.writeUInt32LE(BLOCK_MAGIC, 0)
  block.writeUInt32LE(block.length - BLOCK_HEADER_BYTES, 8)
  block.writeUInt32LE(count, 12)
  block.writeDoubleLE(first, 16)
  block.writeUInt32LE(crc32(block.subarray(8)), 4)
}

/** Reads blocks forward, each held against its checksum. The current one stands in its fields, good until `next`. */
export class BlockReader {
  readonly #files: Files
  readonly #file: number
  readonly #end: number
  readonly #chunkBytes: number
  #buffer: Buffer = Buffer.alloc(0)
  /** Where in the file the buffer begins, and how much of it is filled. */
  #bufferStart = 0
  #filled = 0

  /** Of the current block: where it begins in the file, its bytes with header, its position, its records. */
  offset = 0
  size = 0
  first = 0
  count = 0
  records: Buffer = this.#buffer
  /** Where the next block begins; where the blocks end, once `next` has given false. */
  nextOffset: number

  /** From the block that begins at `offset`, no further than `end`. */
  constructor(files: Files, file: number, offset: number, end: number, chunkBytes = 256 * 1024) {
    this.#files = files
    this.#file = file
    this.#end = end
    this.#chunkBytes = chunkBytes
    this.nextOffset = offset
  }

  /** False: no whole block of this position begins here. `expected` undefined: whatever its position is. */
  next(expected?: number): boolean {
    const offset = this.nextOffset
    if (!this.#load(offset, BLOCK_HEADER_BYTES)) return false
    const header = offset - this.#bufferStart
    if (this.#buffer.readUInt32LE(header) !== BLOCK_MAGIC) return false
    const length = this.#buffer.readUInt32LE(header + 8)
    const first = this.#buffer.readDoubleLE(header + 16)
    if (length > BLOCK_BYTES_MAX || (expected !== undefined && first !== expected)) return false
    const size = BLOCK_HEADER_BYTES + length
    if (!this.#load(offset, size)) return false
    const start = offset - this.#bufferStart
    const checked = this.#buffer.subarray(start + 8, start + size)
    if (crc32(checked) !== this.#buffer.readUInt32LE(start + 4)) return false
    this.offset = offset
    this.size = size
    this.first = first
    this.count = this.#buffer.readUInt32LE(start + 12)
    this.records = this.#buffer.subarray(start + BLOCK_HEADER_BYTES, start + size)
    this.nextOffset = offset + size
    return true
  }

  /** Makes `bytes` from `offset` on stand in the buffer; false: the file ends before. */
  #load(offset: number, bytes: number): boolean {
    if (offset + bytes > this.#end) return false
    const kept = this.#bufferStart + this.#filled - offset
    if (kept >= bytes) return true
    const wanted = Math.min(Math.max(bytes, this.#chunkBytes), this.#end - offset)
    // A buffer of its own each time the last one is used up: views on records of former blocks stay good.
    const buffer = Buffer.allocUnsafeSlow(wanted)
    if (kept > 0) this.#buffer.copy(buffer, 0, offset - this.#bufferStart, this.#filled)
    const from = Math.max(kept, 0)
    this.#filled = from + this.#files.read(this.#file, buffer.subarray(from), offset + from)
    this.#buffer = buffer
    this.#bufferStart = offset
    return this.#filled >= bytes
  }
}

/**
 * Whether a whole block begins anywhere in [`from`, `end`): behind what a crash tore there is none, since a block is
 * only written when the one before is on disk; so what stands before it was damaged.
 */
export function holdsBlock(files: Files, file: number, from: number, end: number): boolean {
  const magic = Buffer.alloc(4)
  magic.writeUInt32LE(BLOCK_MAGIC)
  const chunk = Buffer.allocUnsafeSlow(1024 * 1024)
  for (let offset = from; offset < end; offset += chunk.length - 3) {
    const bytes = chunk.subarray(
      0,
      files.read(file, chunk.subarray(0, Math.min(chunk.length, end - offset)), offset),
    )
    for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1))
      if (new BlockReader(files, file, offset + at, end).next()) return true
  }
  return false
}
