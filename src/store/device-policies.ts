import type { ProjectId, RowKey, SpaceId } from '../base/ids.ts'
import { allowEverything, type DevicePolicy, SYSTEM_DEFAULT_POLICY } from '../domain/policy/device-policy.ts'
import type { BoundPolicy, Statement } from '../domain/policy/policy.ts'
import type { Space } from '../domain/space/space.ts'
import type { Page, PageRequest } from './page.ts'
import { type PolicyTarget, type PolicyTargets, targetColumns, targetsOf } from './policy-targets.ts'
import type { Store } from './store.ts'
import type { DevicePolicyTable } from './tables.ts'
import { containsAnyCase } from './text-search.ts'

/** 'exists': the space has a policy of that name; nothing was written. */
export async function insertDevicePolicy({ db }: Store, policy: DevicePolicy): Promise<'created' | 'exists'> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('device_policy')
    .values(toRow(policy))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n ? 'created' : 'exists'
}

/** What each space starts with (device protocol §3.11): call it in the transaction that makes the space. */
export async function giveDefaultPolicy(
  store: Store,
  { projectId, spaceId, createdAt }: Space,
  rowKey: () => RowKey,
): Promise<void> {
  const policy: DevicePolicy = {
    key: rowKey(),
    projectId,
    spaceId,
    name: SYSTEM_DEFAULT_POLICY,
    statements: allowEverything,
    createdAt,
    updatedAt: createdAt,
  }
  await insertDevicePolicy(store, policy)
  await bindPolicy(store, policy, { type: 'app', spaceId }, rowKey())
}

export async function findDevicePolicy(
  { db }: Store,
  projectId: ProjectId,
  key: RowKey,
): Promise<DevicePolicy | undefined> {
  const row = await db
    .selectFrom('device_policy')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('key', '=', key)
    .executeTakeFirst()
  return row && toPolicy(row)
}

/** `name`: a part of it, in either case. */
export async function listDevicePolicies(
  { db }: Store,
  projectId: ProjectId,
  { spaceId, name }: { readonly spaceId?: SpaceId; readonly name?: string },
  { limit, marker, offset }: PageRequest,
): Promise<Page<DevicePolicy>> {
  let matching = db.selectFrom('device_policy').where('project_id', '=', projectId)
  if (spaceId !== undefined) matching = matching.where('space_id', '=', spaceId)
  if (name !== undefined) matching = matching.where(() => containsAnyCase('name', name.toLowerCase()))
  const { count } = await matching
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const rows = await matching
    .selectAll()
    .$if(marker !== undefined, (query) => query.where('key', '<', marker as RowKey))
    .orderBy('key', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return { rows: rows.map(toPolicy), count: Number(count) }
}

/** A policy, and to how many of each it is bound. */
export interface CountedPolicy {
  readonly policy: DevicePolicy
  readonly targets: Readonly<Record<PolicyTarget['type'], number>>
}

/** The same with their statements, and how much each is bound to. */
export async function listPoliciesWithTargets(
  store: Store,
  projectId: ProjectId,
  filter: { readonly spaceId?: SpaceId; readonly name?: string },
  page: PageRequest,
): Promise<Page<CountedPolicy>> {
  const { rows, count } = await listDevicePolicies(store, projectId, filter, page)
  if (rows.length === 0) return { rows: [], count }
  const counted = await store.db
    .selectFrom('device_policy_binding')
    .select(['policy_key', 'target_type'])
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .where(
      'policy_key',
      'in',
      rows.map(({ key }) => key),
    )
    .groupBy(['policy_key', 'target_type'])
    .execute()
  return {
    rows: rows.map((policy) => {
      const targets = { device: 0, product: 0, app: 0 }
      for (const one of counted)
        if (one.policy_key === policy.key) targets[one.target_type] = Number(one.count)
      return { policy, targets }
    }),
    count,
  }
}

/** Policies of a project beside those that spaces start with: of these a space can have but one. */
export async function countDevicePolicies({ db }: Store, projectId: ProjectId): Promise<number> {
  const { count } = await db
    .selectFrom('device_policy')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .where('name', '<>', SYSTEM_DEFAULT_POLICY)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Writes name, statements and time. 'exists': another policy of the space has the name; nothing was written. */
export async function saveDevicePolicy({ db }: Store, policy: DevicePolicy): Promise<'saved' | 'exists'> {
  const { name, statements, updated_at } = toRow(policy)
  const { numUpdatedRows } = await db
    .updateTable('device_policy')
    .set({ name, statements, updated_at })
    .where('project_id', '=', policy.projectId)
    .where('key', '=', policy.key)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('device_policy as other')
            .select('other.key')
            .where('other.project_id', '=', policy.projectId)
            .where('other.space_id', '=', policy.spaceId)
            .where('other.name', '=', name)
            .where('other.key', '<>', policy.key),
        ),
      ),
    )
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n ? 'saved' : 'exists'
}

/** Its bindings go with it. */
export async function deleteDevicePolicy({ db }: Store, projectId: ProjectId, key: RowKey): Promise<void> {
  await db.deleteFrom('device_policy').where('project_id', '=', projectId).where('key', '=', key).execute()
}

/** Nothing changes where it is bound already. */
export async function bindPolicy(
  { db }: Store,
  { projectId, key }: Pick<DevicePolicy, 'projectId' | 'key'>,
  target: PolicyTarget,
  bindingKey: RowKey,
): Promise<void> {
  await db
    .insertInto('device_policy_binding')
    .values({ key: bindingKey, project_id: projectId, policy_key: key, ...targetColumns(target) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** False: it was not bound. */
export async function unbindPolicy(
  { db }: Store,
  { projectId, key }: Pick<DevicePolicy, 'projectId' | 'key'>,
  target: PolicyTarget,
): Promise<boolean> {
  const { target_type, target_key } = targetColumns(target)
  const { numDeletedRows } = await db
    .deleteFrom('device_policy_binding')
    .where('project_id', '=', projectId)
    .where('target_type', '=', target_type)
    .where('target_key', '=', target_key)
    .where('policy_key', '=', key)
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

/** Policies other than this one that are bound to a device, product or space. */
export async function countOtherPolicies(
  { db }: Store,
  { projectId, key }: Pick<DevicePolicy, 'projectId' | 'key'>,
  target: PolicyTarget,
): Promise<number> {
  const { target_type, target_key } = targetColumns(target)
  const { count } = await db
    .selectFrom('device_policy_binding')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .where('target_type', '=', target_type)
    .where('target_key', '=', target_key)
    .where('policy_key', '<>', key)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** What a policy is bound to, as people name it; newest binding first. */
export async function listPolicyTargets(
  { db }: Store,
  { projectId, key }: Pick<DevicePolicy, 'projectId' | 'key'>,
  type: PolicyTarget['type'] | undefined,
  { limit, marker, offset }: PageRequest,
): Promise<Page<{ readonly key: RowKey; readonly type: PolicyTarget['type']; readonly id: string }>> {
  let matching = db
    .selectFrom('device_policy_binding as binding')
    .where('binding.project_id', '=', projectId)
    .where('binding.policy_key', '=', key)
  if (type !== undefined) matching = matching.where('binding.target_type', '=', type)
  const { count } = await matching
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const rows = await matching
    .leftJoin('product', 'product.key', 'binding.product_key')
    .select(['binding.key', 'binding.target_type', 'binding.target_key', 'product.product_id'])
    .$if(marker !== undefined, (query) => query.where('binding.key', '<', marker as RowKey))
    .orderBy('binding.key', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return {
    rows: rows.map((row) => ({
      key: row.key,
      type: row.target_type,
      id: row.product_id ?? row.target_key,
    })),
    count: Number(count),
  }
}

/** What decides about the topics of a device: those bound to it, then to its product, then to its space. */
export async function listPoliciesOf(
  { db }: Store,
  device: PolicyTargets & { readonly projectId: ProjectId },
): Promise<readonly BoundPolicy[]> {
  const found: BoundPolicy[] = []
  for (const target of targetsOf(device)) {
    const { target_type, target_key } = targetColumns(target)
    const rows = await db
      .selectFrom('device_policy_binding as binding')
      .innerJoin('device_policy as policy', 'policy.key', 'binding.policy_key')
      .select(['policy.name', 'policy.statements'])
      .where('binding.project_id', '=', device.projectId)
      .where('binding.target_type', '=', target_type)
      .where('binding.target_key', '=', target_key)
      .orderBy('binding.key')
      .execute()
    for (const { name, statements } of rows)
      found.push({ name, boundTo: target.type, statements: toStatements(statements) })
  }
  return found
}

const toStatements = (json: string): readonly Statement[] => JSON.parse(json) as readonly Statement[]

const toPolicy = (row: DevicePolicyTable): DevicePolicy => ({
  key: row.key,
  projectId: row.project_id,
  spaceId: row.space_id,
  name: row.name,
  statements: toStatements(row.statements),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toRow = (policy: DevicePolicy): DevicePolicyTable => ({
  key: policy.key,
  project_id: policy.projectId,
  space_id: policy.spaceId,
  name: policy.name,
  statements: JSON.stringify(policy.statements),
  created_at: policy.createdAt,
  updated_at: policy.updatedAt,
})
