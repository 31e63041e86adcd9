import { type DeviceId, parseDeviceId } from '../../base/ids.ts'
import type { Limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Device } from '../../domain/device/device.ts'
import type { Space } from '../../domain/space/space.ts'
import { findDevice } from '../../store/devices.ts'
import type { Store } from '../../store/store.ts'

/**
 * The device that a new child device goes below: in the same space, and at most so deep that the child is on
 * the last level allowed (northbound §4.3; safety S5).
 */
export async function requireGateway(
  store: Store,
  { projectId, spaceId }: Pick<Space, 'projectId' | 'spaceId'>,
  gatewayId: string,
  limits: Limits,
): Promise<DeviceId> {
  const id = parseDeviceId(gatewayId)
  const gateway = id && (await findDevice(store, projectId, id))
  if (!gateway || gateway.spaceId !== spaceId) throw new Refusal('gateway-not-found', { gatewayId })
  if ((await levelOf(store, gateway)) >= limits.gatewayLevelsMax) {
    throw new Refusal('gateway-too-deep', { levels: limits.gatewayLevelsMax })
  }
  return gateway.deviceId
}

/** 0: directly connected; 1: child of such a one … */
async function levelOf(store: Store, device: Device): Promise<number> {
  if (device.gatewayId === undefined) return 0
  const parent = await findDevice(store, device.projectId, device.gatewayId)
  return parent ? 1 + (await levelOf(store, parent)) : 0
}
