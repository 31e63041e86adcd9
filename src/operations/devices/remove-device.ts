import { Refusal } from '../../base/refusal.ts'
import type { Device } from '../../domain/device/device.ts'
import { noteChild } from '../../store/child-lists.ts'
import { countChildren, deleteDevice as deleteStored, gatewayOf } from '../../store/devices.ts'
import { addToOutbox } from '../../store/outbox.ts'
import type { ListedChild, OperationDeps } from '../operation.ts'

/** A device that is gone, and what its gateway is still to be told. */
export interface Removed {
  readonly device: Device
  readonly listed?: ListedChild
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
  const gatewayId = await gatewayOf(store, device)
  await deleteStored(store, projectId, deviceId)
  await addToOutbox(store, { id: ids.rowKey(), at: clock.now(), device, body: { change: 'device-deleted' } })
  if (device.gatewayId === undefined) return { device }
  return { device, listed: { gatewayId, version: await noteChild(store, gatewayId, 'delete', device) } }
}

/** What follows upon the commit of deletions. */
export async function announceRemoved(
  { bus, drainOutbox, childListed }: Pick<OperationDeps, 'bus' | 'drainOutbox' | 'childListed'>,
  removed: readonly Removed[],
): Promise<void> {
  await Promise.all(
    removed.map(({ device: { deviceId } }) =>
      bus.publish({ kind: 'device-changed', deviceId, cut: 'deleted' }),
    ),
  )
  await drainOutbox()
  for (const { listed } of removed) if (listed) childListed(listed)
}
