import type { Connect, Packet, Properties, ProtocolLevel, Publish } from '../codec/mqtt/packets.ts'
import type { ProtocolError } from '../codec/mqtt/protocol-error.ts'

/*
 * One connection of one device, as a pure state machine (ARCHITECTURE.md): `step(state, event, context)` gives the next
 * state and what must be done.
 *
 *   state             event                      → state             effects
 *   awaiting-connect  CONNECT                    → authenticating    authenticate
 *                     any other packet, timeout  → closed            close
 *   authenticating    admitted                   → connected         send CONNACK 0
 *                     refused                    → closed            send CONNACK, close
 *   connected         a publish that breaks a rule → closed          send DISCONNECT (5.0), close
 *                     SUBSCRIBE, UNSUBSCRIBE     → connected         send SUBACK, UNSUBACK
 *                     PINGREQ                    → connected         send PINGRESP
 *                     DISCONNECT, silence, fault → closed            send DISCONNECT (5.0), close
 *   closed            anything                   → closed            nothing
 *
 * PUBLISH is the exception, since it is nearly all there is: `takePublish` judges it, and `Unanswered` keeps what is
 * due for it, in place. A session lives as long as its connection: Session Present is always 0 (device protocol §1.3).
 */
export type SessionState = AwaitingConnect | Authenticating | Connected | Closed

export interface AwaitingConnect {
  readonly phase: 'awaiting-connect'
  /** This and all times of a session: of a clock that never steps. */
  readonly openedAt: number
}

export interface Authenticating {
  readonly phase: 'authenticating'
  readonly since: number
  readonly client: Client
  readonly keepAliveSeconds: number
}

export interface Connected {
  readonly phase: 'connected'
  readonly client: Client
  /** Silence after which the connection is closed: 1.5 times the keep alive (MQTT 5.0 §3.1.2.10). */
  readonly silenceMillisMax: number
  /** Filter to granted quality. */
  readonly subscriptions: ReadonlyMap<string, 0 | 1>
  /** MQTT 5.0 §3.3.2.3.4: names that the client has given numbers; made with the first, and changed in place. */
  topicAliases: Map<number, string> | undefined
}

export interface Closed {
  readonly phase: 'closed'
}

/** What a CONNECT says about how to talk to this client. */
export interface Client {
  readonly protocolLevel: ProtocolLevel
  /** Packets larger than this must not be sent to it ([MQTT-3.1.2-24]). */
  readonly packetBytesMax: number
  /** False: no reason string and no user property but in CONNACK and DISCONNECT ([MQTT-3.1.2-29]). */
  readonly wantsReasons: boolean
  readonly sessionExpirySeconds: number
  /** So many publishes of QoS 1 may be unacknowledged by it (MQTT 5.0 §3.1.2.11.3). */
  readonly receiveMaximum: number
}

/** What becomes of a publish, as the PUBACK says it. On 3.x all answers look alike. */
export interface PublishAnswer {
  /** MQTT 5.0 §3.4.2.1. */
  readonly reasonCode: number
  readonly reasonString?: string
  readonly userProperties?: readonly (readonly [string, string])[]
}

export type SessionEvent =
  | { readonly kind: 'packet'; readonly packet: Exclude<Packet, Publish> | ProtocolError }
  /** A PUBLISH that breaks a rule (`takePublish`). */
  | { readonly kind: 'publish-refused'; readonly error: SessionError }
  /** The device was let in, and its session is claimed. */
  | { readonly kind: 'admitted' }
  /** Codes of CONNACK: 3.x return code, 5.0 reason code. */
  | { readonly kind: 'refused'; readonly code: number; readonly code5: number }
  /** From our side: `cause` says what to tell the client. */
  | { readonly kind: 'cut'; readonly cause: CutCause }
  /** Time has passed; `heardAt`: when the client last sent a packet, or was last kept from it by us. */
  | { readonly kind: 'tick'; readonly heardAt: number }

/** Why we end a connection that did nothing wrong. */
export type CutCause =
  | 'taken-over'
  | 'frozen'
  | 'deleted'
  | 'credentials-reset'
  | 'trust-removed'
  | 'shutdown'
  | 'store-fault'
  | 'fault'

/** Why a connection ended; kept with the device's OFFLINE. */
export type CloseCause =
  | CutCause
  | 'refused'
  | 'closed-by-device'
  | 'keep-alive'
  | 'protocol-error'
  | 'connect-timeout'
  | 'packet-before-connect'
  | 'authentication-timeout'

export type Effect =
  | { readonly kind: 'send'; readonly packet: Packet; readonly client: Client }
  | { readonly kind: 'authenticate'; readonly connect: Connect }
  /** Everything sent before goes out first. `error`: what the client did wrong. */
  | { readonly kind: 'close'; readonly cause: CloseCause; readonly error?: SessionError }

/** What a client did wrong; never holds what it sent. */
export interface SessionError {
  readonly code: number
  readonly clause: string
  readonly detail: string
  /** See `ProtocolError`. */
  readonly connack?: ProtocolError['connack']
  readonly unservedLevel?: number
  /** The Maximum Packet Size of a client that cannot even take the CONNACK. */
  readonly packetBytesMax?: number
}

export interface Step {
  readonly state: SessionState
  readonly effects: readonly Effect[]
}

/** What a step may know beside state and event. */
export interface SessionContext {
  /** Milliseconds of a clock that never steps. */
  readonly now: number
  readonly limits: SessionLimits
  /** May this client subscribe to this filter, which is well formed? Asked for every filter, every time (safety S3). */
  readonly maySubscribe: (filter: string) => FilterAnswer
}

/** A reason: forbidden, and why, for the reason string of MQTT 5. */
export type FilterAnswer = 'granted' | 'forbidden' | 'invalid' | { readonly reasonString: string }

/** Those of `base/limits.ts` that a session holds to. */
export interface SessionLimits {
  readonly connectMillisMax: number
  readonly keepAliveSecondsMax: number
  readonly packetBytesMax: number
  readonly filtersPerPacketMax: number
  readonly subscriptionsPerConnectionMax: number
  readonly inflightMax: number
  readonly topicAliasMax: number
  readonly downlinksInflightMax: number
  readonly downlinksWaitingMax: number
  readonly downlinkRepeatMillis: number
  readonly downlinkRepeatsMax: number
}

export const closed: Closed = { phase: 'closed' }

/** To be written at the client's protocol level, within the size it takes. */
export function send(client: Client, packet: Packet): Effect {
  return { kind: 'send', packet, client }
}

/** The state of a connection that was just opened. */
export function openSession(now: number): AwaitingConnect {
  return { phase: 'awaiting-connect', openedAt: now }
}

/** What the CONNACK announces (device protocol §1.4). */
export function connackProperties(limits: SessionLimits, client: Client): Properties {
  return {
    // MQTT 5.0 §3.2.2.3.2: announced when it is not what the client asked for; we keep nothing.
    ...(client.sessionExpirySeconds > 0 && { sessionExpiryInterval: 0 }),
    receiveMaximum: limits.inflightMax,
    maximumQos: 1,
    retainAvailable: 0,
    maximumPacketSize: limits.packetBytesMax,
    topicAliasMaximum: limits.topicAliasMax,
    wildcardSubscriptionAvailable: 1,
    subscriptionIdentifierAvailable: 0,
    sharedSubscriptionAvailable: 0,
  }
}
