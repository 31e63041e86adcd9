import { sql } from 'kysely'
import type { DeviceId, ProjectId } from '../base/ids.ts'
import type { Device } from '../domain/device/device.ts'
import { dueBits } from '../domain/device/due.ts'
import { clearDue, markDue } from './devices.ts'
import { findCarrier } from './carriers.ts'
import type { Store } from './store.ts'

/*
 * The bit `desired` of a device says that something may be desired of it, so that its shadow is to be looked at when it
 * connects; that of a gateway says so of itself or of a device below it.
 */

type Known = Pick<Device, 'projectId' | 'deviceId' | 'gatewayId'>

/** Something is desired of the device: it is looked at when it, or the gateway that carries it, connects. */
export async function markDesired(store: Store, device: Known): Promise<void> {
  for (const deviceId of new Set([device.deviceId, await findCarrier(store, device)]))
    // Asked first: every write, of whatever, makes listener threads forget what they remember of devices.
    if (!(await isMarked(store, deviceId))) await markDue(store, deviceId, dueBits.desired)
}

async function isMarked({ db }: Store, deviceId: DeviceId): Promise<boolean> {
  const row = await db.selectFrom('device').select('due').where('device_id', '=', deviceId).executeTakeFirst()
  return ((row?.due ?? 0) & dueBits.desired) !== 0
}

/** Nothing is desired of the device any more; the mark of a gateway stays while a device below it has one. */
export async function clearDesired(store: Store, { projectId, deviceId }: Known): Promise<void> {
  const [below] = await listDesiredBelow(store, { projectId, gatewayId: deviceId }, 1)
  if (!below) await clearDue(store, deviceId, dueBits.desired)
}

/** Those below a gateway, on all levels, that are marked. */
export async function listDesiredBelow(
  { db }: Store,
  { projectId, gatewayId }: { readonly projectId: ProjectId; readonly gatewayId: DeviceId },
  limit: number,
): Promise<readonly DeviceId[]> {
  // Two levels are all there can be (limits.gatewayLevelsMax). The project is asked of the parents, whose children share
  // it: asked of the devices, SQLite would walk through all those of the project.
  const rows = await db
    .selectFrom('device')
    .select('device_id')
    .where('gateway_id', 'in', (eb) =>
      eb
        .selectFrom('device as self')
        .select('self.device_id')
        .where('self.project_id', '=', projectId)
        .where('self.device_id', '=', gatewayId)
        .unionAll(
          eb
            .selectFrom('device as child')
            .select('child.device_id')
            .where('child.project_id', '=', projectId)
            .where('child.gateway_id', '=', gatewayId),
        ),
    )
    .where(sql<boolean>`due & ${dueBits.desired} <> 0`)
    .limit(limit)
    .execute()
  return rows.map(({ device_id }) => device_id)
}
