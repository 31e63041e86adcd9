import type { BridgeId, DeviceId, ProjectId, RowKey } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'

/** Something that connects once and speaks for many devices, which it logs in (device protocol §3.10). */
export interface Bridge {
  readonly key: RowKey
  readonly projectId: ProjectId
  /** Unique over all projects: a bridge that connects names no project. */
  readonly bridgeId: BridgeId
  readonly name: string
  /** Clear text, as a device's: it is the HMAC message (§2.2). Sealed at rest. */
  readonly secret: string
  readonly createdAt: Instant
}

/**
 * Stands for a bridge where sessions, statuses and entries are kept by device: a bridge has them, too. No device has
 * such an id, and it is never shown.
 */
export const bridgeSession = (bridgeId: string): DeviceId => `${SESSION}${bridgeId}` as DeviceId

/** The bridge whose session this is; undefined: a device's. */
export const bridgeOfSession = (deviceId: DeviceId): string | undefined =>
  deviceId.startsWith(SESSION) ? deviceId.slice(SESSION.length) : undefined

/** Ids of devices have no such character. */
const SESSION = 'bridge/'

/** The name of the connection that a device has through a bridge: that of the bridge's, and a number. */
export const bridgedConnection = (connection: string, number: number): string => `${connection}.${number}`

/** The bridge's connection that a connection leads through; undefined: it is a device's own. */
export function bridgeConnectionOf(connection: string): string | undefined {
  const end = connection.lastIndexOf('.')
  return end === -1 ? undefined : connection.slice(0, end)
}
