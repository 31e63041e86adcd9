import type { ProjectId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { SealedPlace, Sealer } from './sealer.ts'
import type { Store } from './store.ts'

/** A pair of access key (AK, public) and secret key (SK) that signs requests for one project (northbound §1.1). */
export interface AccessKey {
  readonly accessKey: string
  /** Clear text: both sides of a signature need it. Sealed at rest. */
  readonly secret: string
  readonly projectId: ProjectId
  readonly description?: string
  readonly createdAt: Instant
}

/** An access key of that name is replaced: its old secret signs nothing from then on. */
export async function saveAccessKey({ db, sealer }: Store, key: AccessKey): Promise<void> {
  const row = {
    access_key: key.accessKey,
    secret: sealer.seal(secretOf(key.accessKey), key.secret),
    project_id: key.projectId,
    description: key.description ?? null,
    created_at: key.createdAt,
  }
  await db
    .insertInto('access_key')
    .values(row)
    .onConflict((conflict) => conflict.column('access_key').doUpdateSet(row))
    .execute()
}

/** An unknown key takes as long as a known one: a secret is opened for it, too (safety, threat 10). */
export async function findAccessKey(
  { db, sealer }: Store,
  accessKey: string,
): Promise<AccessKey | undefined> {
  const row = await db
    .selectFrom('access_key')
    .selectAll()
    .where('access_key', '=', accessKey)
    .executeTakeFirst()
  if (!row) {
    sealer.open(NOBODY, decoyOf(sealer))
    return undefined
  }
  return {
    accessKey,
    secret: sealer.open(secretOf(accessKey), row.secret),
    projectId: row.project_id,
    ...(row.description !== null && { description: row.description }),
    createdAt: row.created_at,
  }
}

const decoys = new WeakMap<Sealer, string>()

/** A sealed text as long as that of a secret, kept: sealing it each time would take longer than opening it. */
function decoyOf(sealer: Sealer): string {
  const known = decoys.get(sealer) ?? sealer.seal(NOBODY, '0'.repeat(40))
  decoys.set(sealer, known)
  return known
}

/** Oldest first, without the secrets; of all projects, for the operator of the machine, unless one is named. */
export async function listAccessKeys(
  { db }: Store,
  { projectId, limit = 1000 }: { readonly projectId?: ProjectId; readonly limit?: number } = {},
): Promise<readonly Omit<AccessKey, 'secret'>[]> {
  const rows = await db
    .selectFrom('access_key')
    .select(['access_key', 'project_id', 'description', 'created_at'])
    .$if(projectId !== undefined, (query) => query.where('project_id', '=', projectId as ProjectId))
    .orderBy('created_at')
    .orderBy('access_key')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    accessKey: row.access_key,
    projectId: row.project_id,
    ...(row.description !== null && { description: row.description }),
    createdAt: row.created_at,
  }))
}

/** True when it was there, in that project if one is named; it signs nothing from then on. */
export async function deleteAccessKey(
  { db }: Store,
  accessKey: string,
  projectId?: ProjectId,
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('access_key')
    .where('access_key', '=', accessKey)
    .$if(projectId !== undefined, (query) => query.where('project_id', '=', projectId as ProjectId))
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

const secretOf = (accessKey: string): SealedPlace => ({
  table: 'access_key',
  column: 'secret',
  row: accessKey,
})

const NOBODY = secretOf('')
