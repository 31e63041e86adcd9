import type { ProjectId } from '../base/ids.ts'
import type { AccessCode } from '../domain/access-code/access-code.ts'
import type { Store } from './store.ts'

/** Takes the place of the project's earlier one of that type, which opens nothing from then on. */
export async function saveAccessCode({ db, sealer }: Store, code: AccessCode): Promise<void> {
  const row = {
    project_id: code.projectId,
    type: code.type,
    access_key: code.accessKey,
    access_code: sealer.seal(placeOf(code.accessKey), code.accessCode),
    created_at: code.createdAt,
  }
  await db
    .insertInto('access_code')
    .values(row)
    .onConflict((conflict) => conflict.columns(['project_id', 'type']).doUpdateSet(row))
    .execute()
}

export async function findAccessCode(
  { db, sealer }: Store,
  projectId: ProjectId,
  type: AccessCode['type'],
): Promise<AccessCode | undefined> {
  const row = await db
    .selectFrom('access_code')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('type', '=', type)
    .executeTakeFirst()
  return (
    row && {
      projectId,
      type,
      accessKey: row.access_key,
      accessCode: sealer.open(placeOf(row.access_key), row.access_code),
      createdAt: row.created_at,
    }
  )
}

const placeOf = (row: string) => ({ table: 'access_code', column: 'access_code', row })
