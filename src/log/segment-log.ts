import { Buffer } from 'node:buffer'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DeviceId, Position } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import { limits as defaults, type Limits } from '../base/limits.ts'
import type { Entry, NewEntry } from '../domain/entry/entry.ts'
import type { DeviceEntryPage } from '../domain/entry/entry-query.ts'
import type { Pruned } from '../domain/retention/retention.ts'
import { type ChainLimits, findReport, findReportAmong, readBack } from './device-chain.ts'
import { closeQuietly, type Files, nodeFiles } from './files.ts'
import {
  type Log,
  type LogQuery,
  type LogStats,
  LogWriteError,
  type PruneOptions,
  type RecordStretch,
} from './log.ts'
import { deviceHash, type ReadStored, RecordCursor, RecordWriter } from './record.ts'
import { importSqliteLog } from './import-sqlite.ts'
import { openFolder } from './segment-folder.ts'
import { indexPath, type Segment, SegmentReader } from './segment.ts'
import { SegmentWriter, type WriterLimits } from './segment-writer.ts'

/*
 * The log in a folder of segment files, written by one thread. The format: block.ts and record.ts; why not SQLite:
 * decision 0008.
 *
 * Group commit: what is appended waits for the end of the current turn of the event loop; all that arrived in it
 * becomes one block, with one write and one flush (safety R1). Positions count up from 1 without gaps: a block that
 * failed leaves none and no trace. What a crash leaves behind is cut off at the next start (safety R5).
 */

export interface SegmentLogOptions {
  /** Made when it is not there. */
  readonly folder: string
  readonly readStored: ReadStored
  /** A log in one SQLite file, as versions before 0.1.0 had it: taken over when it is there and the folder is empty. */
  readonly importFrom?: string
  readonly limits?: SegmentLogLimits
  /** Tests alone (safety Q2). */
  readonly files?: Files
}

type SegmentLogLimits = ChainLimits &
  WriterLimits &
  Pick<Limits, 'logBatchEntriesMax' | 'logBatchBytesMax' | 'logReadEntriesMax'>

interface Waiting {
  readonly records: Uint8Array
  readonly count: number
  readonly resolve: (first: Position) => void
  readonly reject: (fault: LogWriteError) => void
}

/** As much as a commit may need at once, roughly. */
const PROBE_BYTES = 64 * 1024

/**
 * Opens the log, or makes it. Throws an `OperatorError` that names file and remedy when something in the middle of it is
 * damaged or missing, or a newer version wrote it.
 */
export function openSegmentLog({
  folder,
  readStored,
  importFrom,
  limits = defaults,
  files = nodeFiles,
}: SegmentLogOptions): Log {
  if (importFrom !== undefined)
    importSqliteLog({
      folder,
      file: importFrom,
      files,
      write: (copy, batches) => writeAll(copy, batches, limits, files),
    })
  return new SegmentLog(folder, readStored, limits, files)
}

/** A log of these entries, in a folder of its own, durable on return. */
function writeAll(
  folder: string,
  batches: Iterable<readonly NewEntry[]>,
  limits: WriterLimits,
  files: Files,
): void {
  // Nothing is written ahead: all of it is done in one turn.
  const writer = new SegmentWriter(files, folder, openFolder(files, folder), { ...limits, logAheadBytes: 0 })
  const records = new RecordWriter()
  try {
    for (const batch of batches) {
      for (const entry of batch) records.entry(entry)
      const part = records.take()
      writer.commit({ parts: [part], bytes: part.length, count: batch.length })
    }
  } finally {
    writer.release()
  }
}

class SegmentLog implements Log {
  readonly #folder: string
  readonly #readStored: ReadStored
  readonly #limits: SegmentLogLimits
  readonly #files: Files
  readonly #segments: Segment[]
  readonly #writer: SegmentWriter
  readonly #reader: SegmentReader
  /** Turns entries into records. */
  readonly #records = new RecordWriter()
  #waiting: Waiting[] = []
  #flush: NodeJS.Immediate | undefined
  #closed = false

  constructor(folder: string, readStored: ReadStored, limits: SegmentLogLimits, files: Files) {
    this.#folder = folder
    this.#readStored = readStored
    this.#limits = limits
    this.#files = files
    this.#segments = openFolder(files, folder)
    this.#reader = new SegmentReader(files)
    this.#writer = new SegmentWriter(files, folder, this.#segments, limits)
  }

  async append(entries: readonly NewEntry[]): Promise<readonly Position[]> {
    if (entries.length === 0) return []
    // Made into records here: an entry that cannot be written fails its own caller, not the batch.
    const first = await this.appendRecords(this.#toRecords(entries), entries.length)
    return entries.map((_, index) => (first + index) as Position)
  }

  appendRecords(records: Uint8Array, count: number): Promise<Position> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new LogWriteError('the log is closed')
      this.#waiting.push({ records, count, resolve, reject })
      this.#flush ??= setImmediate(() => this.#commitWaiting())
    })
  }

  readRecords(after: Position): RecordStretch | undefined {
    this.#mustBeOpen()
    const position = after + 1
    if (position > this.#writer.head) return undefined
    const recent = this.#writer.recent.find(position)
    if (recent) {
      let start = 0
      for (let passed = recent.first; passed < position; passed++) start += recent.records.readUInt32LE(start)
      return {
        first: position as Position,
        count: recent.count - (position - recent.first),
        bytes: start === 0 ? recent.records : recent.records.subarray(start),
      }
    }
    const segment = this.#segmentOf(position)
    if (!segment)
      throw new Error(`entry ${position} is not kept any more; the log begins at ${this.#firstPosition}`)
    return this.#reader.stretch(segment, position)
  }

  async read({
    after = 0 as Position,
    projectId,
    kinds,
    deviceIds,
    limit,
  }: LogQuery): Promise<readonly Entry[]> {
    this.#mustBeOpen()
    const wanted = Math.min(Math.max(limit, 1), this.#limits.logReadEntriesMax)
    if (kinds?.length === 0 || deviceIds?.length === 0) return []
    const hashes = deviceIds && new Set(deviceIds.map(deviceHash))
    const devices = deviceIds && new Set<string>(deviceIds)
    const head = this.#writer.head
    const cursor = new RecordCursor()
    const found: Entry[] = []
    let next = Math.max(after, this.#firstPosition - 1) as Position
    // In slices: a filter that matches little must not hold up the commits between (safety R12).
    for (let left = this.#limits.scanRowsMax; next < head && found.length < wanted;) {
      if (left <= 0) {
        await nextTurn()
        this.#mustBeOpen()
        next = Math.max(next, this.#firstPosition - 1) as Position
        left = this.#limits.scanRowsMax
      }
      const stretch = this.readRecords(next)
      if (!stretch) break
      let start = 0
      for (
        let count = stretch.count;
        count > 0 && left > 0 && next < head && found.length < wanted;
        count--
      ) {
        cursor.move(stretch.bytes, start)
        start += cursor.size
        next++
        left--
        if (hashes && !hashes.has(cursor.hash)) continue
        if (kinds && !kinds.includes(cursor.kind)) continue
        if (projectId !== undefined && cursor.projectId !== projectId) continue
        if (devices && !devices.has(cursor.deviceId)) continue
        found.push(cursor.entry(next, this.#readStored))
        // To read one takes as long as to pass over a few.
        left -= 4
      }
    }
    return found
  }

  async readBack(query: Parameters<Log['readBack']>[0]): Promise<DeviceEntryPage> {
    this.#mustBeOpen()
    return readBack(this.#reader, this.#segments, query, this.#limits, this.#readStored)
  }

  head(): Promise<Position> {
    return Promise.resolve(this.#writer.head as Position)
  }

  async findReport(deviceId: DeviceId, payload: Uint8Array, since: Instant): Promise<Instant | undefined> {
    this.#mustBeOpen()
    const query = { deviceId, payload, since }
    // What waits to be written may be the very report that is asked about.
    for (const { records } of this.#waiting.toReversed()) {
      const at = findReportAmong(records, query)
      if (at !== undefined) return at
    }
    return findReport(this.#reader, this.#segments, query, this.#limits)
  }

  async probe(): Promise<void> {
    this.#mustBeOpen()
    this.#writer.probe()
    // A commit may find room that was reserved for it; whether there is more shows in a file of its own.
    const path = join(this.#folder, 'probe.tmp')
    try {
      this.#writeProbe(path)
    } catch (cause) {
      throw new LogWriteError(`the log cannot be written: ${(cause as Error).message}`, { cause })
    } finally {
      this.#files.remove(path)
    }
  }

  async prune({ before, olderThan = -Infinity, bytesMax = Infinity }: PruneOptions): Promise<Pruned> {
    this.#mustBeOpen()
    let [files, bytes] = [0, 0]
    for (let left = this.stats().bytes; ;) {
      const [oldest] = this.#segments
      if (!oldest || this.#segments.length === 1 || oldest.first + oldest.count > before) break
      if (oldest.times.last >= olderThan && left <= bytesMax) break
      this.#delete(oldest)
      files++
      bytes += oldest.end
      left -= oldest.end
      // There may be thousands, each with a flush: reports are not to wait for all of them (safety R12).
      await nextTurn()
      this.#mustBeOpen()
    }
    return { files, bytes }
  }

  stats(): LogStats {
    const bytes = this.#segments.reduce((sum, { end }) => sum + end, this.#writer.bytesAhead)
    const [first] = this.#segments
    return {
      bytes,
      segments: this.#segments.length,
      firstPosition: this.#firstPosition as Position,
      oldest: first && first.count > 0 ? first.times.first : undefined,
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    while (this.#waiting.length > 0) {
      this.#commitWaiting()
      if (this.#waiting.length > 0) await nextTurn()
    }
    this.#closed = true
    await this.#writer.close()
    this.#reader.close()
  }

  get #firstPosition(): number {
    return this.#segments[0]?.first ?? 1
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new LogWriteError('the log is closed')
  }

  #delete(oldest: Segment): void {
    this.#files.remove(oldest.path)
    oldest.gone = true
    this.#segments.shift()
    this.#reader.forget(oldest)
    this.#files.remove(indexPath(oldest.path))
    // Each by itself: were a later one gone after a power cut and an earlier one not, the log would have a gap.
    this.#files.flushFolder(this.#folder)
  }

  #toRecords(entries: readonly NewEntry[]): Uint8Array {
    try {
      for (const entry of entries) this.#records.entry(entry)
      return this.#records.take()
    } catch (fault) {
      this.#records.take()
      throw fault
    }
  }

  #segmentOf(position: number): Segment | undefined {
    return this.#segments.findLast(({ first }) => first <= position)
  }

  #writeProbe(path: string): void {
    const file = this.#files.open(path, 'make')
    try {
      if (this.#files.write(file, Buffer.alloc(PROBE_BYTES), 0) !== PROBE_BYTES)
        throw new Error('no space left')
      this.#files.flush(file)
    } finally {
      closeQuietly(this.#files, file)
    }
  }

  /** Writes what waits as one block, or as much of it as one may hold, and tells those who wait. Never throws. */
  #commitWaiting(): void {
    clearImmediate(this.#flush)
    this.#flush = undefined
    const [batch, bytes, count] = this.#nextBatch()
    if (batch.length === 0) return
    const busy = this.#writer.busy(bytes)
    if (busy) {
      const again = (): void => void (this.#flush ??= setImmediate(() => this.#commitWaiting()))
      busy.then(again, again)
      return
    }
    this.#waiting = this.#waiting.slice(batch.length)
    if (this.#waiting.length > 0) this.#flush = setImmediate(() => this.#commitWaiting())
    try {
      let first = this.#writer.commit({ parts: batch.map(({ records }) => records), bytes, count })
      for (const waiting of batch) {
        waiting.resolve(first)
        first = (first + waiting.count) as Position
      }
    } catch (fault) {
      for (const { reject } of batch) reject(fault as LogWriteError)
    }
  }

  #nextBatch(): readonly [batch: readonly Waiting[], bytes: number, count: number] {
    const { logBatchEntriesMax, logBatchBytesMax } = this.#limits
    let [length, bytes, count] = [0, 0, 0]
    for (const { records, count: records_ } of this.#waiting) {
      const isFull = count + records_ > logBatchEntriesMax || bytes + records.length > logBatchBytesMax
      if (isFull && length > 0) break
      length++
      bytes += records.length
      count += records_
    }
    return [this.#waiting.slice(0, length), bytes, count]
  }
}
