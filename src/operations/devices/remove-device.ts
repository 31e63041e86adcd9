import type { DeviceId } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Device } from '../../domain/device/device.ts'
import { noteChild } from '../../store/child-lists.ts'
import { findCarrier } from '../../store/carriers.ts'
import { countChildren, deleteDevice as deleteStored } from '../../store/devices.ts'
import { addToOutbox } from '../../store/outbox.ts'
import type { OperationDeps } from '../operation.ts'

export interface Removed {
  readonly device: Device
  /** The topmost gateway of a child, which is still to be told. */
  readonly carrierId?: DeviceId
}

/** Deletes a device in the caller's transaction, `store`; refuses one that has children, before anything is written. */
export async function removeDevice(
  { store, ids, clock }: Pick<OperationDeps, 'store' | 'ids' | 'clock'>,
  device: Device,
): Promise<Removed> {
  const { projectId, deviceId } = device
  const children = await countChildren(store, projectId, deviceId)
  if (children > 0) throw new Refusal('device-has-children', { children })
  // Its place is looked up while its row is there.
  const carrierId = await findCarrier(store, device)
  await deleteStored(store, projectId, deviceId)
  await addToOutbox(store, { id: ids.rowKey(), at: clock.now(), device, body: { change: 'device-deleted' } })
  if (device.gatewayId === undefined) return { device }
  await noteChild(store, carrierId, 'delete', device)
  return { device, carrierId }
}

/** What follows upon the commit of deletions. */
export async function announceRemoved(
  { bus, drainOutbox, childrenChanged }: Pick<OperationDeps, 'bus' | 'drainOutbox' | 'childrenChanged'>,
  removed: readonly Removed[],
): Promise<void> {
  await Promise.all(
    removed.map(({ device: { deviceId } }) =>
      bus.publish({ kind: 'device-changed', deviceId, cut: 'deleted' }),
    ),
  )
  await drainOutbox()
  for (const carrierId of new Set(removed.flatMap((one) => one.carrierId ?? []))) childrenChanged(carrierId)
}
