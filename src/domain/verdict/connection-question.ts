import type { ChainFacts } from '../../base/chain-facts.ts'
import type { BridgeId, ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { Limits } from '../../base/limits.ts'
import type { Bridge } from '../bridge/bridge.ts'
import type { ClientId } from '../device/client-id.ts'
import type { Device } from '../device/device.ts'
import type { StepName } from './judged-step.ts'
import type { ListenerName } from './verdict.ts'

/** What is known of a connection besides its CONNECT. */
export interface ConnectionFacts {
  readonly listener: ListenerName
  /** `ip:port` */
  readonly address: string
  readonly tls?: {
    readonly version: string
    readonly cipher: string
    readonly serverName?: string
    readonly resumed: boolean
  }
  /** Absent: no certificate was presented. */
  readonly chain?: ChainFacts
  /** Absent: ready. */
  readonly server?: 'ready' | 'unavailable' | 'busy' | 'connection-rate'
  /** The bridge that the device is logged in through (device protocol §3.10); absent: it connects itself. */
  readonly bridgeId?: BridgeId
  /** The project that asks, where no device record says it: explanations and bridges have one. */
  readonly projectId?: ProjectId
  /** The device that is meant, where no client id says it: only explanations have one. */
  readonly deviceId?: string
  /** Steps that nothing was said about: only explanations have some. They are skipped, not failed. */
  readonly notGiven?: ReadonlySet<StepName>
}

/** The fields of CONNECT that decide; a listener gives all that the packet has. */
export interface ConnectFacts {
  readonly protocolLevel: number
  readonly clientId: string
  readonly username?: string
  readonly password?: Uint8Array
  readonly keepAliveSeconds: number
}

/** Which bounds of the product a decision uses; operators may change them. */
export type ConnectionBounds = Pick<
  Limits,
  | 'keepAliveSecondsMin'
  | 'keepAliveSecondsMax'
  | 'signedHourBehindMax'
  | 'signedHourAheadMax'
  | 'chainCertificatesMax'
>

/** All that the steps look at. */
export interface Question {
  readonly facts: ConnectionFacts
  readonly connect: ConnectFacts
  /** Undefined when the client id does not parse. */
  readonly clientId: ClientId | undefined
  readonly record: Device | undefined
  /** The bridge that the client id names; never there together with `record`. */
  readonly bridge: Bridge | undefined
  readonly now: Instant
  readonly bounds: ConnectionBounds
}
