import type { MessagePort } from 'node:worker_threads'
import type { DeviceId, Fingerprint, Position, ProjectId, RowKey } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import { OperatorError } from '../base/operator-error.ts'
import { Refusal } from '../base/refusal.ts'
import type { Notice } from '../bus/bus.ts'
import type { BridgedDevices, BridgedQuery } from '../domain/bridge/bridged-devices.ts'
import type { SecretReset, SecretResetOutcome } from '../domain/bridge/secret-reset.ts'
import type { ConnectionDetail, DevicePresented } from '../domain/certificate/presented.ts'
import type { ChildStatuses } from '../domain/device/child-statuses.ts'
import type { ConnectionStatus } from '../domain/device/device.ts'
import type { Broadcast, Delivery, Downlink } from '../domain/downlink/downlink.ts'
import type { Entry, NewEntry, ShadowChange, StatusEntry } from '../domain/entry/entry.ts'
import type { DeviceEntryPage, DeviceEntryQuery } from '../domain/entry/entry-query.ts'
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
import type { ShadowOutcome } from '../domain/shadow/desired-change.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import type { Latest } from '../domain/shadow/latest.ts'
import type { Firsts, StatisticsPoint, StatisticsQuery, Totals } from '../domain/statistics/statistics.ts'
import type { ConnectedDevice, KeptUplink } from '../domain/uplink/kept-uplink.ts'
import type { ProvisioningGrant } from '../domain/verdict/verdict.ts'
import { LogWriteError, type LogQuery, type LogStats } from '../log/log.ts'
import type { PrunedStorage, Retention } from '../domain/retention/retention.ts'
import type { HistoryStats } from '../store/history/history-store.ts'
import type { ListenerStats } from '../listener/listener.ts'
import type { TlsIdentity } from '../listener/transport/tls-entrance.ts'
import type { EnrolmentAnswer, EnrolmentRequest } from '../domain/provisioning/enrolment.ts'
import { DatabaseFileError } from '../sql/sqlite.ts'
import type { ChildPresence } from './child-presence.ts'
import type { LogLevel } from './config.ts'
import type { LogRecord } from './logger.ts'
import type { SocketCounts } from './shared-sockets.ts'

/*
 * Who calls whom between threads (design §3.4):
 *
 *   listener threads ── append, claim, release ──▶ store thread (log/, projections.db)
 *          │  ▲                                        ▲   │
 *   pin,   │  │ cut, notices, stats                    │   │ "the log has advanced"
 *   cut    ▼  │                                        │   ▼
 *         main thread (HTTP, registry.db) ── reads, audit ─┘
 */

/** Error classes that keep their type across threads. */
export const sharedFaults = { DatabaseFileError, LogWriteError, OperatorError, Refusal }

/** The thread of a connection, whose name is `{thread}-{number}`. */
export const threadOf = (connection: string): string => connection.slice(0, connection.lastIndexOf('-'))

/** A device's session begins: written as an ONLINE entry before the device is told. */
export interface Claim {
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  /** `{thread}-{number}` */
  readonly connection: string
  readonly address: string
  readonly at: Instant
  /**
   * The entry of the verdict as a record of the log (`RecordWriter`): as an object it would be cloned on its way. Absent: it
   * was let in earlier, over HTTP.
   */
  readonly record?: Uint8Array
}

/** A device's session ended; nothing happens when another connection has taken over. */
export interface Release {
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  readonly connection: string
  readonly cause: string
  /** What the device did wrong, when that ended it. */
  readonly error?: StatusEntry['error']
  readonly at: Instant
}

/** Of a claim the connection that was taken over, null: none; or why it could not be written. */
export type PresenceOutcome = string | null | { readonly fault: string }

/** What the store thread answers. */
export type StoreApi = {
  append(entries: readonly NewEntry[]): Promise<readonly Position[]>
  /** See `Log.appendRecords`. */
  appendRecords(records: Uint8Array, count: number): Promise<Position>
  read(query: LogQuery): Promise<readonly Entry[]>
  head(): Promise<Position>
  findReport(deviceId: DeviceId, payload: Uint8Array, since: Instant): Promise<Instant | undefined>
  /** Name of the connection that holds the device's session, if one is up. */
  connectionOf(deviceId: DeviceId): string | undefined
  /** The devices that are logged in through each of these bridges. */
  readBridged(query: BridgedQuery): readonly BridgedDevices[]
  /** Durable on return; gives the connection that was taken over, if one was up. */
  claim(claim: Claim): Promise<string | undefined>
  release(release: Release): Promise<void>
  /** Claims and releases in their order, see `PresenceBatch`; gives an outcome for each. */
  changePresence(changes: string, records: Uint8Array): Promise<readonly PresenceOutcome[]>
  /** A listener thread died: its connections are down. */
  releaseThread(thread: string, at: Instant): Promise<void>
  /** See `ChildPresence`, of this and the next two. */
  sayChildren(said: ChildStatuses): Promise<readonly DeviceId[]>
  childMoved(child: Parameters<ChildPresence['moved']>[0]): Promise<void>
  followGateways(isFollowing: boolean, at: Instant): Promise<void>
  readShadow(deviceId: DeviceId): Promise<readonly Shadow[]>
  /** Durable on return; gives what became of it. */
  changeShadow(change: ShadowChange): Promise<ShadowOutcome>
  readStatuses(deviceIds: readonly DeviceId[]): Promise<readonly (readonly [DeviceId, ConnectionStatus])[]>
  readConnected(query: ConnectedQuery): Promise<ConnectedDevices>
  readHistory(query: HistoryQuery): Promise<HistoryPage>
  readBuckets(query: BucketQuery): Promise<readonly HistoryBucket[]>
  readConnections(query: ConnectionQuery): Promise<ConnectionPage>
  readConnection(projectId: ProjectId, position: Position): Promise<ConnectionDetail | undefined>
  readPresented(deviceId: DeviceId): Promise<DevicePresented>
  countByAnchor(projectId: ProjectId): Promise<readonly (readonly [RowKey, number])[]>
  readLatest(deviceId: DeviceId): Promise<Latest>
  readDeviceEntries(query: DeviceEntryQuery): Promise<DeviceEntryPage>
  readTotals(projectId: ProjectId): Promise<Totals>
  readStatistics(query: StatisticsQuery): Promise<readonly StatisticsPoint[]>
  readFirsts(projectId: ProjectId): Promise<Firsts>
  /** See `Projections.prune`. */
  prune(retention: Retention): Promise<PrunedStorage>
  /** What log and history take on disk. */
  usage(): Promise<StoreUsage>
  stats(): StoreStats
  health(): Promise<StoreHealth>
  close(): Promise<void>
}

export interface StoreUsage {
  readonly log: LogStats
  readonly history: HistoryStats
}

export interface StoreStats {
  readonly appendedEntries: number
  readonly commits: number
  readonly commitSeconds: number
  readonly lastCommitSeconds: number
  readonly failedCommits: number
  readonly queuedEntries: number
  readonly flushes: number
  readonly flushSeconds: number
  readonly lastFlushSeconds: number
  readonly folds: number
  /** 0: there was none since the start. */
  readonly lastFoldSeconds: number
  /** Damaged months of history that were set aside. */
  readonly setAsideFiles: number
  readonly onlineDevices: number
}

export interface StoreHealth {
  readonly ok: boolean
  readonly reason?: string
  /** What somebody should look at, though reports can be stored; absent: nothing. */
  readonly warnings?: readonly string[]
}

/** What the main thread answers to the store thread. */
export type StoreListener = {
  advanced(head: Position): void
  /** A report of the device does not show what is desired of it. */
  desiredDiffers(deviceId: DeviceId): void
  log(record: LogRecord): void
}

/** What a listener thread answers to the main thread. */
export type ListenerApi = {
  /** Closes this connection, and no younger one of the device, because another thread has taken it over. */
  cutConnection(deviceId: DeviceId, connection: string): Promise<unknown>
  notice(notice: Notice): Promise<void>
  /** Publishes to this connection; 'offline' when it is not, or no longer, there. */
  deliver(connection: string, downlink: Downlink): Promise<Delivery>
  /** See `Listener.provisioningOf`. */
  provisioningOf(deviceId: DeviceId, connection: string): Promise<ProvisioningGrant | undefined>
  /** See `Listener.broadcast`. */
  broadcast(broadcast: Broadcast): Promise<number>
  stats(): Promise<ListenerStats>
  updateTls(identity: TlsIdentity): Promise<void>
  close(): Promise<void>
}

/** What the main thread answers to a listener thread. */
export type MainApi = {
  log(record: LogRecord): void
  /** False when another certificate was pinned first. */
  pinFingerprint(deviceId: DeviceId, fingerprint: Fingerprint): Promise<boolean>
  saveIntermediates(leafSha256: Fingerprint, certificates: readonly Uint8Array[]): Promise<void>
  /** See `Enrolment`. */
  enrol(request: EnrolmentRequest): Promise<EnrolmentAnswer>
  /** It is in the log, and its device was told so. */
  takeUplink(uplink: KeptUplink): void
  /** A device was let in for which something is due. */
  connected(device: ConnectedDevice): void
  /** A bridge gives a device another secret. */
  resetDeviceSecret(request: SecretReset): Promise<SecretResetOutcome>
  /** Closes a connection that another thread took over; resolves when it is closed or its thread is gone. */
  cutTakenOver(deviceId: DeviceId, connection: string): Promise<void>
}

export interface StoreThreadData {
  readonly logFolder: string
  readonly projectionsFile: string
  readonly historyFolder: string
  readonly dataDir: string
  readonly logLevel: LogLevel
}

export interface ListenerThreadData {
  readonly name: string
  readonly bind: string
  readonly mqttPort: number
  readonly mqttsPort: number
  readonly reusePort: boolean
  readonly tls: TlsIdentity
  /** Of all listener threads; `seat` is this one's. */
  readonly socketCounts: SocketCounts
  readonly seat: number
  readonly limits: Limits
  readonly lenientEventTime: boolean
  readonly registryFile: string
  /** See `OpenedStore.version`. */
  readonly registryVersion: Int32Array
  /** Whose connection log an attempt is written to that names no device we know: the first project's. */
  readonly homeProjectId: ProjectId
  readonly sealingKey: Uint8Array
  readonly logLevel: LogLevel
}

/** Sent once to each side of a new channel between a listener thread and the store thread. */
export interface Attach {
  readonly attach: MessagePort
}
