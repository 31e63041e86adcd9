import type { DeviceId, ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { ParsedReport } from '../report/report.ts'

/** From a device, parsed: what the router makes of a PUBLISH and ingestion decides about. */
interface UplinkBase {
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  readonly productKey: string
  readonly topic: string
  readonly payload: Uint8Array
  readonly receivedAt: Instant
  readonly requestId?: string
  /** DUP flag of the PUBLISH: it may have been stored before (safety R4). */
  readonly redelivered: boolean
}

export interface ReportUplink extends UplinkBase {
  readonly kind: 'report'
  readonly report: ParsedReport
}

/** Kept in the log as it came; nobody decides about it. */
export interface OpaqueUplink extends UplinkBase {
  readonly kind: 'message-up' | 'event-up' | 'response'
}

export type Uplink = ReportUplink | OpaqueUplink
