import { sql } from 'kysely'
import type { DeviceId } from '../base/ids.ts'
import type { Device } from '../domain/device/device.ts'
import { findDevice, markDue } from './devices.ts'
import { dueBits } from '../domain/device/due.ts'
import type { Store } from './store.ts'

/** The device whose connection carries what is sent to this one: itself, or the gateway above all its parents. */
export async function findCarrier(
  store: Store,
  device: Pick<Device, 'projectId' | 'deviceId' | 'gatewayId'>,
): Promise<DeviceId> {
  if (device.gatewayId === undefined) return device.deviceId
  const parent = await findDevice(store, device.projectId, device.gatewayId)
  return parent ? findCarrier(store, parent) : device.gatewayId
}

/**
 * What waits for these devices is carried by another gateway from now on; to be called in the transaction that moves
 * a child, with the child and all below it.
 */
export async function moveDownlinks(
  store: Store,
  devices: readonly Pick<Device, 'key'>[],
  carrierId: DeviceId,
): Promise<void> {
  if (devices.length === 0) return
  for (const [table, bit] of [
    ['message', dueBits.messages],
    ['async_command', dueBits.asyncCommands],
  ] as const) {
    const { numUpdatedRows } = await store.db
      .updateTable(table)
      .set({ carrier_id: carrierId })
      .where(
        'device_key',
        'in',
        devices.map(({ key }) => key),
      )
      .where('status', '=', 'PENDING')
      .executeTakeFirstOrThrow()
    if (numUpdatedRows > 0n) await markDue(store, carrierId, bit)
  }
  const desired = await store.db
    .selectFrom('device')
    .select('key')
    .where(
      'key',
      'in',
      devices.map(({ key }) => key),
    )
    .where(sql<boolean>`due & ${dueBits.desired} <> 0`)
    .limit(1)
    .executeTakeFirst()
  if (desired) await markDue(store, carrierId, dueBits.desired)
}
