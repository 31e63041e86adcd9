import type { ExpressionBuilder } from 'kysely'
import type { DeviceId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Device } from '../domain/device/device.ts'
import { toDeviceWithoutSecrets } from './device-row.ts'
import type { Store } from './store.ts'
import type { Tables } from './tables.ts'

/**
 * Devices whose time to connect for the first time is over, in all projects, the longest overdue first. A
 * gateway with children is left alone, as a deletion by hand would leave it.
 */
export async function listOverdueDevices(
  { db }: Store,
  now: Instant,
  limit: number,
): Promise<readonly Device[]> {
  const rows = await db
    .selectFrom('device')
    .selectAll()
    .where('expires_at', '<=', now)
    .where(hasNoChildren)
    .orderBy('expires_at')
    .limit(limit)
    .execute()
  return rows.map(toDeviceWithoutSecrets)
}

/** These have connected: they are no longer looked at. */
export async function endExpiry({ db }: Store, deviceIds: readonly DeviceId[]): Promise<void> {
  if (deviceIds.length === 0) return
  await db.updateTable('device').set({ expires_at: null }).where('device_id', 'in', deviceIds).execute()
}

/** True when it went; false when its time was prolonged, or it got a child, since it was listed. */
export async function deleteOverdueDevice({ db }: Store, deviceId: DeviceId, now: Instant): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('device')
    .where('device_id', '=', deviceId)
    .where('expires_at', '<=', now)
    .where(hasNoChildren)
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

const hasNoChildren = ({ not, exists, selectFrom }: ExpressionBuilder<Tables, 'device'>) =>
  not(
    exists(
      selectFrom('device as child').select('child.key').whereRef('child.gateway_id', '=', 'device.device_id'),
    ),
  )
