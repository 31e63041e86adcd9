import { sql } from 'kysely'
import type { DeviceId, NodeId } from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import type { Device } from '../domain/device/device.ts'
import type { Store } from './store.ts'

/*
 * The list of children of each directly connected device, as its gateway is told of it (device protocol §3.8.3). Every
 * change of the list has a version, one above the last. Only the last change of each child is kept, so that what a
 * gateway of any version lacks is what stands above it:
 *
 *   add a 1, add b 2, delete a 3, add a 4   keeps   add b 2, add a 4;   who has 2 lacks   add a 4
 *
 * So the list of those that are there is complete for ever. Deleted ones are kept up to `childDeletionsKept`; who has
 * not seen as far back as that is told the whole list under new versions.
 */

export interface ChildChange {
  readonly version: number
  readonly change: 'add' | 'delete'
  readonly deviceId: DeviceId
  /** The gateway, or the child that it is below. */
  readonly parentId: DeviceId
  readonly nodeId: NodeId
}

export interface ChildList {
  /** Of the last change; 0: it never had children. */
  readonly version: number
  /** Deletions up to this version may be missing. */
  readonly forgotten: number
  /** The gateway was told of everything up to this version, as far as sending goes. */
  readonly told: number
}

export async function findChildList({ db }: Store, gatewayId: DeviceId): Promise<ChildList> {
  const row = await db
    .selectFrom('child_list')
    .select(['version', 'forgotten', 'told'])
    .where('gateway_id', '=', gatewayId)
    .executeTakeFirst()
  return {
    version: Number(row?.version ?? 0),
    forgotten: Number(row?.forgotten ?? 0),
    told: Number(row?.told ?? 0),
  }
}

export async function saveTold({ db }: Store, gatewayId: DeviceId, told: number): Promise<void> {
  await db.updateTable('child_list').set({ told }).where('gateway_id', '=', gatewayId).execute()
}

/**
 * Writes that a child was added to the list of its topmost gateway, or went from it; to be called in the transaction
 * that does it. Gives the version of the change.
 */
export async function noteChild(
  tx: Store,
  gatewayId: DeviceId,
  change: ChildChange['change'],
  { deviceId, nodeId, gatewayId: parentId = gatewayId }: Pick<Device, 'deviceId' | 'nodeId' | 'gatewayId'>,
): Promise<number> {
  const version = await raiseVersion(tx, gatewayId, 1)
  const last = { version, change, parent_id: parentId, node_id: nodeId }
  await tx.db
    .insertInto('child_change')
    .values({ gateway_id: gatewayId, device_id: deviceId, ...last })
    .onConflict((conflict) => conflict.columns(['gateway_id', 'device_id']).doUpdateSet(last))
    .execute()
  if (change === 'delete') await forgetDeletions(tx, gatewayId)
  return version
}

/** What stands above `after`, oldest first. */
export async function listChildChanges(
  { db }: Store,
  gatewayId: DeviceId,
  after: number,
  limit: number,
): Promise<readonly ChildChange[]> {
  const rows = await db
    .selectFrom('child_change')
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .where('version', '>', after)
    .orderBy('version')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    version: Number(row.version),
    change: row.change,
    deviceId: row.device_id,
    parentId: row.parent_id,
    nodeId: row.node_id,
  }))
}

/**
 * Gives every child that is there a version above `above`, in the order they have: for a gateway whose version is
 * none of this list's, or so old that deletions are missing. Deletions are forgotten: it is told the whole list.
 */
export async function renumberChildren(tx: Store, gatewayId: DeviceId, above: number): Promise<void> {
  const { version } = await findChildList(tx, gatewayId)
  const start = Math.max(version, above)
  await tx.db
    .deleteFrom('child_change')
    .where('gateway_id', '=', gatewayId)
    .where('change', '=', 'delete')
    .execute()
  // Each rises above all there are, so that no order of the updates could make two equal.
  await sql`
    UPDATE child_change SET version = ${start} + renumbered.place
    FROM (SELECT device_id, row_number() OVER (ORDER BY version) AS place
      FROM child_change WHERE gateway_id = ${gatewayId}) AS renumbered
    WHERE child_change.gateway_id = ${gatewayId} AND child_change.device_id = renumbered.device_id`.execute(
    tx.db,
  )
  await raiseVersion(tx, gatewayId, start + (await countListed(tx, gatewayId)) - version)
  await tx.db
    .updateTable('child_list')
    .set({ forgotten: start })
    .where('gateway_id', '=', gatewayId)
    .execute()
}

/** Children on both levels. */
export async function countListed({ db }: Store, gatewayId: DeviceId): Promise<number> {
  const { count } = await db
    .selectFrom('child_change')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('gateway_id', '=', gatewayId)
    .where('change', '=', 'add')
    .executeTakeFirstOrThrow()
  return Number(count)
}

async function raiseVersion({ db }: Store, gatewayId: DeviceId, by: number): Promise<number> {
  const { version } = await db
    .insertInto('child_list')
    .values({ gateway_id: gatewayId, version: by, forgotten: 0, told: 0 })
    .onConflict((conflict) =>
      conflict.column('gateway_id').doUpdateSet((eb) => ({ version: eb('child_list.version', '+', by) })),
    )
    .returning('version')
    .executeTakeFirstOrThrow()
  return Number(version)
}

async function forgetDeletions({ db }: Store, gatewayId: DeviceId): Promise<void> {
  const newest = await db
    .selectFrom('child_change')
    .select('version')
    .where('gateway_id', '=', gatewayId)
    .where('change', '=', 'delete')
    .orderBy('version', 'desc')
    .offset(limits.childDeletionsKept)
    .limit(1)
    .executeTakeFirst()
  if (!newest) return
  await db
    .deleteFrom('child_change')
    .where('gateway_id', '=', gatewayId)
    .where('change', '=', 'delete')
    .where('version', '<=', newest.version)
    .execute()
  await db
    .updateTable('child_list')
    .set({ forgotten: newest.version })
    .where('gateway_id', '=', gatewayId)
    .execute()
}
