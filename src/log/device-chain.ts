import { Buffer } from 'node:buffer'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DeviceId, Position } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import type { Entry, ReportEntry } from '../domain/entry/entry.ts'
import type { DeviceEntryPage, DeviceEntryQuery } from '../domain/entry/entry-query.ts'
import { BLOCK_HEADER_BYTES } from './block.ts'
import { deviceHash, HEADER_BYTES, type ReadStored, RecordCursor } from './record.ts'
import { damaged, recordsBefore, type Segment, type SegmentReader } from './segment.ts'

/*
 * The entries of one device, newest first. Each record names the one before of its device hash in the same segment, and
 * the segment's index names the last one; so a walk touches the device's own records and those of the few others that
 * share its hash. It is made in slices with turns of the event loop between (safety R12), so segments may be added and
 * deleted under way.
 */

export type ChainLimits = Pick<
  Limits,
  'scanRowsMax' | 'deviceEntriesScannedMax' | 'redeliveryMillisMax' | 'logDelayMillisMax'
>

/** What is read of a file for one record, most of it before the record: there the next ones stand. */
const WINDOW_BYTES = 4096
const WINDOW_BEHIND = 512
/** A record read from a file takes as long as so many that stand in memory. */
const READ_COST = 10

/** A record of the device, under the walk's cursor until the walk goes on. */
interface Step {
  readonly segment: Segment
  readonly offset: number
}

export class DeviceChain {
  readonly cursor = new RecordCursor()
  readonly #reader: SegmentReader
  readonly #deviceId: DeviceId
  readonly #hash: number
  readonly #slice: number
  #cost = 0
  #window = Buffer.allocUnsafeSlow(WINDOW_BYTES)
  #windowOf: Segment | undefined
  #windowStart = 0
  #windowBytes = 0

  constructor(reader: SegmentReader, deviceId: DeviceId, slice: number) {
    this.#reader = reader
    this.#deviceId = deviceId
    this.#hash = deviceHash(deviceId)
    this.#slice = slice
  }

  /** Records at positions in [`from`, `end`), newest first; ends before a segment where `goesOn` says so. */
  async *walk(
    segments: readonly Segment[],
    from: number,
    end: number,
    goesOn: (segment: Segment) => boolean = () => true,
  ): AsyncGenerator<Step> {
    for (const segment of segments.toReversed()) {
      if (segment.first >= end || segment.count === 0) continue
      if (segment.gone || segment.first + segment.count <= from || !goesOn(segment)) return
      const floor = from > segment.first ? this.#reader.offsetOfPosition(segment, from) : 0
      const ceiling =
        end < segment.first + segment.count ? this.#reader.offsetOfPosition(segment, end) : Infinity
      let offset = this.#start(segment, ceiling)
      while (offset >= Math.max(floor, 1)) {
        if (this.#cost >= this.#slice) {
          this.#cost = 0
          await nextTurn()
          if (segment.gone) return
        }
        this.#load(segment, offset)
        const { previous } = this.cursor
        if (offset < ceiling && this.cursor.deviceId === this.#deviceId) yield { segment, offset }
        offset = previous
      }
    }
  }

  /** Position of a record, read with its block and held against the checksum; the cursor is on it then. */
  position({ segment, offset }: Step): Position {
    const block = this.#reader.blockOfOffset(segment, offset)
    const start = offset - block.offset - BLOCK_HEADER_BYTES
    this.#cost += READ_COST
    this.cursor.move(block.records, start)
    return (block.first + recordsBefore(block.records, start)) as Position
  }

  /** The body of the record that the walk stands on. */
  body({ segment, offset }: Step): Buffer {
    const { bodyStart, size } = this.cursor
    const inWindow = offset - this.#windowStart
    if (inWindow + size <= this.#windowBytes) return this.cursor.body
    const skipped = bodyStart - inWindow
    const body = Buffer.allocUnsafe(size - skipped)
    this.#cost += READ_COST
    this.#reader.read(segment, body, offset + skipped)
    return body
  }

  /** Bytes of that body, without reading it. */
  bodyBytes({ offset }: Step): number {
    return this.cursor.size - (this.cursor.bodyStart - (offset - this.#windowStart))
  }

  /** The newest record below `ceiling`, or a newer one. */
  #start(segment: Segment, ceiling: number): number {
    if (ceiling === Infinity) return this.#reader.index(segment).devices.get(this.#hash)
    // A page mostly begins at an entry of the same device, where the last one ended.
    this.#load(segment, ceiling, false)
    return this.cursor.hash === this.#hash ? ceiling : this.#reader.index(segment).devices.get(this.#hash)
  }

  /** Puts the cursor on the record at this offset, whose device's id can be read then; its body need not be there. */
  #load(segment: Segment, offset: number, ofDevice = true): void {
    const end = Math.min(segment.end, offset + WINDOW_BEHIND)
    const isThere =
      this.#windowOf === segment &&
      offset >= this.#windowStart &&
      end <= this.#windowStart + this.#windowBytes
    this.#cost += isThere ? 1 : READ_COST
    if (!isThere) {
      this.#windowStart = Math.max(0, end - WINDOW_BYTES)
      this.#windowOf = segment
      this.#windowBytes = this.#reader.read(
        segment,
        this.#window.subarray(0, end - this.#windowStart),
        this.#windowStart,
      )
    }
    const { cursor } = this
    const start = offset - this.#windowStart
    if (start + HEADER_BYTES <= this.#windowBytes) {
      cursor.move(this.#window, start)
      if (cursor.bodyStart <= this.#windowBytes && cursor.previous < offset) {
        if (!ofDevice || cursor.hash === this.#hash) return
      }
    }
    throw damaged(segment.path, `no record of the device stands at byte ${offset}`)
  }
}

/** See `Log.readBack`. */
export async function readBack(
  reader: SegmentReader,
  segments: readonly Segment[],
  { deviceId, from, before, kinds, limit }: DeviceEntryQuery & { readonly from: Position },
  { scanRowsMax, deviceEntriesScannedMax }: ChainLimits,
  readStored: ReadStored,
): Promise<DeviceEntryPage> {
  const chain = new DeviceChain(reader, deviceId, scanRowsMax)
  const entries: Entry[] = []
  let scanned = 0
  for await (const step of chain.walk(segments, from, before ?? Infinity)) {
    scanned++
    const isWanted = kinds === undefined || kinds.includes(chain.cursor.kind)
    if (!isWanted && scanned < deviceEntriesScannedMax) continue
    const position = chain.position(step)
    if (isWanted) entries.push(chain.cursor.entry(position, readStored))
    if (entries.length >= limit || scanned >= deviceEntriesScannedMax) return { entries, before: position }
  }
  return { entries }
}

/**
 * See `Log.findReport`; of equal ones, the one that came into the log last.
 *
 * Times do not fall along a chain: a report is appended up to `logDelayMillisMax` after it was received, and a repeated
 * one has the time of its first delivery, up to `redeliveryMillisMax` earlier. So a record whose time is earlier than
 * `since` by what it may be late was appended before `since`, and so was everything before it: there the walk ends.
 */
export async function findReport(
  reader: SegmentReader,
  segments: readonly Segment[],
  { deviceId, payload, since }: ReportQuery,
  { scanRowsMax, deviceEntriesScannedMax, redeliveryMillisMax, logDelayMillisMax }: ChainLimits,
): Promise<Instant | undefined> {
  const chain = new DeviceChain(reader, deviceId, scanRowsMax)
  const reached = since - logDelayMillisMax
  const reachedByAny = reached - redeliveryMillisMax
  let scanned = 0
  const goesOn = ({ times: { lastReport } }: Segment): boolean =>
    lastReport >= reachedByAny || lastReport === -Infinity
  for await (const step of chain.walk(segments, 0, Infinity, goesOn)) {
    if (++scanned > deviceEntriesScannedMax) return undefined
    const { cursor } = chain
    if (cursor.kind !== 'report') continue
    const { at } = cursor
    if (at < (cursor.repeats ? reachedByAny : reached)) return undefined
    if (
      at >= since &&
      mayHold(cursor, chain.bodyBytes(step), payload) &&
      holds(cursor, chain.body(step), payload)
    )
      return at
  }
  return undefined
}

export interface ReportQuery {
  readonly deviceId: DeviceId
  readonly payload: Uint8Array
  readonly since: Instant
}

/** The same among records that are in memory: of equal ones, the last. */
export function findReportAmong(
  records: Uint8Array,
  { deviceId, payload, since }: ReportQuery,
): Instant | undefined {
  const cursor = new RecordCursor()
  const hash = deviceHash(deviceId)
  let found: Instant | undefined
  for (let start = 0; start < records.length; start += cursor.size) {
    cursor.move(records, start)
    if (cursor.hash !== hash || cursor.kind !== 'report' || cursor.at < since) continue
    if (cursor.deviceId !== deviceId || !mayHold(cursor, cursor.body.length, payload)) continue
    if (holds(cursor, cursor.body, payload)) found = cursor.at
  }
  return found
}

/** By its length alone: a body of JSON is longer than the payload in it. */
function mayHold(cursor: RecordCursor, bodyBytes: number, payload: Uint8Array): boolean {
  return cursor.isStoredReport ? bodyBytes === payload.length : bodyBytes > payload.length
}

function holds(cursor: RecordCursor, body: Buffer, payload: Uint8Array): boolean {
  if (cursor.isStoredReport) return body.equals(payload)
  // What stands in a record was an entry when it was written.
  const report = JSON.parse(body.toString()) as ReportEntry
  // Of a payload that was too large only the beginning is there.
  if (report.payloadBytes !== undefined) return false
  return Buffer.from(report.payload, report.payloadEncoding).equals(payload)
}
