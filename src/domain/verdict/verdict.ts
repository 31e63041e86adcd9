import type { BridgeId, DeviceId, ProductId, ProjectId, SpaceId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import type { ConnectionCode } from './connection-codes.ts'
import type { ReportCode } from './report-codes.ts'

/**
 * A verdict is a pure function's full answer: the steps taken, what was seen, what was expected. Its sentence
 * and remedy are rendered from code and parameters by `render.ts`, per language; they are not stored.
 */
export interface Step {
  readonly name: string
  readonly outcome: 'ok' | 'failed' | 'noted' | 'skipped'
  readonly code?: ConnectionCode
  /** Parameters of the sentence of `code`. */
  readonly params?: Readonly<Record<string, string | number>>
  readonly seen?: JsonObject
  readonly expected?: JsonObject
}

/** May this connection in? (device protocol §2.8; contracts §2) */
export interface ConnectionVerdict {
  readonly kind: 'connection'
  readonly outcome: 'accepted' | 'refused' | 'noted'
  readonly code: ConnectionCode
  readonly params: Readonly<Record<string, string | number>>
  readonly steps: readonly Step[]
  /** What the peer is told: CONNACK of MQTT 3.x, of MQTT 5, status of HTTP; null: nothing, it was closed without. */
  readonly answer: {
    readonly mqtt: number | null
    readonly mqtt5: number | null
    readonly http: number | null
  }
  readonly subject: ConnectionSubject
  readonly at: Instant
  readonly durationMicros: number
}

export interface ConnectionSubject {
  readonly projectId?: ProjectId
  readonly deviceId?: string
  /** The bridge that connects; with a device: that it logs in (device protocol §3.10). */
  readonly bridgeId?: string
  readonly clientId?: string
  readonly username?: string
  /** `ip:port` */
  readonly address: string
  readonly listener: ListenerName
  /** SHA-256 of the leaf presented. */
  readonly fingerprint?: string
}

/** How a device came: MQTT, MQTT over WebSocket, or the HTTP API of devices (device protocol §1.1, §5), plain or over TLS. */
export type ListenerName = 'mqtt' | 'mqtts' | 'ws' | 'wss' | 'http' | 'https'

export const isTlsListener = (name: ListenerName): boolean =>
  name === 'mqtts' || name === 'wss' || name === 'https'

/** What becomes of one report: a verdict per value (device protocol §4.2). */
export interface ReportVerdict {
  readonly kind: 'report'
  /** `accepted`: all values stored; `noted`: some stored, some refused; `refused`: nothing stored. */
  readonly outcome: 'accepted' | 'refused' | 'noted'
  /** Why the report as a whole was refused, or of its first refused value, or `report-stored`. */
  readonly code: ReportCode
  readonly params: Readonly<Record<string, string | number>>
  readonly services: readonly ServiceVerdict[]
}

export interface ServiceVerdict {
  readonly serviceId: string
  readonly time: Instant
  readonly timeSource: 'device' | 'received'
  /** Why the device's time was not taken; undefined when it was, or when it sent none. */
  readonly timeCode?: ReportCode
  /** Set when the whole entry was refused (unknown service, no properties). */
  readonly code?: ReportCode
  readonly values: readonly ValueVerdict[]
}

export interface ValueVerdict {
  readonly property: string
  readonly outcome: 'stored' | 'refused'
  readonly code?: ReportCode
  readonly seen: JsonValue
  /** The rule that refused it, as data: `{"max": "100"}`. */
  readonly rule?: JsonObject
}

/** Who a connection is, once it was let in. */
export interface ConnectionGrant {
  /** Of a bridge: its session (`bridgeSession`). */
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  /** A bridge, which has neither space nor product: both are empty. Never of a device that is logged in through it. */
  readonly bridgeId?: BridgeId
  readonly spaceId: SpaceId
  /** Row key of the product whose model its reports are decided against. */
  readonly productKey: string
  /** Its public id, and the client id of the CONNECT: what variables of policies stand for (device protocol §3.11). */
  readonly productId: ProductId
  readonly clientId: string
  /** CA certificate the chain rests on, for X.509 devices: its deletion cuts the connection (safety X9). */
  readonly anchorKey?: string
  /** SHA-256 of the leaf, for X.509 devices. */
  readonly certificateSha256?: string
  /** Bits of `dueBits`: what waits for the device; absent: nothing. */
  readonly due?: number
}

/** What is known of a peer when its CONNECT has arrived. Plain data: it crosses threads. */
export interface ConnectionAttempt {
  readonly listener: ListenerName
  readonly address: string
  readonly at: Instant
  /** Who logs the device in; absent: it connects itself. */
  readonly bridge?: { readonly bridgeId: BridgeId; readonly projectId: ProjectId }
  readonly tls?: {
    readonly version: string
    readonly cipher: string
    readonly serverName?: string
    readonly resumed: boolean
    /** DER, leaf first, as presented; empty when the peer sent none. After resumption the leaf alone. */
    readonly certificates: readonly Uint8Array[]
  }
  readonly connect: {
    readonly protocolLevel: 3 | 4 | 5
    readonly clientId: string
    readonly username?: string
    readonly password?: Uint8Array
    readonly keepAliveSeconds: number
  }
}

/** The answer of `device-auth`: `grant` is there exactly when the verdict lets the peer in. */
export interface Authentication {
  readonly verdict: ConnectionVerdict
  readonly grant?: ConnectionGrant
  /** DER of what was judged, leaf first: also what was put to a resumed session. Absent: nothing. */
  readonly presented?: readonly Uint8Array[]
}
