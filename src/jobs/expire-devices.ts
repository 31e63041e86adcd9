import type { DeviceId, Ids } from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import type { Bus } from '../bus/bus.ts'
import type { ConnectionStatus, Device } from '../domain/device/device.ts'
import { deleteOverdueDevice, endExpiry, listOverdueDevices } from '../store/device-expiry.ts'
import { addToOutbox } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import { inTransaction } from '../store/transaction.ts'

export interface ExpireDevicesDeps {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly bus: Bus
  readonly limits: Limits
  /** Connection status of each device that ever connected. */
  readStatuses(deviceIds: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, ConnectionStatus>>
  drainOutbox(): Promise<void>
}

/**
 * Deletes devices that did not connect within their `timeout` (northbound §4.3); those that did are not looked at
 * again. Takes a bounded number, the longest overdue first. Answers the ids that went.
 */
export async function expireUnactivatedDevices(deps: ExpireDevicesDeps): Promise<readonly DeviceId[]> {
  const { store, clock, limits } = deps
  const now = clock.now()
  const overdue = await listOverdueDevices(store, now, limits.expiredDevicesPerRunMax)
  if (overdue.length === 0) return []
  const statuses = await deps.readStatuses(overdue.map(({ deviceId }) => deviceId))
  const hasConnected = ({ deviceId }: Device): boolean => statuses.has(deviceId)
  const gone = await inTransaction(store, async (tx) => {
    await endExpiry(
      tx,
      overdue.filter(hasConnected).map(({ deviceId }) => deviceId),
    )
    return deleteAll(
      { ...deps, store: tx },
      overdue.filter((device) => !hasConnected(device)),
    )
  })
  // One that connected a moment ago is cut: it was let in as a device that is no more.
  for (const deviceId of gone) await deps.bus.publish({ kind: 'device-changed', deviceId, cut: 'deleted' })
  if (gone.length > 0) await deps.drainOutbox()
  return gone
}

async function deleteAll(
  { store, ids, clock }: ExpireDevicesDeps,
  devices: readonly Device[],
): Promise<readonly DeviceId[]> {
  const gone: DeviceId[] = []
  const at = clock.now()
  for (const device of devices) {
    if (!(await deleteOverdueDevice(store, device.deviceId, at))) continue
    await addToOutbox(store, { id: ids.rowKey(), at, device, body: { change: 'device-deleted' } })
    gone.push(device.deviceId)
  }
  return gone
}
