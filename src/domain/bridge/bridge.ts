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

/** The part of a connection's name that is its bridge's: `{connection of the bridge}.{number}`. */
export const bridgedConnection = (connection: string, number: number): string => `${connection}.${number}`

/** Does the connection of this name lead through the bridge's connection of that name? */
export const isThroughBridge = (connection: string, bridgeConnection: string): boolean =>
  connection.startsWith(`${bridgeConnection}.`)
