import type { DeviceId, ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'

/** What a gateway says of its children (device protocol §3.8.3). */
export interface ChildStatuses {
  /** The topmost: whose connection it came on. */
  readonly gatewayId: DeviceId
  readonly projectId: ProjectId
  readonly at: Instant
  readonly statuses: readonly { readonly deviceId: DeviceId; readonly status: 'ONLINE' | 'OFFLINE' }[]
}
