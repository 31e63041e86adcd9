import type { DeviceId, Fingerprint, NodeId, ProductId, ProjectId, RowKey, SpaceId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'

/** How a device proves who it is. Both secrets, or both fingerprints, are accepted (device protocol §2.5). */
export interface DeviceAuth {
  readonly type: 'SECRET' | 'CERTIFICATES'
  /** Clear text: the secret is the HMAC message, so a hash would not do (§2.2). Sealed at rest. */
  readonly secret?: string
  readonly secondarySecret?: string
  /** Absent on a CERTIFICATES device: the first certificate seen is pinned. */
  readonly fingerprint?: Fingerprint
  readonly secondaryFingerprint?: Fingerprint
  /** True: TLS only. */
  readonly secureAccess: boolean
  /** A device that has not connected within so many seconds of its registration is deleted; 0: never. */
  readonly timeoutSeconds: number
}

export interface Device {
  readonly key: RowKey
  readonly projectId: ProjectId
  readonly spaceId: SpaceId
  readonly productKey: RowKey
  readonly productId: ProductId
  readonly deviceId: DeviceId
  readonly nodeId: NodeId
  /** The parent of a child device; undefined for a directly connected one. */
  readonly gatewayId?: DeviceId
  readonly name?: string
  readonly description?: string
  readonly auth: DeviceAuth
  readonly frozen: boolean
  /** Bits of `dueBits`; absent: nothing waits for it. */
  readonly due?: number
  readonly extensionInfo?: JsonObject
  readonly tags: readonly { readonly key: string; readonly value?: string }[]
  readonly createdAt: Instant
}

/** What applications see. FROZEN comes from the registry and wins over what the log says. */
export type DeviceStatus = 'INACTIVE' | 'ONLINE' | 'OFFLINE' | 'FROZEN'

/** What the log says about a device's connection; absent: it never connected. */
export interface ConnectionStatus {
  readonly status: 'ONLINE' | 'OFFLINE'
  /** When it last changed. */
  readonly changedAt: Instant
  /** Its first connection. */
  readonly activatedAt: Instant
  /** Remote address of the last connection, `ip:port`. */
  readonly address?: string
}

/** The status shown for a device (device protocol §2.10). */
export function deviceStatus(
  device: Pick<Device, 'frozen'>,
  connection: ConnectionStatus | undefined,
): DeviceStatus {
  if (device.frozen) return 'FROZEN'
  return connection?.status ?? 'INACTIVE'
}
