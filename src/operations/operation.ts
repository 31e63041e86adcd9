import type { Static, TObject, TSchema } from 'typebox'
import type { DeviceId, ProjectId } from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import type { Ids } from '../base/ids.ts'
import type { Limits } from '../base/limits.ts'
import type { Bus } from '../bus/bus.ts'
import type { ConnectionStatus } from '../domain/device/device.ts'
import type { Entry, EntryKind } from '../domain/entry/entry.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import type { ConnectionVerdict, ReportVerdict } from '../domain/verdict/verdict.ts'
import type { Store } from '../store/store.ts'

/** Who calls, after authentication. */
export interface Caller {
  readonly projectId: ProjectId
  readonly kind: 'access-key' | 'token' | 'session'
  /** Access key id or user name, for the audit trail. */
  readonly name: string
  readonly address: string
}

/** What operations are given by `app/`: they may import neither projections nor device-auth (layout). */
export interface OperationDeps {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly limits: Limits
  readonly bus: Bus
  /** Moves what the registry's outbox holds into the log; call after a change that wrote to it. */
  drainOutbox(): Promise<void>
  readShadow(deviceId: DeviceId): Promise<readonly Shadow[]>
  /** Connection status of each device that ever connected. */
  readStatuses(deviceIds: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, ConnectionStatus>>
  readHistory(query: HistoryQuery): Promise<HistoryPage>
  readBuckets(query: BucketQuery): Promise<readonly HistoryBucket[]>
  readConnections(query: ConnectionQuery): Promise<ConnectionPage>
  readEntries(query: EntryQuery): Promise<readonly Entry[]>
  explainConnection(input: ExplainConnectionInput): Promise<ConnectionVerdict>
  explainReport(deviceId: DeviceId, payload: string): Promise<ReportVerdict>
  platform(): PlatformFacts
}

export interface HistoryQuery {
  readonly deviceId: DeviceId
  readonly serviceId?: string
  readonly property?: string
  readonly start?: number
  readonly end?: number
  readonly limit: number
  readonly marker?: string
  readonly order: 'asc' | 'desc'
}
export interface HistoryPoint {
  readonly seq: string
  readonly serviceId: string
  readonly time: number
  readonly receivedAt: number
  readonly timeSource: 'device' | 'received'
  /** Property to value: one entry when a property was asked for. */
  readonly values: { readonly [property: string]: import('../base/json.ts').JsonValue }
}
export interface HistoryPage {
  readonly points: readonly HistoryPoint[]
  readonly marker?: string
}
export interface BucketQuery {
  readonly deviceId: DeviceId
  readonly serviceId: string
  readonly property: string
  readonly start: number
  readonly end: number
  readonly buckets: number
}
/** Numbers only; other values are counted, with `first` and `last`. Empty buckets are left out. */
export interface HistoryBucket {
  readonly from: number
  readonly count: number
  readonly min?: number
  readonly max?: number
  readonly avg?: number
  readonly first: import('../base/json.ts').JsonValue
  readonly last: import('../base/json.ts').JsonValue
}
export interface ConnectionQuery {
  readonly projectId: ProjectId
  readonly outcome?: 'accepted' | 'refused' | 'noted'
  readonly since?: number
  /** Found in device id, client id, user name, address, fingerprint or code. */
  readonly search?: string
  readonly deviceId?: DeviceId
  readonly limit: number
  readonly marker?: string
}
export interface ConnectionPage {
  /** Newest first; `id` is the position in the log. */
  readonly connections: readonly { readonly id: string; readonly verdict: ConnectionVerdict }[]
  readonly marker?: string
}
export interface EntryQuery {
  readonly projectId: ProjectId
  /** Position as text; absent: from the log's head on. */
  readonly after?: string
  readonly deviceIds?: readonly DeviceId[]
  readonly kinds?: readonly EntryKind[]
  readonly limit: number
}
export interface ExplainConnectionInput {
  readonly projectId: ProjectId
  /** PEM, leaf first. */
  readonly certificateChain?: string
  readonly clientId?: string
  readonly username?: string
  readonly password?: string
  readonly deviceId?: string
  readonly listener: 'mqtt' | 'mqtts'
}
export interface PlatformFacts {
  readonly name: string
  readonly version: string
  readonly publicHost: string
  readonly addresses: readonly string[]
  readonly listeners: readonly { readonly name: 'http' | 'https' | 'mqtt' | 'mqtts'; readonly port: number }[]
  readonly region: string
  readonly ca: { readonly pem: string; readonly sha256: string; readonly subject: string; readonly expiresAt: number }
}

/** An operation's answer, when it must say more than its body. */
export interface Reply<B> {
  readonly body: B
}

/**
 * An operation is a value: the server, the API document and the tests read the same one. `run` gets what has
 * passed the schemas, with `null` and (for optional strings) `""` already made absent (northbound §2.1).
 */
export interface OperationSpec<
  P extends TObject = TObject,
  Q extends TObject = TObject,
  B extends TSchema = TSchema,
  R extends TSchema = TSchema,
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
  /** Public operations need no caller; all others need one of the project in the path. */
  readonly access: 'public' | 'read' | 'write'
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly reply?: R
  /** Recorded in the audit trail (safety S14) under this name, e.g. `device.freeze`. */
  readonly audit?: string
  run(
    deps: OperationDeps,
    input: {
      readonly params: Static<P>
      readonly query: Static<Q>
      readonly body: Static<B>
      /** Undefined exactly for `access: 'public'`. */
      readonly caller: Caller
      readonly language: 'en' | 'zh'
    },
  ): Promise<Static<R>>
}

// What a list of operations holds: the types of each were checked where it was made.
// oxlint-disable-next-line typescript/no-explicit-any
export type Operation = OperationSpec<any, any, any, any>

export function operation<P extends TObject, Q extends TObject, B extends TSchema, R extends TSchema>(
  spec: OperationSpec<P, Q, B, R>,
): Operation {
  return spec
}
