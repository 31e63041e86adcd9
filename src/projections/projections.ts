import type { DeviceId, Position, ProjectId, RowKey } from '../base/ids.ts'
import { limits as defaults, type Limits } from '../base/limits.ts'
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
import type { Latest } from '../domain/shadow/latest.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import type { Firsts, StatisticsPoint, StatisticsQuery, Totals } from '../domain/statistics/statistics.ts'
import type { Log } from '../log/log.ts'
import { findRegistered, pruneChanges } from '../store/projections/changes.ts'
import { countConnections, deleteOldestConnections } from '../store/projections/connections.ts'
import { countAccepted, prunePresented } from '../store/projections/presented.ts'
import {
  findProgress,
  isDamage,
  openProjectionsFile,
  type ProjectionsFile,
  type ProjectionsFileFaults,
  removeProjectionsFile,
  saveProgress,
} from '../store/projections/projections-file.ts'
import { listShadows } from '../store/projections/shadows.ts'
import { findTotals, pruneMinutes, saveMinute } from '../store/projections/statistics.ts'
import {
  type DeviceConnection,
  findFirsts,
  findStatus,
  listOnline,
  listStatuses,
} from '../store/projections/statuses.ts'
import { applyEntry, followedKinds } from './apply-entry.ts'
import { createBatchCounts, minuteOf } from './batch-counts.ts'
import { readBuckets } from './read-buckets.ts'
import { readConnected } from './read-connected.ts'
import { readConnections } from './read-connections.ts'
import { readHistory } from './read-history.ts'
import { readLatest } from './read-latest.ts'
import { readConnection, readPresented } from './read-presented.ts'
import { readStatistics } from './read-statistics.ts'

/** Entries applied in one transaction: short enough that others get their turn in between (safety R12). */
const BATCH_ENTRIES = 1000

export type ProjectionsLimits = Pick<
  Limits,
  | 'scanRowsMax'
  | 'connectionVerdictsMax'
  | 'changeMemoryMillis'
  | 'presentedCertificatesMax'
  | 'statisticsMillisMax'
>

export interface ProjectionsOptions {
  /** Path of the database file. Deleting it loses nothing: it is made again from the log. */
  readonly file: string
  readonly log: Pick<Log, 'read' | 'head'>
  readonly limits?: ProjectionsLimits
  readonly logger?: Logger
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
  close(): Promise<void>
}

/** Opens the file and compares it with the log; applies nothing yet. */
export async function openProjections({
  file,
  log,
  limits = defaults,
  logger = silentLogger,
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
  // A log that is behind is another one, put back from a backup perhaps: what was derived is of no use.
  const isForeign = findProgress(found) > (await log.head())
  const db = isForeign ? makeAnew('the log does not reach as far', found) : found
  return new LogProjections(db, (damaged) => makeAnew('it is damaged', damaged), log, limits)
}

class LogProjections implements Projections {
  #db: ProjectionsFile
  readonly #makeAnew: (damaged: ProjectionsFile) => ProjectionsFile
  readonly #log: Pick<Log, 'read' | 'head'>
  readonly #limits: ProjectionsLimits
  #position: Position
  #running: Promise<void> | undefined
  #connectionsUntilPrune = 0
  #closed = false

  constructor(
    db: ProjectionsFile,
    makeAnew: (damaged: ProjectionsFile) => ProjectionsFile,
    log: Pick<Log, 'read' | 'head'>,
    limits: ProjectionsLimits,
  ) {
    this.#db = db
    this.#makeAnew = makeAnew
    this.#log = log
    this.#limits = limits
    this.#position = findProgress(db)
  }

  catchUp(to?: Position): Promise<void> {
    return this.#mending(() => this.#catchUp(to))
  }

  readShadow(deviceId: DeviceId): Promise<readonly Shadow[]> {
    return this.#read((db) => listShadows(db, deviceId))
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
    return this.#read((db) => readConnected(db, query, this.#limits))
  }

  readHistory(query: HistoryQuery): Promise<HistoryPage> {
    return this.#read((db) => readHistory(db, query, this.#limits))
  }

  readBuckets(query: BucketQuery): Promise<readonly HistoryBucket[]> {
    return this.#read((db) => readBuckets(db, query, this.#limits))
  }

  readConnections(query: ConnectionQuery): Promise<ConnectionPage> {
    return this.#read((db) => readConnections(db, query, this.#limits))
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

  readLatest(deviceId: DeviceId): Promise<Latest> {
    return this.#read((db) => readLatest(db, deviceId))
  }

  findRegistered(deviceId: DeviceId): Promise<Position | undefined> {
    return this.#read((db) => findRegistered(db, deviceId))
  }

  readTotals(projectId: ProjectId): Promise<Totals> {
    return this.#read((db) => findTotals(db, projectId))
  }

  readStatistics(query: StatisticsQuery): Promise<readonly StatisticsPoint[]> {
    return this.#read((db) => readStatistics(db, query, this.#limits))
  }

  readFirsts(projectId: ProjectId): Promise<Firsts> {
    return this.#read((db) => findFirsts(db, projectId, this.#limits.scanRowsMax))
  }

  noteMinute(at: Instant): Promise<void> {
    return this.#read((db) =>
      db.transaction(() => {
        saveMinute(db, minuteOf(at))
        pruneMinutes(db, at - this.#limits.statisticsMillisMax)
      }),
    )
  }

  onlineConnections(): Promise<readonly DeviceConnection[]> {
    return this.#read((db) => listOnline(db))
  }

  currentConnection(deviceId: DeviceId): Promise<DeviceConnection | undefined> {
    return this.#read((db) => findStatus(db, deviceId))
  }

  async close(): Promise<void> {
    this.#closed = true
    // Whoever waits for the run is told of its fault; here it only has to be over.
    await this.#running?.catch(() => undefined)
    this.#db.close()
  }

  #read<T>(work: (db: ProjectionsFile) => T | Promise<T>): Promise<T> {
    return this.#mending(async () => {
      await this.#catchUp()
      return work(this.#db)
    })
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
        this.#db = this.#makeAnew(seen)
        this.#position = findProgress(this.#db)
        this.#connectionsUntilPrune = 0
      }
      return work()
    }
  }

  async #catchUp(to?: Position): Promise<void> {
    const head = await this.#log.head()
    const target = Math.min(to ?? head, head)
    // All who wait share one run at a time; a run that failed fails those who waited for it.
    while (this.#position < target && !this.#closed)
      await (this.#running ??= this.#applyNext().finally(() => (this.#running = undefined)))
  }

  async #applyNext(): Promise<void> {
    const db = this.#db
    const head = await this.#log.head()
    const entries = await this.#log.read({
      after: this.#position,
      kinds: followedKinds,
      limit: BATCH_ENTRIES,
    })
    // A page that is not full reached the head; behind its last entry there are only kinds we do not follow.
    const last = entries.at(-1)?.position ?? head
    const reached = entries.length < BATCH_ENTRIES && head > last ? head : last
    // Made anew while the log was read: these entries do not follow upon what is in it now.
    if (db !== this.#db) return
    db.transaction(() => {
      const counts = createBatchCounts()
      for (const entry of entries) applyEntry(db, entry, counts)
      counts.save(db)
      const configured = entries.findLast(({ kind }) => kind === 'config')
      if (configured) pruneChanges(db, configured.at - this.#limits.changeMemoryMillis)
      this.#pruneConnections(entries.filter(({ kind }) => kind === 'connection').length)
      saveProgress(db, reached)
    })
    this.#position = reached
  }

  /** Counting is not free: done at the start and then once per hundredth of the bound. */
  #pruneConnections(added: number): void {
    if (added === 0) return
    this.#connectionsUntilPrune -= added
    if (this.#connectionsUntilPrune > 0) return
    const most = this.#limits.connectionVerdictsMax
    for (const refused of [true, false]) {
      const surplus = countConnections(this.#db, refused) - most
      if (surplus > 0) deleteOldestConnections(this.#db, refused, surplus)
    }
    prunePresented(this.#db, this.#limits.presentedCertificatesMax)
    this.#connectionsUntilPrune = Math.floor(most / 100)
  }
}
