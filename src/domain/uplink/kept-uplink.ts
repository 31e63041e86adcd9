import type { DeviceId, ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { Uplink } from './uplink.ts'

/** An uplink that is in the log, and that somebody must act on. Plain data: it crosses threads. */
export interface KeptUplink {
  readonly kind: Exclude<Uplink['kind'], 'report' | 'gateway-report'>
  /** Of the connection; the topic may name another, as a gateway's does for its child. */
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  readonly productKey: string
  readonly topic: string
  readonly requestId?: string
  /** Unpacked. */
  readonly payload: Uint8Array
  readonly receivedAt: Instant
  /** `{thread}-{number}` */
  readonly connection: string
}

/** A device that has just been let in, and for which something is due (device protocol §2.11). */
export interface ConnectedDevice {
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  readonly productKey: string
  readonly connection: string
}
