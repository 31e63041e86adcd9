import type { BridgeId, DeviceId, ProjectId } from '../base/ids.ts'
import type { Clock, Elapsed, Instant } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import type { Logger } from '../base/logger.ts'
import type { SecretReset, SecretResetOutcome } from '../domain/bridge/secret-reset.ts'
import type { PolicyRefusal } from '../domain/policy/refusal.ts'
import type { Lent, Uplink } from '../domain/uplink/uplink.ts'
import type { NoticeCode } from '../domain/verdict/notice-codes.ts'
import type {
  Authentication,
  ConnectionAttempt,
  ConnectionGrant,
  ConnectionVerdict,
} from '../domain/verdict/verdict.ts'
import type { DecideTopic, DropCode } from '../router/route.ts'
import type { PublishAnswer, SessionError } from '../session/session.ts'
import type { Admission } from './admission.ts'
import type { EndCause } from './end-cause.ts'

/** What lies beyond the listener, handed in by `app/` (ARCHITECTURE.md). */
export interface ListenerDeps {
  readonly clock: Clock
  /** For every wait and silence; `clock` only says when something happened. */
  readonly elapsed: Elapsed
  readonly limits: Limits
  readonly logger: Logger
  /** Counts sockets and connects over all threads; absent: this thread's alone. */
  readonly sockets?: Pick<Admission, 'enter' | 'leave' | 'mayConnect'>
  /** May it come in? Asked anew for every CONNECT; a rejection refuses with "server unavailable". */
  authenticate(attempt: ConnectionAttempt): Promise<Authentication>
  /**
   * Tells the sender when the uplink is durable, and only then is it acknowledged (safety R1), or that nothing was kept.
   * `ticket` and `bytes` come back with the answer: no object is made for one report.
   */
  accept(uplink: Uplink, sender: Sender, ticket: number, bytes: number): void
  /**
   * The same for a report on the topic that devices report on, which is not sent again: what nearly every publish is. True:
   * the sender will be told. False: nothing happened, `accept` is to decide. Absent: it decides about all.
   */
  acceptReport?(
    from: Pick<ConnectionGrant, 'deviceId' | 'projectId' | 'productKey'>,
    report: Lent,
    at: Instant,
    sender: Sender,
    ticket: number,
  ): boolean
  /**
   * Claims the device's session, durably; connections of the device elsewhere are cut when it resolves. Only then
   * does the device get its CONNACK. A rejection refuses with "server unavailable".
   */
  onConnected(grant: ConnectionGrant, connected: ConnectedInfo): Promise<void>
  /** Once for every `onConnected` that resolved. */
  onDisconnected(
    grant: ConnectionGrant,
    connection: string,
    cause: EndCause,
    /** What the device did wrong, when that ended it. */
    error?: SessionError,
  ): Promise<void> | void
  /**
   * Each refused connection, failed TLS handshakes included. `presented`: DER of the client's certificates, leaf
   * first, as far as they came; empty when there were none.
   */
  onRefused(verdict: ConnectionVerdict, presented: readonly Uint8Array[]): Promise<void> | void
  /** After the CONNACK of a device for which something is due. Throws nothing. */
  onDue?(grant: ConnectionGrant, connection: string): void
  /** After each SUBACK: what found no subscription before may find one now. Throws nothing. */
  onSubscribed?(grant: ConnectionGrant, connection: string): void
  /** A device that is logged in through a bridge is to have another secret. A rejection: it could not be written. */
  resetDeviceSecret?(request: SecretReset): Promise<SecretResetOutcome>
  /** What a bridge sent that was not acted on. Throws nothing. */
  onBridgeNotice?(notice: BridgeNotice): void
  /**
   * Do policies let it use a topic that they decide about? From memory, at once: publishes wait for it. A connection keeps
   * the answer for its last topic until `Listener.policiesChanged`.
   */
  decideTopic: DecideTopic
  /** Each publish that was not handed on: the trace of denials (safety S4, S14). */
  onDrop?(drop: DroppedPublish): void
  /** A connection is above its quota; not more than once in `limits.quotaNoticeMillis` of each. */
  onQuota?(excess: QuotaExcess): void
  /** Each subscription that policies refuse, and each that stands and delivers nothing, for they refuse it by now. */
  onPolicyRefusal?(refusal: RefusedSubscription): void
}

/** Who waits for an uplink to be durable. Throws in neither. */
export interface Sender {
  /** Of the connection: `{thread}-{number}`. */
  readonly name: string
  accepted(ticket: number, bytes: number, answer: PublishAnswer): void
  /** Nothing of it was kept. */
  notAccepted(bytes: number, fault: unknown): void
}

export interface ConnectedInfo {
  /** `{thread}-{number}` */
  readonly connection: string
  /** `ip:port` */
  readonly address: string
  readonly verdict: ConnectionVerdict
  /** DER of the client's certificates, leaf first. */
  readonly presented: readonly Uint8Array[]
  /** A connection of the device on this thread was cut for it. */
  readonly takesOver: boolean
}

export interface DroppedPublish {
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  readonly connection: string
  readonly topic: string
  readonly reasonCode: number
  readonly code: DropCode
  readonly sentence: string
  readonly byPolicy?: PolicyRefusal
  readonly at: Instant
}

export interface RefusedSubscription {
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  /** The filter. */
  readonly topic: string
  readonly refusal: PolicyRefusal
  readonly at: Instant
}

/** A connection publishes more than it may (device protocol §1.3). */
export interface QuotaExcess {
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  readonly code: 'message-rate-exceeded' | 'bandwidth-exceeded'
  readonly params: Readonly<Record<string, string | number>>
  readonly at: Instant
}

export interface BridgeNotice {
  readonly bridgeId: BridgeId
  readonly projectId: ProjectId
  /** As the topic names it: it may be none of the project's. */
  readonly deviceId: DeviceId
  readonly topic: string
  readonly code: NoticeCode
  readonly params: Readonly<Record<string, string | number>>
  readonly at: Instant
}

/** What happened on this thread since it started; only ever grows. */
export interface ListenerCounters {
  socketsOpened: number
  socketsTurnedAway: number
  tlsHandshakesFailed: number
  connectsAccepted: number
  connectsRefused: number
  takeOvers: number
  publishes: number
  publishesAnswered: number
  publishesDropped: number
  /** Of those: for the rate of their connection. */
  publishesOverRate: number
  /** Times that reading paused for the bandwidth of a connection. */
  bandwidthPauses: number
  /** Publishes to devices. */
  downlinks: number
  keepAliveTimeouts: number
  slowReadersCut: number
  protocolErrors: number
  storeFaults: number
  /** Errors of ours that ended a connection (safety R13). */
  faults: number
}

export const noCounts = (): ListenerCounters => ({
  socketsOpened: 0,
  socketsTurnedAway: 0,
  tlsHandshakesFailed: 0,
  connectsAccepted: 0,
  connectsRefused: 0,
  takeOvers: 0,
  publishes: 0,
  publishesAnswered: 0,
  publishesDropped: 0,
  publishesOverRate: 0,
  bandwidthPauses: 0,
  downlinks: 0,
  keepAliveTimeouts: 0,
  slowReadersCut: 0,
  protocolErrors: 0,
  storeFaults: 0,
  faults: 0,
})
