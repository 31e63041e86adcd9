import type { Static, TObject, TSchema } from 'typebox'
import type { DeviceId, Ids, Position, ProjectId, RowKey } from '../base/ids.ts'
import type { Clock, Instant } from '../base/instant.ts'
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { Limits } from '../base/limits.ts'
import type { Language } from '../base/refusal-sentence.ts'
import type { Bus } from '../bus/bus.ts'
import type { BridgedDevices, BridgedQuery } from '../domain/bridge/bridged-devices.ts'
import type { ConnectionDetail, DevicePresented } from '../domain/certificate/presented.ts'
import type { ConnectionStatus, Device } from '../domain/device/device.ts'
import type { Delivery } from '../domain/downlink/downlink.ts'
import type { DeviceLogPage, DeviceLogQuery } from '../domain/device-event/device-log.ts'
import type { Entry, ShadowChange } from '../domain/entry/entry.ts'
import type { DeviceEntryPage, DeviceEntryQuery, EntryQuery } from '../domain/entry/entry-query.ts'
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
import type { DeviceFiles } from '../domain/file/file-addresses.ts'
import type { Latest } from '../domain/shadow/latest.ts'
import type { StorageUsage } from '../domain/retention/retention.ts'
import type { ShadowOutcome } from '../domain/shadow/desired-change.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import type { Firsts, StatisticsPoint, StatisticsQuery, Totals } from '../domain/statistics/statistics.ts'
import type { TopicAnswer, TopicQuestion } from '../domain/verdict/topic-question.ts'
import type { ConnectionVerdict, ReportVerdict } from '../domain/verdict/verdict.ts'
import type { Dispatch } from '../downlink/dispatch.ts'
import type { Downlinks } from '../downlink/downlinks.ts'
import type { Notices } from '../downlink/notices.ts'
import type { Store } from '../store/store.ts'

/** Who calls, after authentication. */
export interface Caller {
  readonly projectId: ProjectId
  readonly kind: 'access-key' | 'token' | 'session'
  /** Access key id or user name, for the audit trail. */
  readonly name: string
  readonly address: string
  /** Of a caller of kind `session`. */
  readonly session?: CallerSession
}

/** The session that a caller came with; its text is a secret, for the cookie only. */
export interface CallerSession {
  readonly token: string
  /** Under which the registry knows it. */
  readonly sha256: string
  readonly csrfToken: string
  readonly expiresAt: Instant
}

export type SessionCaller = Caller & { readonly session: CallerSession }

export interface EventToSend {
  readonly serviceId: string
  readonly eventType: string
  readonly paras: JsonObject
}

export interface SentEvent {
  readonly eventId: string
  readonly delivery: Delivery
}

/** What operations are given by `app/`: they may import neither projections nor device-auth (layout). */
export interface OperationDeps {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly limits: Limits
  readonly bus: Bus
  readonly downlinks: Downlinks
  /** A change of the children of this gateway, the topmost, is committed: it is told, if it is connected. Answers at once. */
  childrenChanged(gatewayId: DeviceId): void
  /** A child has another topmost gateway: if it is ONLINE it is so through that one. */
  childMoved(child: Pick<Device, 'deviceId' | 'projectId'> & { readonly gatewayId: DeviceId }): Promise<void>
  /** Whether children go OFFLINE with their gateway; resolves when those whose gateway is down are. */
  followGateways(isFollowing: boolean): Promise<void>
  /** Sends an event to a directly connected device, and writes that to the log. */
  sendEvent(device: Pick<Device, 'deviceId' | 'projectId'>, event: EventToSend): Promise<SentEvent>
  readonly notices: Notices
  readonly files: DeviceFiles
  /** Messages, commands and questions to devices. */
  readonly dispatch: Dispatch
  /** Moves what the registry's outbox holds into the log; call after a change that wrote to it. */
  drainOutbox(): Promise<void>
  readShadow(deviceId: DeviceId): Promise<readonly Shadow[]>
  /** Durable when it resolves; refuses `store-unavailable` when the log cannot be written. */
  changeShadow(change: ShadowChange): Promise<ShadowOutcome>
  /** What is desired of the device has changed: what differs from its reported state is sent to it if it is online. */
  pushDesired(device: Device): void
  /** Connection status of each device that ever connected. */
  readStatuses(deviceIds: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, ConnectionStatus>>
  readBridged(query: BridgedQuery): Promise<readonly BridgedDevices[]>
  readConnected(query: ConnectedQuery): Promise<ConnectedDevices>
  readHistory(query: HistoryQuery): Promise<HistoryPage>
  readBuckets(query: BucketQuery): Promise<readonly HistoryBucket[]>
  readConnections(query: ConnectionQuery): Promise<ConnectionPage>
  /** Undefined when there is none in this project, or it is no longer kept. */
  readConnection(projectId: ProjectId, position: Position): Promise<ConnectionDetail | undefined>
  /** The certificates that a device came with last, the CA they rest on, and its last verdict. */
  readPresented(deviceId: DeviceId): Promise<DevicePresented>
  /** By the key of a CA certificate: how many devices came last by it. */
  countByAnchor(projectId: ProjectId): Promise<ReadonlyMap<RowKey, number>>
  readLatest(deviceId: DeviceId): Promise<Latest>
  /** Nothing of an earlier device of the same id is among them. */
  readDeviceEntries(query: DeviceEntryQuery): Promise<DeviceEntryPage>
  /** Log reports of a device, nothing of an earlier one of the same id among them. */
  readDeviceLogs(query: DeviceLogQuery): Promise<DeviceLogPage>
  readTotals(projectId: ProjectId): Promise<Totals>
  readStatistics(query: StatisticsQuery): Promise<readonly StatisticsPoint[]>
  readFirsts(projectId: ProjectId): Promise<Firsts>
  /** What history and log take, of all projects. */
  readUsage(): Promise<StorageUsage>
  /** Deletes what the settings do not keep any longer; resolves when that is done, or has failed and will be tried again. */
  applyRetention(): Promise<void>
  explainConnection(input: ExplainConnectionInput): Promise<ConnectionVerdict>
  explainReport(deviceId: DeviceId, payload: string): Promise<ReportVerdict>
  explainTopic(question: TopicQuestion): Promise<TopicAnswer>
  /**
   * The log's entries behind `after` (absent: behind its head of now) as they come, in order and without end, until
   * the signal aborts. Reads on only as fast as it is asked: a slow consumer costs no memory (safety R11).
   * `query.limit` is the size of one read.
   */
  followEntries(query: EntryQuery, signal: AbortSignal): AsyncIterable<Entry>
  platform(): PlatformFacts
  /** Every topic of the platform. */
  listTopics(): readonly TopicFacts[]
}

export interface ExplainConnectionInput {
  readonly projectId: ProjectId
  /** PEM, leaf first. */
  readonly certificateChain?: string
  readonly clientId?: string
  readonly username?: string
  readonly password?: string
  readonly deviceId?: string
  readonly listener: 'mqtt' | 'mqtts' | 'ws' | 'wss'
}

export interface TopicFacts {
  readonly name: string
  readonly topic: string
  readonly direction: 'up' | 'down'
  readonly purpose: { readonly en: string; readonly zh: string }
  readonly supported: boolean
}

export interface PlatformFacts {
  readonly name: string
  readonly version: string
  readonly publicHost: string
  readonly addresses: readonly string[]
  readonly listeners: readonly { readonly name: 'http' | 'https' | 'mqtt' | 'mqtts'; readonly port: number }[]
  readonly region: string
  readonly ca: {
    readonly pem: string
    readonly sha256: string
    readonly subject: string
    readonly expiresAt: number
  }
  /** What the TLS listeners show, one for each kind of key; the newest of a renewal. */
  readonly serverCertificates: readonly ServerCertificateFacts[]
  readonly startedAt: number
}

export interface ServerCertificateFacts {
  readonly subject: string
  readonly issuer: string
  /** Host names and addresses that it is good for. */
  readonly names: readonly string[]
  /** e.g. `RSA 2048`, `EC prime256v1`. */
  readonly key: string
  readonly sha256: string
  readonly expiresAt: number
}

/**
 * `public`: anyone. `optional`: anyone, but credentials that are sent must be good. `session`: who has signed in to
 * the console. Else: a caller of the project.
 */
export type Access = 'public' | 'optional' | 'session' | 'read' | 'write'

/** Who calls an operation of this access. */
export type CallerOf<A extends Access> = A extends 'public'
  ? undefined
  : A extends 'optional'
    ? Caller | undefined
    : A extends 'session'
      ? SessionCaller
      : Caller

const replyTag = Symbol('reply')

/** An operation's answer, when it must say more than its body. Made by {@link replyWith}. */
export interface Reply<B> {
  readonly [replyTag]: true
  readonly body: B
  readonly headers?: Readonly<Record<string, string>>
  /** A session that begins with this answer, or the caller's, which has ended: `api/` makes the cookie of it. */
  readonly session?: { readonly token: string; readonly expiresAt: Instant } | 'ended'
  /**
   * What the audit trail shall say beyond the operation's own: who logged in, of which project, on what, and how
   * many; `'none'`: nothing was done.
   */
  readonly audit?:
    | {
        readonly actor?: string
        readonly projectId?: ProjectId
        readonly target?: string
        readonly detail?: JsonObject
      }
    | 'none'
}

export function replyWith<B>(body: B, more: Pick<Reply<B>, 'headers' | 'session' | 'audit'>): Reply<B> {
  return { [replyTag]: true, body, ...more }
}

export function isReply(value: unknown): value is Reply<unknown> {
  return typeof value === 'object' && value !== null && replyTag in value
}

/** One event of a stream, as HTML's server-sent events have it: `id` is what `Last-Event-ID` will say. */
export interface ServerEvent {
  /** Absent: nothing to go on from, so that of the event before stays. */
  readonly id?: string
  readonly event: string
  readonly data: JsonValue
}

const streamTag = Symbol('event-stream')

/** An answer without end. `open` is called once; its iterator is given up when the signal aborts or it throws. */
export interface EventStream {
  readonly [streamTag]: true
  readonly open: (signal: AbortSignal) => AsyncIterable<ServerEvent>
}

export function eventStream(open: EventStream['open']): EventStream {
  return { [streamTag]: true, open }
}

export function isEventStream(value: unknown): value is EventStream {
  return typeof value === 'object' && value !== null && streamTag in value
}

/** What `run` is given beside the dependencies: it has passed the schemas. */
export interface OperationInput<P extends TObject, Q extends TObject, B extends TSchema, A extends Access> {
  readonly params: Static<P>
  readonly query: Static<Q>
  readonly body: Static<B>
  readonly caller: CallerOf<A>
  readonly language: Language
  /** Header `Last-Event-ID`: where a stream that broke off is to go on. */
  readonly lastEventId?: string
}

/**
 * An operation is a value: the server, the API document and the tests read the same one. `run` gets what has
 * passed the schemas: `null` and (for optional strings) `""` are absent already, members that the schema does not
 * name are gone (northbound §2.1). Null is kept where a schema allows it by name, and inside free JSON.
 */
export interface OperationSpec<
  P extends TObject = TObject,
  Q extends TObject = TObject,
  B extends TSchema = TSchema,
  R extends TSchema = TSchema,
  A extends Access = Access,
> {
  /** As the reference names it, e.g. `ShowDevice`. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With `:name` parameters, e.g. `/v5/iot/:project_id/devices/:device_id`. */
  readonly url: string
  readonly tag: string
  readonly summary: string
  /** Status of success: 200, 201 or 204. */
  readonly status: 200 | 201 | 204
  readonly access: A
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly reply?: R
  /** Recorded in the audit trail (safety S14) under this name, e.g. `device.freeze`. */
  readonly audit?: string
  /** Answers with an {@link EventStream}. */
  readonly streams?: true
  /** Tries a password: failed tries are throttled by address before `run`, and recorded (safety S14). */
  readonly login?: true
  run(
    deps: OperationDeps,
    input: OperationInput<P, Q, B, A>,
  ): Promise<Static<R> | Reply<Static<R>> | EventStream>
}

/** What a list of operations holds: the types of each were checked where it was made. */
export type Operation = OperationSpec

export function operation<
  P extends TObject,
  Q extends TObject,
  B extends TSchema,
  R extends TSchema,
  const A extends Access,
>(spec: OperationSpec<P, Q, B, R, A>): Operation {
  return spec
}
