import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DeviceId, Position } from '../../base/ids.ts'
import { type Clock, type Instant, systemClock } from '../../base/instant.ts'
import type { JsonValue } from '../../base/json.ts'
import { limits as defaults, type Limits } from '../../base/limits.ts'
import type { BucketQuery, HistoryBucket, HistoryPage, HistoryQuery } from '../../domain/history/history.ts'
import type { HistoryPlace } from '../../domain/history/marker.ts'
import { OTHER, type Period, periodOf, spanOf } from '../../domain/history/period.ts'
import { firstSeqOf } from '../../domain/history/seq.ts'
import type { Pruned, RetentionBounds } from '../../domain/retention/retention.ts'
import type { Faults } from '../../sql/sqlite.ts'
import { readBuckets } from './buckets.ts'
import { deleteRows } from './delete-rows.ts'
import { Fold, type MergeTask } from './fold.ts'
import { difference, mergeChunks } from './merge.ts'
import type { OpenForm, RowShape } from './open-form.ts'
import { type NewReport, OpenRows, type OpenSeries } from './open-rows.ts'
import { readPage } from './page.ts'
import { PeriodFiles } from './period-files.ts'
import { type HistoryRow, pointsOf } from './points.ts'
import { ProgressFile } from './progress-file.ts'
import { DEVICE_TIME, REPEATS } from './rows.ts'
import { scanBatches, type ScanDeps, type ScanRange } from './scan.ts'

export type HistoryLimits = Pick<
  Limits,
  | 'historyOpenBytesMax'
  | 'historyOpenRowsOfOneMax'
  | 'historyOpenMillisMax'
  | 'historyLagBytesMax'
  | 'historyChunkRowsMax'
  | 'historyChunkPointsMax'
  | 'historyMergedChunks'
  | 'historySliceMillis'
  | 'historyFilesOpenMax'
>

export interface HistoryStoreOptions {
  /** Made when it does not exist; ours alone. */
  readonly folder: string
  readonly limits?: HistoryLimits
  readonly clock?: Clock
  /** Tests alone (safety Q2). */
  readonly faults?: Faults
}

/** What a report said of one service. */
export interface NewRow {
  readonly time: Instant
  readonly receivedAt: Instant
  readonly timeSource: 'device' | 'received'
  /** A redelivery of a report that has come before (safety R4). */
  readonly repeats: boolean
  /** Of the entry of the log; see `domain/history/seq.ts`. */
  readonly seq: number
  /** At least one; no null. */
  readonly values: readonly (readonly [property: string, value: JsonValue])[]
}

export interface HistoryRange extends ScanRange {
  /** Absent: all values of each point. Else points that have it, with its value alone. */
  readonly property?: string
  /** Points behind this place only. */
  readonly after?: HistoryPlace
}

export interface LatestQuery {
  readonly deviceId: DeviceId
  readonly serviceId: string
  readonly properties: Iterable<string>
}

export interface HistoryStats {
  /** Values in files; those that were said twice count until their chunks are merged. */
  readonly points: number
  readonly openPoints: number
  readonly bytes: number
  readonly files: number
  /** No value in the file of a month is older: the clocks that say 1970 do not count. Undefined: there is none. */
  readonly oldest: Instant | undefined
}

/**
 * The history of all devices: open rows in memory, and chunks in a file a month.
 *
 * The owner adds the rows of the log in its order, from behind {@link foldedPosition} on, and gives the thread to
 * {@link work} between its commits. A crash at any instant loses nothing: what was not folded is added again from the
 * log, and what had been folded is not doubled by it.
 */
export class HistoryStore {
  readonly #files: PeriodFiles
  readonly #progressFile: ProgressFile
  readonly #open = new OpenRows()
  readonly #limits: HistoryLimits
  readonly #clock: Clock
  readonly #merges = new Map<string, MergeTask>()
  /** Deleted devices whose rows may still be in files: below which seq, and in which of them. */
  readonly #deletions = new Map<DeviceId, { readonly seqEnd: number; periods: Period[] }>()
  #folded: Position
  /** Rows up to this seq may be in files already. */
  #doubtful: number
  #cycle: { readonly position: Position; readonly fold: Fold } | undefined
  #openSince: Instant | undefined
  /** Files whose write-ahead log is to be emptied, one a slice: each is flushed. */
  #unsettled: Period[] = []

  constructor({ folder, limits = defaults, clock = systemClock, faults }: HistoryStoreOptions) {
    this.#limits = limits
    this.#clock = clock
    this.#files = new PeriodFiles(folder, limits.historyFilesOpenMax, faults)
    this.#progressFile = new ProgressFile(folder, faults)
    const { folded, folding } = this.#progressFile.read()
    this.#folded = folded
    this.#doubtful = endOf(folding)
  }

  /** All rows of the log up to there are in files, and all deletions too: the log is to be applied from behind it. */
  foldedPosition(): Position {
    return this.#folded
  }

  /** The place where reports of one device and service are put, for the hot path: no look-up by name for each of them. */
  series(deviceId: DeviceId, serviceId: string): OpenSeries {
    return this.#open.series(deviceId, serviceId)
  }

  /** The same for reports of several services that look alike, each of which is then one row. */
  form(deviceId: DeviceId, shape: RowShape): OpenForm {
    return this.#open.form(deviceId, shape)
  }

  /** `slots`: where in the report's values each column of the form stands. */
  addReport(form: OpenForm, slots: readonly number[], report: NewReport): void {
    this.#open.add(form, slots, report)
  }

  add(deviceId: DeviceId, serviceId: string, row: NewRow): void {
    const series = this.#open.series(deviceId, serviceId)
    const columns = row.values.map(([property]) => series.column(property))
    const flags = (row.timeSource === 'device' ? DEVICE_TIME : 0) + (row.repeats ? REPEATS : 0)
    series.row(row.time, row.receivedAt, row.seq, flags)
    for (const [index, [, value]] of row.values.entries()) series.value(columns[index] ?? 0, value)
  }

  /** Forgets the device's rows of entries before `before`, the one that deleted it (safety S16): at once for every read, in files with the next {@link work}. */
  deleteDevice(deviceId: DeviceId, before: Position): void {
    this.#open.clear(deviceId)
    this.#deletions.set(deviceId, { seqEnd: firstSeqOf(before), periods: [...this.#files.periods] })
  }

  /** Is it time for {@link beginFold}? `lagBytes`: of the log, since {@link foldedPosition}. */
  isDue(lagBytes: number): boolean {
    if (this.#cycle || (this.#open.addingRows === 0 && lagBytes === 0)) return false
    const now = this.#clock.now()
    // The least of all times since: were the clock stepped back by a day, nothing would be folded for a day.
    if (this.#open.addingRows > 0) this.#openSince = Math.min(this.#openSince ?? now, now)
    const { historyOpenBytesMax, historyOpenRowsOfOneMax, historyLagBytesMax, historyOpenMillisMax } =
      this.#limits
    return (
      this.#open.addingBytes >= historyOpenBytesMax ||
      this.#open.rowsOfOneMax >= historyOpenRowsOfOneMax ||
      lagBytes >= historyLagBytesMax ||
      (this.#openSince !== undefined && now - this.#openSince >= historyOpenMillisMax)
    )
  }

  /**
   * What was added up to now is to be folded; `position` is that of the last entry of the log that was applied. Does
   * nothing while a fold is under way; {@link work} does it.
   */
  beginFold(position: Position): void {
    if (this.#cycle) return
    this.#progressFile.write({ folded: this.#folded, folding: position })
    this.#open.freeze()
    this.#openSince = undefined
    const fold = new Fold({
      files: this.#files,
      open: this.#open,
      clock: this.#clock,
      limits: this.#limits,
      onMergeable: (task) => this.#merges.set(`${task.period}/${task.series}/${task.level}`, task),
    })
    this.#cycle = { position, fold }
  }

  /** Folding has not kept up with what is added: whoever adds must fold first, or memory had no bound (safety R11). */
  get isFull(): boolean {
    const { historyOpenBytesMax } = this.#limits
    return this.#open.addingBytes >= (this.#cycle ? historyOpenBytesMax : 2 * historyOpenBytesMax)
  }

  get hasWork(): boolean {
    return (
      this.#cycle !== undefined ||
      this.#deletions.size > 0 ||
      this.#merges.size > 0 ||
      this.#unsettled.length > 0
    )
  }

  /**
   * A slice of deleting, folding and merging, in this order; true when there is more. What it throws is a fault of the
   * storage: nothing is lost, and the next call tries again.
   */
  work(millis: number = this.#limits.historySliceMillis): boolean {
    const until = performance.now() + millis
    while (this.#deletions.size > 0) {
      this.#deleteSome()
      if (performance.now() >= until) return this.hasWork
    }
    if (this.#cycle) this.#foldSome(this.#cycle, millis)
    else if (this.#merges.size > 0) this.#mergeSome(until)
    else this.#settleOne()
    return this.hasWork
  }

  /** Folds everything, and does all other work: at the end, before a backup, in tests. */
  async foldAll(position: Position): Promise<void> {
    // A fold that is under way does not take in what was added since.
    while (this.#cycle) await this.#turn()
    this.beginFold(position)
    while (this.hasWork) await this.#turn()
  }

  /** Points in the order of time, service and tie, or against it. Rows added meanwhile may show, none shows twice. */
  async *scan({ property, after, ...range }: HistoryRange): AsyncGenerator<HistoryRow> {
    const { order } = range
    const from =
      after === undefined
        ? range
        : order === 'asc'
          ? { ...range, start: Math.max(range.start ?? -Infinity, after.time) }
          : { ...range, end: Math.min(range.end ?? Infinity, after.time + 1) }
    const skim = (head: { readonly properties: ReadonlyMap<string, unknown> }): boolean =>
      property !== undefined && !head.properties.has(property)
    for await (const batch of scanBatches(this.#scanDeps, from, skim))
      for (const row of pointsOf(batch, order, property)) if (!after || isBehind(row, after, order)) yield row
  }

  /** One page; see `HistoryQuery`. Throws the refusal `invalid-input` when the marker is none of ours. */
  page(query: HistoryQuery): Promise<HistoryPage> {
    return readPage((range) => this.scan(range), query)
  }

  /**
   * For each of the properties the newest point that has it, among the newest `rowsMax` points of the service; none
   * for one that is in none of them.
   */
  async latest(
    { deviceId, serviceId, properties }: LatestQuery,
    rowsMax: number,
  ): Promise<ReadonlyMap<string, HistoryRow>> {
    const found = new Map<string, HistoryRow>()
    let [rows, wanted] = [0, new Set(properties)]
    if (wanted.size === 0) return found
    for await (const row of this.scan({ deviceId, serviceId, order: 'desc' })) {
      for (const property of wanted) if (Object.hasOwn(row.values, property)) found.set(property, row)
      wanted = new Set([...wanted].filter((property) => !found.has(property)))
      if (wanted.size === 0 || ++rows >= rowsMax) break
    }
    return found
  }

  buckets(query: BucketQuery): Promise<readonly HistoryBucket[]> {
    return readBuckets(this.#scanDeps, query)
  }

  /**
   * Deletes whole months: those that ended by `olderThan`, then the oldest until all files are within `bytesMax`, never
   * the current one or one to come. Of times that belong to no month what was received before `olderThan`.
   */
  async prune({ olderThan, bytesMax }: RetentionBounds): Promise<Pruned> {
    let [files, bytes] = [0, 0]
    const remove = async (period: Period): Promise<void> => {
      bytes += this.#files.bytes(period)
      files++
      this.#remove(period)
      // A file of gigabytes takes a while to let go of (safety R12).
      await nextTurn()
    }
    const current = periodOf(this.#clock.now(), this.#clock.now()).period
    const old = this.#files.periods.filter((period) => period !== OTHER && period < current)
    const isTooOld = (period: Period): boolean => olderThan !== undefined && spanOf(period).end <= olderThan
    for (const period of old.filter(isTooOld)) await remove(period)
    if (olderThan !== undefined) await this.#pruneOther(olderThan)
    if (bytesMax !== undefined)
      for (const period of old.filter((one) => !isTooOld(one)))
        if (this.#bytes() > bytesMax) await remove(period)
    return { files, bytes }
  }

  async stats(): Promise<HistoryStats> {
    let points = 0
    let oldest: Instant | undefined
    const { periods } = this.#files
    for (const period of periods) {
      const totals = this.#files.find(period)?.totals()
      points += totals?.points ?? 0
      if (period !== OTHER && totals?.timeMin !== undefined && totals.rows > 0)
        oldest = Math.min(oldest ?? Infinity, totals.timeMin)
      await nextTurn()
    }
    return { points, openPoints: this.#open.points, bytes: this.#bytes(), files: periods.length, oldest }
  }

  /** What was not folded comes again from the log. */
  close(): void {
    this.#files.close()
    this.#progressFile.close()
  }

  get #scanDeps(): ScanDeps {
    return {
      files: this.#files,
      open: this.#open,
      deletedBelow: (deviceId) => this.#deletions.get(deviceId)?.seqEnd ?? 0,
      sliceMillis: this.#limits.historySliceMillis,
    }
  }

  async #turn(): Promise<void> {
    this.work()
    await nextTurn()
  }

  #settleOne(): void {
    const period = this.#unsettled.pop()
    if (period !== undefined) this.#files.settle(period)
  }

  #deleteSome(): void {
    for (const [deviceId, { seqEnd, periods }] of this.#deletions) {
      const period = periods.at(-1)
      if (period === undefined) this.#deletions.delete(deviceId)
      else if (!deleteRows(this.#files, period, { deviceId, seqEnd }, this.#limits)) periods.pop()
      return
    }
  }

  #foldSome(cycle: { readonly position: Position; readonly fold: Fold }, millis: number): void {
    try {
      if (cycle.fold.slice(millis, this.#doubtful)) return
      this.#progressFile.write({ folded: cycle.position, folding: cycle.position })
    } catch (fault) {
      // Whether a commit that failed was one cannot be known.
      this.#doubtful = Math.max(this.#doubtful, endOf(cycle.position))
      throw fault
    }
    this.#folded = cycle.position
    this.#unsettled = [...this.#files.opened]
    this.#open.thaw()
    this.#cycle = undefined
  }

  #mergeSome(until: number): void {
    for (const [key, task] of this.#merges) {
      const then = mergeChunks(this.#files, task, this.#limits)
      this.#merges.delete(key)
      for (const next of then) this.#merges.set(`${next.period}/${next.series}/${next.level}`, next)
      if (performance.now() >= until) return
    }
  }

  #remove(period: Period): void {
    this.#files.remove(period)
    for (const [key, task] of this.#merges) if (task.period === period) this.#merges.delete(key)
  }

  async #pruneOther(olderThan: Instant): Promise<void> {
    for (;;) {
      const file = this.#files.find(OTHER)
      const found = file?.listReceivedBefore(olderThan, 64) ?? []
      if (!file || found.length === 0) return
      file.begin()
      try {
        for (const { id } of found) file.deleteChunk(id)
        file.count(difference(found, []))
        file.commit()
      } catch (fault) {
        file.rollback()
        throw fault
      }
      await nextTurn()
    }
  }

  #bytes(): number {
    return this.#files.periods.reduce((sum, period) => sum + this.#files.bytes(period), 0)
  }
}

/** Opens the folder, or makes it. Throws `DatabaseFileError` when a file of it cannot be used. */
export function openHistoryStore(options: HistoryStoreOptions): HistoryStore {
  return new HistoryStore(options)
}

/** The last seq that an entry up to `position` can have. */
function endOf(position: Position): number {
  return firstSeqOf((position + 1) as Position) - 1
}

function isBehind(row: HistoryPlace, after: HistoryPlace, order: 'asc' | 'desc'): boolean {
  const compared =
    row.time - after.time ||
    (row.serviceId < after.serviceId ? -1 : row.serviceId > after.serviceId ? 1 : 0) ||
    row.tie - after.tie
  return order === 'asc' ? compared > 0 : compared < 0
}
