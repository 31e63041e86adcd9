import type { DeviceId, Position, ProjectId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Entry, EntryKind, NewEntry } from '../domain/entry/entry.ts'
import type { DeviceEntryPage, DeviceEntryQuery } from '../domain/entry/entry-query.ts'
import type { Pruned, RetentionBounds } from '../domain/retention/retention.ts'

/** Which entries to read; all conditions must hold. */
export interface LogQuery {
  /** Entries behind this position; absent: from the start. */
  readonly after?: Position
  readonly projectId?: ProjectId
  readonly kinds?: readonly EntryKind[]
  readonly deviceIds?: readonly DeviceId[]
  /** At most so many entries, 1 to 10,000. */
  readonly limit: number
}

/**
 * The one append-only log. Group commit: what is appended while a commit runs goes into the next one.
 * `append` resolves when its entries are durable (safety R1) and rejects with `LogWriteError` when they are not
 * (safety R2): then none of the batch is there.
 */
export interface Log {
  append(entries: readonly NewEntry[]): Promise<readonly Position[]>
  /**
   * The same of entries that are records already (`RecordWriter`); gives the position of the first. They must stay as they
   * are until it resolves.
   */
  appendRecords(records: Uint8Array, count: number): Promise<Position>
  /**
   * Durable records from the one behind `after` on, a stretch of at most a few hundred kB at a time; undefined at the head. Synchronous,
   * and from memory for who keeps up with the writer. Throws when `after` lies before what is kept.
   */
  readRecords(after: Position): RecordStretch | undefined
  read(query: LogQuery): Promise<readonly Entry[]>
  /**
   * Entries of one device from `from` on, newest first. Looks at no more than `deviceEntriesScannedMax` of them: a
   * page may hold less than `limit` although `before` says that there may be more.
   */
  readBack(query: DeviceEntryQuery & { readonly from: Position }): Promise<DeviceEntryPage>
  /** Position of the last durable entry; 0 when the log is empty. */
  head(): Promise<Position>
  /**
   * Time of receipt of the report of this device with exactly this payload, received at or after `since`;
   * undefined when there is none (safety R4).
   */
  findReport(deviceId: DeviceId, payload: Uint8Array, since: Instant): Promise<Instant | undefined>
  /**
   * Writes and flushes something that nobody reads, where the next commit will stand and to a file of its own, so that
   * a full disk shows before what was reserved is used up; rejects with `LogWriteError` when that fails.
   */
  probe(): Promise<void>
  /**
   * Deletes the oldest segments, each whole or not at all: as long as all of its entries stand before `before` and
   * either all were received before `olderThan` or the log is larger than `bytesMax`. The last segment stays.
   */
  prune(options: PruneOptions): Promise<Pruned>
  stats(): LogStats
  close(): Promise<void>
}

export interface PruneOptions extends RetentionBounds {
  readonly before: Position
}

export interface LogStats {
  /** On disk, with what is reserved for commits to come. */
  readonly bytes: number
  readonly segments: number
  /** The oldest entry that is kept, or the next one to come when none is. */
  readonly firstPosition: Position
  /** Nothing that is kept was received before; undefined: there is nothing. */
  readonly oldest: Instant | undefined
}

/** Records that follow upon one another. */
export interface RecordStretch {
  /** Position of the first. */
  readonly first: Position
  readonly count: number
  /** As `RecordWriter` makes them, one behind the other; not to be changed, and good only until the next turn of the event loop. */
  readonly bytes: Uint8Array
}

/** The log could not be written: no acknowledgement may be given. */
export class LogWriteError extends Error {
  override readonly name = 'LogWriteError'
}
