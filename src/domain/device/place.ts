import type { DeviceId, ProjectId } from '../../base/ids.ts'
import { limits } from '../../base/limits.ts'

/** Where a device stands: what must be known of it by who speaks for it. */
export interface DevicePlace {
  readonly projectId: ProjectId
  /** Row key of the product whose model its reports are decided against. */
  readonly productKey: string
  /** The parent of a child device; undefined for a directly connected one. */
  readonly gatewayId?: DeviceId
}

export type FindPlace = (deviceId: DeviceId) => DevicePlace | undefined

/**
 * The place of a device that this gateway may speak for: a child of it on either level (safety S5, device protocol
 * §3.0.3). Undefined for all others, whether they exist or not.
 */
export function placeBelow(
  { deviceId: gatewayId, projectId }: { readonly deviceId: DeviceId; readonly projectId: ProjectId },
  deviceId: DeviceId,
  findPlace: FindPlace,
): DevicePlace | undefined {
  const place = findPlace(deviceId)
  if (place?.projectId !== projectId) return undefined
  let above = place.gatewayId
  for (let level = 0; above !== undefined && level < limits.gatewayLevelsMax; level++) {
    if (above === gatewayId) return place
    above = findPlace(above)?.gatewayId
  }
  return undefined
}

/**
 * Stands for a connection in the status of a child, which has none: its topmost gateway says whether it is ONLINE
 * (device protocol §2.10).
 */
export const gatewayConnection = (gatewayId: DeviceId): string => `${THROUGH}${gatewayId}`

/** The gateway that a status is from; undefined: the device's own connection. */
export const gatewayOfConnection = (connection: string): DeviceId | undefined =>
  connection.startsWith(THROUGH) ? (connection.slice(THROUGH.length) as DeviceId) : undefined

/** Connections of our own have no such character in their names. */
const THROUGH = 'gateway/'
