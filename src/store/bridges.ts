import type { BridgeId, ProjectId, RowKey } from '../base/ids.ts'
import type { Bridge } from '../domain/bridge/bridge.ts'
import type { Page, PageRequest } from './page.ts'
import type { Store } from './store.ts'
import type { BridgeTable } from './tables.ts'

/** 'exists': the id is taken, in whichever project; nothing was written. */
export async function insertBridge(
  { db, sealer }: Store,
  { key, projectId, bridgeId, name, secret, createdAt }: Bridge,
): Promise<'created' | 'exists'> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('bridge')
    .values({
      ...{ key, project_id: projectId, bridge_id: bridgeId, name },
      ...{ secret: sealer.seal(placeOf(key), secret), created_at: createdAt },
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n ? 'created' : 'exists'
}

export async function findBridge(
  store: Store,
  projectId: ProjectId,
  bridgeId: BridgeId,
): Promise<Bridge | undefined> {
  const bridge = await findBridgeAnywhere(store, bridgeId)
  return bridge?.projectId === projectId ? bridge : undefined
}

/** For a bridge that connects: it names no project, and ids are unique over all of them. */
export async function findBridgeAnywhere(store: Store, bridgeId: BridgeId): Promise<Bridge | undefined> {
  const row = await store.db
    .selectFrom('bridge')
    .selectAll()
    .where('bridge_id', '=', bridgeId)
    .executeTakeFirst()
  return row && toBridge(store, row)
}

export async function listBridgePage(
  store: Store,
  projectId: ProjectId,
  { limit, marker, offset }: PageRequest,
): Promise<Page<Bridge>> {
  const rows = await store.db
    .selectFrom('bridge')
    .selectAll()
    .where('project_id', '=', projectId)
    .$if(marker !== undefined, (query) => query.where('key', '<', marker as RowKey))
    .orderBy('key', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return { rows: rows.map((row) => toBridge(store, row)), count: await countBridges(store, projectId) }
}

export async function countBridges({ db }: Pick<Store, 'db'>, projectId: ProjectId): Promise<number> {
  const { count } = await db
    .selectFrom('bridge')
    .where('project_id', '=', projectId)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** The earlier secret opens nothing from then on. */
export async function saveBridgeSecret(
  { db, sealer }: Store,
  { key, secret }: Pick<Bridge, 'key' | 'secret'>,
): Promise<void> {
  await db
    .updateTable('bridge')
    .set({ secret: sealer.seal(placeOf(key), secret) })
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
}

export async function deleteBridge({ db }: Store, key: RowKey): Promise<void> {
  await db.deleteFrom('bridge').where('key', '=', key).executeTakeFirstOrThrow()
}

export const toBridge = ({ sealer }: Pick<Store, 'sealer'>, row: BridgeTable): Bridge => ({
  key: row.key,
  projectId: row.project_id,
  bridgeId: row.bridge_id,
  name: row.name,
  secret: sealer.open(placeOf(row.key), row.secret),
  createdAt: row.created_at,
})

const placeOf = (row: string) => ({ table: 'bridge', column: 'secret', row })
