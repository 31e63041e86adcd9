import type { DeviceId, Position, ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'
import type { ConnectionEntry } from '../certificate/presented.ts'
import type { DesiredChange } from '../shadow/desired-change.ts'
import type { NoticeCode } from '../verdict/notice-codes.ts'
import type { ReportVerdict } from '../verdict/verdict.ts'

/**
 * An entry of the one append-only log: everything that arrives or happens (design §3.1). Shadow, history,
 * status and traces are projections of it.
 */
export type NewEntry = { readonly at: Instant; readonly projectId: ProjectId } & (
  | { readonly kind: 'report'; readonly deviceId: DeviceId; readonly body: ReportEntry }
  | {
      readonly kind: 'message-up' | 'event-up' | 'response' | 'request'
      readonly deviceId: DeviceId
      readonly body: UplinkEntry
    }
  | { readonly kind: 'status'; readonly deviceId: DeviceId; readonly body: StatusEntry }
  | { readonly kind: 'connection'; readonly deviceId?: DeviceId; readonly body: ConnectionEntry }
  | { readonly kind: 'config'; readonly deviceId?: DeviceId; readonly body: ConfigEntry }
  | { readonly kind: 'audit'; readonly deviceId?: DeviceId; readonly body: AuditEntry }
  | { readonly kind: 'downlink'; readonly deviceId: DeviceId; readonly body: DownlinkEntry }
  | { readonly kind: 'notice'; readonly deviceId: DeviceId; readonly body: NoticeEntry }
)
export type EntryKind = NewEntry['kind']
export type Entry = NewEntry & { readonly position: Position }
export type EntryOf<K extends EntryKind> = Extract<Entry, { readonly kind: K }>

/** A property report with what was decided about it. `at` of the entry is the time of receipt. */
export interface ReportEntry {
  readonly topic: string
  /** The payload as it came: UTF-8 text, or base64 when it is not valid UTF-8. */
  readonly payload: string
  readonly payloadEncoding: 'utf8' | 'base64'
  readonly requestId?: string
  readonly verdict: ReportVerdict
  /** A redelivery of a report that is in the log already (safety R4): `at` is when the first one was received. */
  readonly repeats?: true
  /** Set when `payload` holds only its beginning, because the report was too large: how long it was. */
  readonly payloadBytes?: number
}

export interface UplinkEntry {
  readonly topic: string
  readonly payload: string
  readonly payloadEncoding: 'utf8' | 'base64'
  readonly requestId?: string
  /** What MQTT 5 says beside the payload of a message (device protocol §1.4). */
  readonly properties?: {
    readonly contentType?: string
    readonly responseTopic?: string
    /** Base64. */
    readonly correlationData?: string
    readonly userProperties?: readonly (readonly [string, string])[]
  }
}

/** A connection came up or went down. An OFFLINE of a connection that is no longer the current one changes nothing. */
export interface StatusEntry {
  readonly status: 'ONLINE' | 'OFFLINE'
  /** Names the connection, `{process}-{thread}-{number}`; of a child, which has none, `gateway/{its gateway}`. */
  readonly connection: string
  readonly address?: string
  /** ONLINE that replaced a connection which was still up: applications are not told (device protocol §2.9). */
  readonly takesOver?: boolean
  /** Why it went down, e.g. `keep-alive`, `closed-by-device`, `taken-over`, `frozen`, `shutdown`; of a child why it came up, too: `gateway-said`. */
  readonly cause?: string
  /** For `protocol-error`: the MQTT 5.0 reason code, the clause that was broken, and what was done, in words. */
  readonly error?: { readonly code: number; readonly clause: string; readonly detail: string }
}

/**
 * What a change of the registry means to projections. Every device that is registered or deleted has its entry:
 * what arrives for a deleted device is ignored until it is created again (safety S16).
 */
export type ConfigEntry = {
  /** Row of the registry's outbox it came from. A crash may bring a row into the log twice; it acts once. */
  readonly outboxKey?: string
} & (
  | { readonly change: 'device-created'; readonly desired: { readonly [serviceId: string]: JsonObject } }
  | { readonly change: 'device-deleted' }
  /** All of it or, where a version is not the current one, nothing; `changeId` names who waits for the answer. */
  | {
      readonly change: 'desired-changed'
      readonly changeId: string
      readonly services: readonly DesiredChange[]
    }
  /** Desired and reported values go. */
  | { readonly change: 'shadow-deleted'; readonly changeId: string }
)

/** A change of a shadow that an application asked for. */
export type ShadowChange = Extract<NewEntry, { readonly kind: 'config' }> & {
  readonly deviceId: DeviceId
  readonly body: Extract<ConfigEntry, { readonly changeId: string }>
}

/** Who did what, when and from where (safety S14). Never holds a secret. */
export interface AuditEntry {
  readonly action: string
  readonly actor: string
  readonly address: string
  readonly target?: string
  readonly outcome: 'done' | 'denied'
  readonly detail?: JsonObject
}

/** A step in the life of something that the platform sends to a device. */
export interface DownlinkEntry {
  readonly type: 'message' | 'command' | 'property-set' | 'property-get' | 'event'
  /** Message id, command id (which is the request id), request id of a property set or get, event id. */
  readonly id: string
  readonly state: 'pending' | 'sent' | 'delivered' | 'answered' | 'failed' | 'timeout' | 'expired'
  readonly topic?: string
  /** With the first entry of an id alone. */
  readonly payload?: string
  readonly payloadEncoding?: 'utf8' | 'base64'
  /** Why it failed. */
  readonly code?: NoticeCode
  readonly detail?: JsonObject
}

/** Something a device sent was not acted on, or in part: why. */
export interface NoticeEntry {
  readonly code: NoticeCode
  readonly params: Readonly<Record<string, string | number>>
  readonly topic?: string
}
