import { sql } from 'kysely'
import type { DeviceId } from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import type { Device } from '../domain/device/device.ts'
import { dueBits } from '../domain/device/due.ts'
import { markDue } from './devices.ts'
import type { Store } from './store.ts'

/**
 * The device whose connection carries what is sent to this one: itself, or for a child its topmost gateway (device
 * protocol §3.0.3).
 */
export async function findCarrier(
  store: Pick<Store, 'db'>,
  device: Pick<Device, 'projectId' | 'deviceId' | 'gatewayId'>,
): Promise<DeviceId> {
  let topmost = device.deviceId
  let above: DeviceId | null = device.gatewayId ?? null
  for (let level = 0; above !== null && level < limits.gatewayLevelsMax; level++) {
    topmost = above
    const row: { gateway_id: DeviceId | null } | undefined = await store.db
      .selectFrom('device')
      .select('gateway_id')
      .where('project_id', '=', device.projectId)
      .where('device_id', '=', above)
      .executeTakeFirst()
    above = row?.gateway_id ?? null
  }
  return topmost
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
