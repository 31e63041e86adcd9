import type { DeviceId, ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'

/** From a device: what the router makes of a PUBLISH and ingestion decides about. */
export interface Uplink {
  /** All but reports are kept in the log as they came; nobody decides about them. */
  readonly kind: 'report' | 'message-up' | 'event-up' | 'response'
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
}
