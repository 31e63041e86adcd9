import type { ProjectId, SpaceId } from '../base/ids.ts'
import type { Space } from '../domain/space/space.ts'
import { type SpaceTable, flag } from './tables.ts'
import type { Store } from './store.ts'

/** 'exists': the name, the id or the place of the default space is taken; nothing was written. */
export async function insertSpace({ db }: Store, space: Space): Promise<'created' | 'exists'> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('space')
    .values({
      key: space.key,
      project_id: space.projectId,
      space_id: space.spaceId,
      name: space.name,
      is_default: flag(space.isDefault),
      created_at: space.createdAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n ? 'created' : 'exists'
}

export async function findSpace(
  { db }: Store,
  projectId: ProjectId,
  spaceId: SpaceId,
): Promise<Space | undefined> {
  const row = await db
    .selectFrom('space')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('space_id', '=', spaceId)
    .executeTakeFirst()
  return row && toSpace(row)
}

/** The space that takes what names none (northbound §3.4); a project without one is being made. */
export async function findDefaultSpace({ db }: Store, projectId: ProjectId): Promise<Space | undefined> {
  const row = await db
    .selectFrom('space')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('is_default', '=', 1)
    .executeTakeFirst()
  return row && toSpace(row)
}

/** All spaces of a project, oldest first: the reference does not page them. `limits.spacesMax` bounds them. */
export async function listSpaces(
  { db }: Store,
  projectId: ProjectId,
  filter: { readonly isDefault?: boolean } = {},
): Promise<readonly Space[]> {
  const { isDefault } = filter
  const rows = await db
    .selectFrom('space')
    .selectAll()
    .where('project_id', '=', projectId)
    .$if(isDefault !== undefined, (query) => query.where('is_default', '=', flag(isDefault ?? false)))
    .orderBy('key')
    .execute()
  return rows.map(toSpace)
}

export async function countSpaces({ db }: Store, projectId: ProjectId): Promise<number> {
  const { count } = await db
    .selectFrom('space')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Names of spaces by id, for replies that show them. */
export async function spaceNames(
  { db }: Store,
  projectId: ProjectId,
  spaceIds: readonly SpaceId[],
): Promise<ReadonlyMap<SpaceId, string>> {
  if (spaceIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('space')
    .select(['space_id', 'name'])
    .where('project_id', '=', projectId)
    .where('space_id', 'in', [...new Set(spaceIds)])
    .execute()
  return new Map(rows.map((row) => [row.space_id, row.name]))
}

/** 'taken': another space of the project has the name. */
export async function renameSpace(
  { db }: Store,
  { projectId, spaceId, name }: { projectId: ProjectId; spaceId: SpaceId; name: string },
): Promise<'saved' | 'taken'> {
  const { numUpdatedRows } = await db
    .updateTable('space')
    .set({ name })
    .where('project_id', '=', projectId)
    .where('space_id', '=', spaceId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('space as other')
            .select('other.key')
            .where('other.project_id', '=', projectId)
            .where('other.name', '=', name)
            .where('other.space_id', '<>', spaceId),
        ),
      ),
    )
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n ? 'saved' : 'taken'
}

type Content = 'product' | 'device' | 'ca_certificate' | 'registration_group'

/** What a space holds; it can go only when all are 0. Policies go with it. */
export interface SpaceContents {
  readonly products: number
  readonly devices: number
  readonly certificates: number
  readonly groups: number
}

export async function countSpaceContents(
  { db }: Store,
  projectId: ProjectId,
  spaceId: SpaceId,
): Promise<SpaceContents> {
  const countOf = async (table: Content): Promise<number> => {
    const { count } = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('project_id', '=', projectId)
      .where('space_id', '=', spaceId)
      .executeTakeFirstOrThrow()
    return Number(count)
  }
  return {
    products: await countOf('product'),
    devices: await countOf('device'),
    certificates: await countOf('ca_certificate'),
    groups: await countOf('registration_group'),
  }
}

export async function deleteSpace({ db }: Store, projectId: ProjectId, spaceId: SpaceId): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('space')
    .where('project_id', '=', projectId)
    .where('space_id', '=', spaceId)
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

const toSpace = (row: SpaceTable): Space => ({
  key: row.key,
  projectId: row.project_id,
  spaceId: row.space_id,
  name: row.name,
  isDefault: row.is_default === 1,
  createdAt: row.created_at,
})
