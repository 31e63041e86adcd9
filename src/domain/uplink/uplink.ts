import type { DeviceId, ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'

/** From a device: what the router makes of a PUBLISH and ingestion decides about. */
export interface Uplink {
  /**
   * All but reports are kept in the log as they came, and acted on afterwards (`KeptUplink`). `gateway-report`: of many
   * devices, kept as a report of each. `request`: the device asks for something.
   */
  readonly kind: 'report' | 'gateway-report' | 'message-up' | 'event-up' | 'response' | 'request'
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  readonly productKey: string
  readonly topic: string
  /** Unpacked. A view of what was read from the socket: whoever keeps it copies it before the next turn. */
  readonly payload: Uint8Array
  readonly receivedAt: Instant
  readonly requestId: string | undefined
  /** DUP flag of the PUBLISH: it may have been stored before (safety R4). */
  readonly redelivered: boolean
  /** A report on the topic that devices report on, without any option. */
  readonly isPlainReport: boolean
  /** The payload has the form of the earlier platform (device protocol §3.14); of a response the topic's request id is its `mid`'s. */
  readonly isLegacy?: boolean
  /** Of a message of MQTT 5. */
  readonly properties?: UplinkProperties | undefined
}

/** What a device says about a message beside its payload, kept for applications (device protocol §1.4). */
export interface UplinkProperties {
  readonly contentType?: string
  readonly responseTopic?: string
  readonly correlationData?: Uint8Array
  readonly userProperties?: readonly (readonly [string, string])[]
}

/** What lies in `bytes[start, end)`, until the turn in which it was lent is over. */
export interface Lent {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}
