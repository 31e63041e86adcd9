import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DeviceId, Position, ProjectId, RowKey } from '../base/ids.ts'
import { limits as defaults, type Limits } from '../base/limits.ts'
import { OperatorError } from '../base/operator-error.ts'
import { type Logger, silentLogger } from '../base/logger.ts'
import type { Instant } from '../base/instant.ts'
import type { ConnectionDetail, DevicePresented } from '../domain/certificate/presented.ts'
import type { ConnectionStatus } from '../domain/device/device.ts'
import type {
  BucketQuery,
  ConnectedDevices,
  ConnectedQuery,
  ConnectionPage,
  ConnectionQuery,
  HistoryBucket,
  HistoryPage,
  HistoryQuery,
} from '../domain/history/history.ts'
import type { PrunedStorage, Retention } from '../domain/retention/retention.ts'
import type { ShadowOutcome } from '../domain/shadow/desired-change.ts'
import type { Latest } from '../domain/shadow/latest.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import type { Firsts, StatisticsPoint, StatisticsQuery, Totals } from '../domain/statistics/statistics.ts'
import type { Log } from '../log/log.ts'
import {
  DamagedPeriodError,
  listSetAside,
  pruneSetAside,
  type SetAside,
  setAsidePeriod,
} from '../store/history/damage.ts'
import {
  type HistoryLimits,
  type HistoryStats,
  type HistoryStore,
  openHistoryStore,
} from '../store/history/history-store.ts'
import { findRegistered } from '../store/projections/changes.ts'
import { countConnections, deleteOldestConnections } from '../store/projections/connections.ts'
import { countAccepted, prunePresented } from '../store/projections/presented.ts'
import {
  findProgress,
  isDamage,
  openProjectionsFile,
  type ProjectionsFile,
  type ProjectionsFileFaults,
  removeProjectionsFile,
} from '../store/projections/projections-file.ts'
import { listRefusedValues } from '../store/projections/refused-values.ts'
import { findTotals, pruneMinutes, saveMinute } from '../store/projections/statistics.ts'
import {
  type DeviceConnection,
  findFirsts,
  findStatus,
  listOnline,
  listStatuses,
} from '../store/projections/statuses.ts'
import { Applier, type HistoryFeed, type ShadowEvents } from './applier.ts'
import { minuteOf } from './batch-counts.ts'
import { readConnected } from './read-connected.ts'
import { readConnections } from './read-connections.ts'
import { latestOf } from './read-latest.ts'
import { readConnection, readPresented } from './read-presented.ts'
import { readStatistics } from './read-statistics.ts'

export type ProjectionsLimits = Pick<
  Limits,
  | 'scanRowsMax'
  | 'connectionVerdictsMax'
  | 'changeMemoryMillis'
  | 'presentedCertificatesMax'
  | 'statisticsMillisMax'
  | 'shadowDevicesMax'
> &
  HistoryLimits

export interface ProjectionsOptions {
  /** Path of the database file. Deleting it loses nothing: it is made again from the log. */
  readonly file: string
  /** Of the history's files; made when it does not exist. They are more than a projection: the log may be shorter than they. */
  readonly historyFolder: string
  readonly log: Pick<Log, 'readRecords' | 'head' | 'stats' | 'prune'>
  readonly limits?: ProjectionsLimits
  readonly logger?: Logger
  /** Told of what could not be written behind; it is tried again with what comes next. */
  readonly onFault?: (fault: unknown) => void
  /** Told of a device whose report does not show what is desired of it; also of one that is applied again. */
  readonly onDiffers?: (deviceId: DeviceId, projectId: ProjectId) => void
  /** Tests alone (safety Q2). */
  readonly faults?: ProjectionsFileFaults
}

/**
 * Follows the log and keeps what is read of it: shadow, history, status, connections, statistics.
 *
 * Every read first waits until the log has been applied up to its head of the moment the read began, so what was
 * acknowledged is seen (safety R3); it rejects when that cannot be done. A fault takes the batch back whole; the
 * next `catchUp`, or the next read, tries again.
 */
export interface Projections {
  /** Applies the log up to `to`; absent: up to its present head. */
  catchUp(to?: Position): Promise<void>
  /** What became of a change of a shadow, which `append` writes to the log under this id. */
  outcomeOf(changeId: string, append: () => Promise<Position>): Promise<ShadowOutcome>
  /** One entry a service, in the order of their ids. */
  readShadow(deviceId: DeviceId): Promise<readonly Shadow[]>
  /** Those of the devices that ever connected. */
  readStatuses(deviceIds: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, ConnectionStatus>>
  readConnected(query: ConnectedQuery): Promise<ConnectedDevices>
  /** Throws the refusal `invalid-input` when the marker is none of ours. */
  readHistory(query: HistoryQuery): Promise<HistoryPage>
  readBuckets(query: BucketQuery): Promise<readonly HistoryBucket[]>
  /** Throws the refusal `invalid-input` when the marker is none of ours. */
  readConnections(query: ConnectionQuery): Promise<ConnectionPage>
  /** Undefined when there is none in this project, or it is no longer kept. */
  readConnection(projectId: ProjectId, position: Position): Promise<ConnectionDetail | undefined>
  readPresented(deviceId: DeviceId): Promise<DevicePresented>
  /** How many devices came last by each CA certificate. */
  countByAnchor(projectId: ProjectId): Promise<readonly (readonly [RowKey, number])[]>
  readLatest(deviceId: DeviceId): Promise<Latest>
  /** Where the log of this device begins, not that of an earlier one of its id; undefined: it is not registered. */
  findRegistered(deviceId: DeviceId): Promise<Position | undefined>
  readTotals(projectId: ProjectId): Promise<Totals>
  readStatistics(query: StatisticsQuery): Promise<readonly StatisticsPoint[]>
  /** The devices that connected first, and that reported first. */
  readFirsts(projectId: ProjectId): Promise<Firsts>
  /** To be called at least once a minute: a minute without it and without entries is one in which nothing ran. */
  noteMinute(at: Instant): Promise<void>
  /** Devices that are ONLINE as far as the log says: after a crash nobody has told of their end. */
  onlineConnections(): Promise<readonly DeviceConnection[]>
  /** The last connection that came up, whether or not it still is; undefined when there never was one. */
  currentConnection(deviceId: DeviceId): Promise<DeviceConnection | undefined>
  /** Deletes what is not to be kept any longer, of history by whole months, of the log by whole segments that are of no more use. */
  prune(retention: Retention): Promise<PrunedStorage>
  historyStats(): Promise<HistoryStats>
  /** Since the start; undefined: there was none. */
  lastFold(): FoldTime | undefined
  /** Months of history that were found damaged, as long as their files are there. */
  setAsideHistory(): readonly SetAside[]
  /** Writes and commits all that is kept back in memory to be written behind; rejects when that cannot be done. */
  save(): Promise<void>
  close(): Promise<void>
}

/** How long it took until all that was open went into files, others' turns in between included. */
export interface FoldTime {
  readonly folds: number
  readonly seconds: number
}

/** Opens the file and compares it with the log; applies nothing yet. */
export async function openProjections({
  file,
  historyFolder,
  log,
  limits = defaults,
  logger = silentLogger,
  onFault = () => undefined,
  onDiffers = () => undefined,
  faults,
}: ProjectionsOptions): Promise<Projections> {
  const rebuild = (reason: string): void =>
    logger.warn({ file, reason }, 'projections are built anew from the log')
  const openFile = (): ProjectionsFile => openProjectionsFile(file, rebuild, faults)
  const makeAnew = (reason: string, old: ProjectionsFile): ProjectionsFile => {
    old.close()
    rebuild(reason)
    removeProjectionsFile(file)
    return openFile()
  }
  const found = openFile()
  const openHistory = (): HistoryStore =>
    openHistoryStore({ folder: historyFolder, limits, ...(faults && { faults }) })
  const history = openHistory()
  if (history.foldedPosition() > (await log.head()))
    throw new OperatorError(
      `${historyFolder} holds more of the log than the log has: one of the two was put back from an older copy. ` +
        'Put back both from the same backup, or move the history away to begin it anew.',
    )
  // A log that is behind is another one, put back from a backup perhaps: what was derived is of no use.
  const isForeign = findProgress(found).tables > (await log.head())
  const db = isForeign ? makeAnew('the log does not reach as far', found) : found
  const onDamage = (damaged: ProjectionsFile) => makeAnew('it is damaged', damaged)
  const setAside = (damage: DamagedPeriodError): HistoryStore => {
    const file = setAsidePeriod(damage)
    logger.error(
      { file, reason: damage.message },
      'a month of history is damaged and was set aside; what the log still holds of it is folded again',
    )
    return openHistory()
  }
  return new LogProjections({
    ...{ db, history, historyFolder, makeAnew: onDamage, setAside, log, limits, onFault, onDiffers },
  })
}

interface Wiring extends Required<
  Pick<ProjectionsOptions, 'historyFolder' | 'log' | 'limits' | 'onFault' | 'onDiffers'>
> {
  readonly db: ProjectionsFile
  readonly history: HistoryStore
  readonly makeAnew: (damaged: ProjectionsFile) => ProjectionsFile
  /** The closed store met it; gives one without the damaged file, which begins with the log's first entry. */
  readonly setAside: (damage: DamagedPeriodError) => HistoryStore
}

/** What is written is committed at most so much later: a crash costs applying it again. */
const COMMIT_MILLIS = 1000
/** Shadows are written behind in rounds that begin at least so far apart: a device that reports every second costs a row in ten seconds. */
const ROUND_MILLIS = 10_000
/** Shadows written in one go, 2 ms of work: then others get their turn (safety R12). */
const SAVED_AT_ONCE = 200

class LogProjections implements Projections {
  #db: ProjectionsFile
  readonly #wiring: Wiring
  #history: HistoryStore
  #fed: HistoryFeed
  #foldBeganAt = 0
  #lastFold: FoldTime | undefined
  /** Changes that somebody waits for. */
  readonly #outcomes = new Map<string, ShadowOutcome | undefined>()
  #applier: Applier
  #running: Promise<void> | undefined
  #connectionsUntilPrune = 0
  #closed = false
  /** A transaction is open since then. */
  #openSince: number | undefined
  /** The round that is being written, and when the last one began. */
  #roundEnd: Position | undefined
  #roundAt = -Infinity
  #tending: NodeJS.Timeout | undefined

  constructor(wiring: Wiring) {
    this.#db = wiring.db
    this.#wiring = wiring
    this.#history = wiring.history
    this.#fed = feedOf(wiring.history)
    this.#applier = this.#newApplier()
  }

  catchUp(to?: Position): Promise<void> {
    return this.#mending(() => this.#catchUp(to))
  }

  async outcomeOf(changeId: string, append: () => Promise<Position>): Promise<ShadowOutcome> {
    // Before it is written: a reader may bring the log up to it before its writer is told.
    this.#outcomes.set(changeId, undefined)
    try {
      await this.catchUp(await append())
      const outcome = this.#outcomes.get(changeId)
      if (!outcome) throw new Error(`the log was applied, but not change ${changeId}`)
      return outcome
    } finally {
      this.#outcomes.delete(changeId)
    }
  }

  readShadow(deviceId: DeviceId): Promise<readonly Shadow[]> {
    return this.#read(() => this.#applier.listShadows(deviceId))
  }

  readStatuses(deviceIds: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, ConnectionStatus>> {
    return this.#read(
      (db) =>
        new Map(
          listStatuses(db, deviceIds).map(({ deviceId, status, changedAt, activatedAt, address }) => [
            deviceId,
            { status, changedAt, activatedAt, ...(address === undefined ? {} : { address }) },
          ]),
        ),
    )
  }

  readConnected(query: ConnectedQuery): Promise<ConnectedDevices> {
    return this.#read((db) => readConnected(db, query, this.#wiring.limits))
  }

  readHistory(query: HistoryQuery): Promise<HistoryPage> {
    return this.#readHistory(() => this.#history.page(query))
  }

  readBuckets(query: BucketQuery): Promise<readonly HistoryBucket[]> {
    return this.#readHistory(() => this.#history.buckets(query))
  }

  readConnections(query: ConnectionQuery): Promise<ConnectionPage> {
    return this.#read((db) => readConnections(db, query, this.#wiring.limits))
  }

  readConnection(projectId: ProjectId, position: Position): Promise<ConnectionDetail | undefined> {
    return this.#read((db) => readConnection(db, projectId, position))
  }

  readPresented(deviceId: DeviceId): Promise<DevicePresented> {
    return this.#read((db) => readPresented(db, deviceId))
  }

  countByAnchor(projectId: ProjectId): Promise<readonly (readonly [RowKey, number])[]> {
    return this.#read((db) => countAccepted(db, projectId))
  }

  async readLatest(deviceId: DeviceId): Promise<Latest> {
    const [shadows, refused] = await this.#read((db) => [
      this.#applier.listShadows(deviceId),
      listRefusedValues(db, deviceId),
    ])
    const services = await this.#readHistory(() => latestOf(this.#history, deviceId, shadows))
    return { services, refused }
  }

  findRegistered(deviceId: DeviceId): Promise<Position | undefined> {
    return this.#read((db) => findRegistered(db, deviceId))
  }

  readTotals(projectId: ProjectId): Promise<Totals> {
    return this.#read((db) => findTotals(db, projectId))
  }

  readStatistics(query: StatisticsQuery): Promise<readonly StatisticsPoint[]> {
    return this.#read((db) => readStatistics(db, query, this.#wiring.limits))
  }

  readFirsts(projectId: ProjectId): Promise<Firsts> {
    return this.#read((db) => findFirsts(db, projectId))
  }

  noteMinute(at: Instant): Promise<void> {
    return this.#read((db) =>
      this.#writing(() => {
        saveMinute(db, minuteOf(at))
        pruneMinutes(db, at - this.#wiring.limits.statisticsMillisMax)
      }),
    )
  }

  onlineConnections(): Promise<readonly DeviceConnection[]> {
    return this.#read((db) => listOnline(db))
  }

  currentConnection(deviceId: DeviceId): Promise<DeviceConnection | undefined> {
    return this.#read((db) => findStatus(db, deviceId))
  }

  async prune({ history, log }: Retention): Promise<PrunedStorage> {
    const ofHistory = await this.#readHistory(() => this.#history.prune(history))
    if (history.olderThan !== undefined) pruneSetAside(this.#wiring.historyFolder, history.olderThan)
    const saved = await this.#mending(async () => {
      if (this.#openSince !== undefined) this.#commit()
      // On disk, not only committed: what the log lets go could not be applied again.
      this.#db.exec('PRAGMA wal_checkpoint(FULL)')
      const { tables, shadows } = findProgress(this.#db)
      return Math.min(tables, shadows)
    })
    const before = Math.min(saved, this.#history.foldedPosition()) as Position
    return { history: ofHistory, log: await this.#wiring.log.prune({ before, ...log }) }
  }

  historyStats(): Promise<HistoryStats> {
    return this.#mendingHistory(() => this.#history.stats())
  }

  lastFold(): FoldTime | undefined {
    return this.#lastFold
  }

  setAsideHistory(): readonly SetAside[] {
    return listSetAside(this.#wiring.historyFolder)
  }

  save(): Promise<void> {
    return this.#mending(async () => this.#saveAll())
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#tending)
    // Whoever waits for the run is told of its fault; here it only has to be over.
    await this.#running?.catch(() => undefined)
    try {
      this.#saveAll()
    } catch (fault) {
      // What could not be written is applied again from the log.
      this.#wiring.onFault(fault)
    }
    this.#db.close()
    this.#history.close()
  }

  #read<T>(work: (db: ProjectionsFile) => T | Promise<T>): Promise<T> {
    return this.#mending(async () => {
      await this.#catchUp()
      return work(this.#db)
    })
  }

  #readHistory<T>(work: () => Promise<T>): Promise<T> {
    return this.#mendingHistory(async () => {
      await this.catchUp()
      return work()
    })
  }

  /** A month's file that turns out to be damaged is set aside, and `work` is done again without it. */
  async #mendingHistory<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      const seen = this.#history
      try {
        return await work()
      } catch (fault) {
        if (this.#closed) throw fault
        // Whoever was reading meanwhile finds its files closed.
        if (this.#history !== seen) continue
        if (!(fault instanceof DamagedPeriodError)) throw fault
        this.#setAside(fault)
      }
    }
  }

  /** What only memory has of history is added again with the rest of the log. */
  #setAside(damage: DamagedPeriodError): void {
    this.#history.close()
    this.#history = this.#wiring.setAside(damage)
    this.#fed = feedOf(this.#history)
    this.#takeBack()
    this.#tendSoon()
  }

  /** A file that turns out to be damaged is made anew from the log, and `work` is done again. */
  async #mending<T>(work: () => Promise<T>): Promise<T> {
    const seen = this.#db
    try {
      return await work()
    } catch (fault) {
      if (this.#closed || !isDamage(fault)) throw fault
      // Somebody else who met the damage may have been first.
      if (this.#db === seen) {
        this.#db = this.#wiring.makeAnew(seen)
        this.#begin()
      }
      return work()
    }
  }

  async #catchUp(to?: Position): Promise<void> {
    const head = await this.#wiring.log.head()
    const target = Math.min(to ?? head, head)
    // All who wait share one run at a time; a run that failed fails those who waited for it.
    while (this.#applier.position < target && !this.#closed)
      await (this.#running ??= this.#applyNext().finally(() => (this.#running = undefined)))
  }

  /** One stretch of the log: short enough that others get their turn in between (safety R12). */
  async #applyNext(): Promise<void> {
    const { log } = this.#wiring
    // More came than one fold takes, at a start after a crash perhaps: memory has a bound (safety R11).
    if (this.#history.isFull && this.#foldFirst()) return nextTurn()
    // Of entries that the log has let go, everything that was kept stands in files.
    const after = Math.max(this.#applier.position, log.stats().firstPosition - 1) as Position
    const stretch = log.readRecords(after)
    if (!stretch) return
    const applied = this.#writing(() => this.#applier.apply(stretch))
    this.#pruneConnections(applied.connections)
    this.#tendSoon()
    await nextTurn()
  }

  /** A slice of folding instead of applying more; false: it cannot be done now, and applying must not wait for it. */
  #foldFirst(): boolean {
    try {
      this.#beginFoldWhenDue()
      this.#workOnHistory()
      return true
    } catch (fault) {
      this.#wiring.onFault(fault)
      return false
    }
  }

  /** A slice of folding; true when there is more. */
  #workOnHistory(): boolean {
    const before = this.#history.foldedPosition()
    try {
      const hasMore = this.#history.hasWork && this.#history.work()
      if (this.#history.foldedPosition() > before)
        this.#lastFold = {
          folds: (this.#lastFold?.folds ?? 0) + 1,
          seconds: (performance.now() - this.#foldBeganAt) / 1000,
        }
      return hasMore
    } catch (fault) {
      if (!(fault instanceof DamagedPeriodError)) throw fault
      this.#setAside(fault)
      return false
    }
  }

  #beginFoldWhenDue(): void {
    if (!this.#history.isDue(this.#fed.bytes)) return
    this.#history.beginFold(this.#fed.position)
    this.#foldBeganAt = performance.now()
    this.#fed.bytes = 0
  }

  /** Inside the open transaction, or a new one. A fault takes back all that was not committed, and is thrown. */
  #writing<T>(work: () => T): T {
    try {
      if (this.#openSince === undefined) {
        this.#db.begin()
        this.#openSince = performance.now()
      }
      return work()
    } catch (fault) {
      this.#takeBack()
      throw fault
    }
  }

  #takeBack(): void {
    try {
      this.#db.rollback()
    } finally {
      this.#begin()
    }
  }

  /** Memory follows the file: what is not in it is applied again from the log. */
  #begin(): void {
    this.#openSince = undefined
    this.#roundEnd = undefined
    this.#connectionsUntilPrune = 0
    this.#applier = this.#newApplier()
  }

  #newApplier(): Applier {
    const events: ShadowEvents = {
      outcome: (changeId, outcome) => {
        if (this.#outcomes.has(changeId)) this.#outcomes.set(changeId, outcome)
      },
      differs: this.#wiring.onDiffers,
    }
    return new Applier(this.#db, this.#fed, events, this.#wiring.limits)
  }

  #tendSoon(millis = COMMIT_MILLIS): void {
    if (this.#closed) return
    this.#tending ??= setTimeout(() => {
      this.#tending = undefined
      try {
        this.#tend()
      } catch (fault) {
        this.#wiring.onFault(fault)
      }
    }, millis)
  }

  /** Writes behind a little, and commits when it is time. */
  #tend(): void {
    const applier = this.#applier
    const now = performance.now()
    if (this.#roundEnd === undefined && applier.unsaved > 0 && now - this.#roundAt >= ROUND_MILLIS) {
      applier.endRound()
      this.#roundEnd = applier.position
      this.#roundAt = now
    }
    let isWriting = false
    if (this.#roundEnd !== undefined) {
      isWriting = !this.#writing(() => applier.saveDue(SAVED_AT_ONCE))
      if (!isWriting) {
        applier.saved(this.#roundEnd)
        this.#roundEnd = undefined
      }
    }
    if (this.#openSince !== undefined && (now - this.#openSince >= COMMIT_MILLIS || applier.unsaved === 0))
      this.#commit()
    this.#beginFoldWhenDue()
    const isFolding = this.#workOnHistory()
    if (isWriting || isFolding) this.#tendSoon(SAVING_PAUSE_MILLIS)
    else if (this.#openSince !== undefined || applier.unsaved > 0 || this.#fed.bytes > 0) this.#tendSoon()
  }

  #commit(): void {
    this.#writing(() => {
      this.#applier.saveProgress()
      this.#db.commit()
      this.#openSince = undefined
    })
  }

  /** Before the end: shadows are written as they are now. */
  #saveAll(): void {
    const applier = this.#applier
    if (this.#openSince === undefined && applier.unsaved === 0) return
    this.#writing(() => {
      applier.saveDue(Infinity)
      applier.endRound()
      applier.saveDue(Infinity)
      applier.saved(applier.position)
    })
    this.#commit()
  }

  /** Counting is not free: done at the start and then once per hundredth of the bound. */
  #pruneConnections(added: number): void {
    if (added === 0) return
    this.#connectionsUntilPrune -= added
    if (this.#connectionsUntilPrune > 0) return
    const most = this.#wiring.limits.connectionVerdictsMax
    this.#writing(() => {
      for (const refused of [true, false]) {
        const surplus = countConnections(this.#db, refused) - most
        if (surplus > 0) deleteOldestConnections(this.#db, refused, surplus)
      }
      prunePresented(this.#db, this.#wiring.limits.presentedCertificatesMax)
    })
    this.#connectionsUntilPrune = Math.floor(most / 100)
  }
}

/** Of a store that was opened just now. */
function feedOf(history: HistoryStore): HistoryFeed {
  return { history, position: history.foldedPosition(), bytes: 0 }
}

/** Between two goes of writing behind. */
const SAVING_PAUSE_MILLIS = 5
