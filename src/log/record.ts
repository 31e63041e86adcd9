import { Buffer } from 'node:buffer'
import type { DeviceId, Position, ProjectId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Entry, EntryKind, NewEntry } from '../domain/entry/entry.ts'
import type { ReportVerdict } from '../domain/verdict/verdict.ts'

/*
 * An entry as bytes: what listener threads hand to the store thread and what stands in the log's segments. Numbers are
 * little endian.
 *
 *   0  u32  bytes of the whole record
 *   4  u32  where in its segment the record before of the same device hash stands, 0: nowhere (the log writes it)
 *   8  f64  at
 *  16  u32  device hash, 0: of no device
 *  20  u8   kind
 *  21  u8   flags
 *  22  u8   bytes of the device id
 *  23  u8   bytes of the project id
 *  24       device id, project id, body
 *
 * The body is JSON, but for a report of which every value was stored and that came on the device's own topic: then it
 * is the payload as it came, and its verdict is what reading it again gives. Such reports are nearly all there is.
 */

/** Where fields stand, for the loop of a commit, which makes no cursor. */
export const HEADER_BYTES = 24
export const PREVIOUS = 4
export const AT = 8
export const HASH = 16
export const KIND = 20
const FLAGS = 21

/** Only added to: the place of a kind stands in records. */
const kinds = [
  'report',
  'message-up',
  'event-up',
  'response',
  'status',
  'connection',
  'config',
  'audit',
  'request',
  'downlink',
  'notice',
] as const satisfies readonly EntryKind[]
const codes = Object.fromEntries(kinds.map((kind, code) => [kind, code])) as Readonly<
  Record<EntryKind, number>
>

/** The code of the kind that the log looks for by itself. */
export const REPORT = codes.report

const STORED = 1
const REPEATS = 2

/** FNV-1a (32 bits) of a device id, never 0. Devices may share one: whoever looks by it compares the id as well. */
export function deviceHash(deviceId: DeviceId): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < deviceId.length; i++) hash = Math.imul(hash ^ deviceId.charCodeAt(i), 0x01000193)
  return hash >>> 0 || 1
}

/** The sender of stored reports, made once a connection. */
export interface ReportSource {
  readonly hash: number
  readonly deviceIdBytes: number
  readonly projectIdBytes: number
  /** Device id and project id, one behind the other: 32 bytes and more. */
  readonly ids: DataView
}

const copyBytes: (
  this: Uint8Array,
  target: Uint8Array,
  targetStart: number,
  start: number,
  end: number,
) => number = (Buffer.prototype as Buffer).copy

export function reportSource(deviceId: DeviceId, projectId: ProjectId): ReportSource {
  const { buffer, byteOffset, byteLength } = Buffer.from(deviceId + projectId, 'latin1')
  const ids = new DataView(buffer, byteOffset, byteLength)
  return { hash: deviceHash(deviceId), deviceIdBytes: deviceId.length, projectIdBytes: projectId.length, ids }
}

/** Gathers records; grows as needed, and is used again after `take` or `clear`. */
export class RecordWriter {
  readonly #allocate: (bytes: number) => Buffer
  #buffer: Buffer
  #view: DataView
  #bytes = 0
  #count = 0

  /** `bytes`: what is reserved at first. `allocate`: where records are gathered, memory of its own each time. */
  constructor(bytes = 64 * 1024, allocate: (bytes: number) => Buffer = Buffer.allocUnsafeSlow) {
    this.#allocate = allocate
    this.#buffer = allocate(bytes)
    this.#view = new DataView(this.#buffer.buffer)
  }

  /** What is reserved. */
  get capacity(): number {
    return this.#buffer.length
  }

  get count(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#bytes
  }

  /** A report on the device's own topic of which every value is stored; its payload is `bytes[from, to)`. */
  storedReport(
    source: ReportSource,
    at: Instant,
    bytes: Uint8Array,
    repeats: boolean,
    from = 0,
    to = bytes.length,
  ): void {
    const { ids, deviceIdBytes, projectIdBytes } = source
    // Not asked of `ids`: that is a call each time.
    const idBytes = deviceIdBytes + projectIdBytes
    const start = this.#begin(idBytes + to - from, at, source.hash)
    const target = this.#buffer
    target[start + KIND] = codes.report
    target[start + FLAGS] = repeats ? STORED | REPEATS : STORED
    target[start + 22] = deviceIdBytes
    target[start + 23] = projectIdBytes
    const body = start + HEADER_BYTES + idBytes
    // Four bytes at a time, the last ones twice: they are there before a call of `copy` would have begun.
    const view = this.#view
    const last = idBytes - 4
    for (let i = 0; i < last; i += 4) view.setInt32(start + HEADER_BYTES + i, ids.getInt32(i, true), true)
    view.setInt32(body - 4, ids.getInt32(last, true), true)
    // `set` takes a byte at a time where memory is shared between threads.
    copyBytes.call(bytes, target, body, from, to)
  }

  entry(entry: NewEntry): void {
    const { kind, at, projectId, deviceId, body } = entry
    const json = JSON.stringify(body)
    const device = deviceId ?? ''
    const bodyBytes = Buffer.byteLength(json)
    const start = this.#begin(
      device.length + projectId.length + bodyBytes,
      at,
      deviceId === undefined ? 0 : deviceHash(deviceId),
    )
    const target = this.#buffer
    target[start + KIND] = codes[kind]
    target[start + FLAGS] = entry.kind === 'report' && entry.body.repeats ? REPEATS : 0
    target[start + 22] = device.length
    target[start + 23] = projectId.length
    target.write(device + projectId, start + HEADER_BYTES, 'latin1')
    target.write(json, start + HEADER_BYTES + device.length + projectId.length)
  }

  /** The records so far, as bytes of their own; the writer is empty afterwards. */
  take(): Uint8Array {
    const records = new Uint8Array(this.#bytes)
    records.set(this.records)
    this.clear()
    return records
  }

  /** The records so far, where they lie: good until `clear`, or the next record. */
  get records(): Uint8Array {
    return this.#buffer.subarray(0, this.#bytes)
  }

  clear(): void {
    this.#bytes = 0
    this.#count = 0
  }

  #begin(rest: number, at: Instant, hash: number): number {
    const start = this.#bytes
    const size = HEADER_BYTES + rest
    if (start + size > this.#buffer.length) this.#grow(start + size)
    const view = this.#view
    view.setUint32(start, size, true)
    view.setUint32(start + PREVIOUS, 0, true)
    view.setFloat64(start + AT, at, true)
    view.setUint32(start + HASH, hash, true)
    this.#bytes = start + size
    this.#count++
    return start
  }

  #grow(needed: number): void {
    const grown = this.#allocate(Math.max(needed, this.#buffer.length * 2))
    this.#buffer.copy(grown, 0, 0, this.#bytes)
    this.#buffer = grown
    this.#view = new DataView(grown.buffer)
  }
}

/**
 * A record among others, without copies: `move` puts it on one, then its fields are read. The bytes must be records as
 * the writer made them: whoever reads them from a disk has held them against their checksum before.
 */
export class RecordCursor {
  #buffer: Buffer = Buffer.alloc(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  #start = 0

  /** Onto the record that begins at `start` of `records`. */
  move(records: Uint8Array, start: number): void {
    if (
      records.buffer !== this.#buffer.buffer ||
      records.byteOffset !== this.#buffer.byteOffset ||
      records.length !== this.#buffer.length
    ) {
      this.#buffer = Buffer.from(records.buffer, records.byteOffset, records.byteLength)
      this.#view = new DataView(records.buffer, records.byteOffset, records.byteLength)
    }
    this.#start = start
  }

  get size(): number {
    return this.#view.getUint32(this.#start, true)
  }

  get previous(): number {
    return this.#view.getUint32(this.#start + PREVIOUS, true)
  }

  set previous(offset: number) {
    this.#view.setUint32(this.#start + PREVIOUS, offset, true)
  }

  get at(): Instant {
    return this.#view.getFloat64(this.#start + AT, true)
  }

  get hash(): number {
    return this.#view.getUint32(this.#start + HASH, true)
  }

  get kind(): EntryKind {
    const kind = kinds[this.#buffer[this.#start + KIND] as number]
    if (kind === undefined) throw new Error('a record of a kind that this version does not know')
    return kind
  }

  /** The body is the payload of a report of which every value was stored. */
  get isStoredReport(): boolean {
    return ((this.#buffer[this.#start + FLAGS] as number) & STORED) !== 0
  }

  /** See `ReportEntry.repeats`. */
  get repeats(): boolean {
    return ((this.#buffer[this.#start + FLAGS] as number) & REPEATS) !== 0
  }

  /** Empty: of no device. */
  get deviceId(): DeviceId | '' {
    const start = this.#start + HEADER_BYTES
    return this.#buffer.toString(
      'latin1',
      start,
      start + (this.#buffer[this.#start + 22] as number),
    ) as DeviceId
  }

  get projectId(): ProjectId {
    const start = this.#start + HEADER_BYTES + (this.#buffer[this.#start + 22] as number)
    return this.#buffer.toString(
      'latin1',
      start,
      start + (this.#buffer[this.#start + 23] as number),
    ) as ProjectId
  }

  /** The records that it is among, as two views of the same bytes. */
  get bytes(): Buffer {
    return this.#buffer
  }

  get view(): DataView {
    return this.#view
  }

  /** Whether it is of this device, whose id stands here as bytes. */
  isOf(deviceId: Uint8Array): boolean {
    const bytes = this.#buffer
    const start = this.#start
    if (bytes[start + 22] !== deviceId.length) return false
    const at = start + HEADER_BYTES
    for (let i = 0; i < deviceId.length; i++) if (bytes[at + i] !== deviceId[i]) return false
    return true
  }

  /** A view, good as long as the records are. */
  get body(): Buffer {
    return this.#buffer.subarray(this.bodyStart, this.#start + this.size)
  }

  /** Where the body begins among the records. */
  get bodyStart(): number {
    const start = this.#start
    return start + HEADER_BYTES + (this.#buffer[start + 22] as number) + (this.#buffer[start + 23] as number)
  }

  /** Where the record ends among them. */
  get end(): number {
    return this.#start + this.size
  }

  /** All of it as a value. `readStored` gives the verdict on the payload of a stored report. */
  entry(position: Position, readStored: ReadStored): Entry {
    const { at, projectId, deviceId, kind } = this
    const body = this.isStoredReport
      ? this.#storedBody(deviceId as DeviceId, at, readStored)
      : (JSON.parse(this.body.toString()) as unknown)
    // What stands in a record was an entry when it was written.
    return { position, at, projectId, kind, ...(deviceId === '' ? {} : { deviceId }), body } as Entry
  }

  #storedBody(deviceId: DeviceId, at: Instant, readStored: ReadStored) {
    return {
      topic: `$oc/devices/${deviceId}/sys/properties/report`,
      payload: this.body.toString(),
      payloadEncoding: 'utf8' as const,
      ...(this.repeats ? { repeats: true as const } : {}),
      verdict: readStored(this.body, at),
    }
  }
}

/** The verdict on a report, received at `at`, of which it is known that every value was stored. */
export type ReadStored = (payload: Uint8Array, at: Instant) => ReportVerdict
