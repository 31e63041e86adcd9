import type { JsonObject } from '../base/json.ts'
import type { ProjectId } from '../base/ids.ts'
import type { RegistrationGroup } from '../domain/provisioning/registration-group.ts'
import type { Store } from './store.ts'
import { flag, type RegistrationGroupTable } from './tables.ts'

export async function insertGroup(store: Store, group: RegistrationGroup): Promise<void> {
  await store.db.insertInto('registration_group').values(toRow(store, group)).execute()
}

/** In whatever project: a device that is not registered yet names none. */
export async function findGroupAnywhere(store: Store, scope: string): Promise<RegistrationGroup | undefined> {
  const row = await store.db
    .selectFrom('registration_group')
    .selectAll()
    .where('scope', '=', scope)
    .executeTakeFirst()
  return row && toGroup(store, row)
}

export async function findGroup(
  store: Store,
  projectId: ProjectId,
  scope: string,
): Promise<RegistrationGroup | undefined> {
  const group = await findGroupAnywhere(store, scope)
  return group?.projectId === projectId ? group : undefined
}

/** All of a project, newest first: `limits.registrationGroupsMax` bounds them. */
export async function listGroups(store: Store, projectId: ProjectId): Promise<readonly RegistrationGroup[]> {
  const rows = await store.db
    .selectFrom('registration_group')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('key', 'desc')
    .execute()
  return rows.map((row) => toGroup(store, row))
}

/** Writes what can change of a group; its scope, its method and what devices prove themselves by cannot. */
export async function saveGroup(store: Store, group: RegistrationGroup): Promise<void> {
  const { name, product_id, init_config, address, enabled } = toRow(store, group)
  await store.db
    .updateTable('registration_group')
    .set({ name, product_id, init_config, address, enabled })
    .where('project_id', '=', group.projectId)
    .where('key', '=', group.key)
    .executeTakeFirstOrThrow()
}

/** The row goes, and with it the secret; devices that registered by it stay. */
export async function deleteGroup(
  { db }: Store,
  { projectId, key }: Pick<RegistrationGroup, 'projectId' | 'key'>,
): Promise<void> {
  await db
    .deleteFrom('registration_group')
    .where('project_id', '=', projectId)
    .where('key', '=', key)
    .execute()
}

const placeOf = (row: string) => ({ table: 'registration_group', column: 'secret', row })

export function toGroup({ sealer }: Pick<Store, 'sealer'>, row: RegistrationGroupTable): RegistrationGroup {
  return {
    key: row.key,
    projectId: row.project_id,
    spaceId: row.space_id,
    scope: row.scope,
    name: row.name,
    method: row.method,
    ...(row.secret !== null && { secret: sealer.open(placeOf(row.key), row.secret) }),
    ...(row.ca_key !== null && { caKey: row.ca_key }),
    ...(row.product_id !== null && { productId: row.product_id }),
    ...(row.init_config !== null && { initConfig: JSON.parse(row.init_config) as JsonObject }),
    ...(row.address !== null && { address: row.address }),
    enabled: row.enabled === 1,
    createdAt: row.created_at,
  }
}

const toRow = ({ sealer }: Store, group: RegistrationGroup): RegistrationGroupTable => ({
  key: group.key,
  project_id: group.projectId,
  space_id: group.spaceId,
  scope: group.scope,
  name: group.name,
  method: group.method,
  secret: group.secret === undefined ? null : sealer.seal(placeOf(group.key), group.secret),
  ca_key: group.caKey ?? null,
  product_id: group.productId ?? null,
  init_config: group.initConfig ? JSON.stringify(group.initConfig) : null,
  address: group.address ?? null,
  enabled: flag(group.enabled),
  created_at: group.createdAt,
})
