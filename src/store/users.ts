import type { ProjectId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Store } from './store.ts'
import { inTransaction } from './transaction.ts'

/** Someone who logs in with a password, to the console or for a token. */
export interface User {
  readonly name: string
  /** As `password-hash.ts` makes it. */
  readonly passwordHash: string
  /** Oldest first. */
  readonly projectIds: readonly ProjectId[]
  readonly createdAt: Instant
}

/** Writes the user anew, with exactly these projects. */
export function saveUser(store: Store, user: User): Promise<void> {
  // A caller that is in a transaction already (the first start) stays in it: SQLite knows no inner ones.
  return store.db.isTransaction
    ? writeUser(store, user)
    : inTransaction(store, (inner) => writeUser(inner, user))
}

async function writeUser({ db }: Store, { name, passwordHash, projectIds, createdAt }: User): Promise<void> {
  const row = { name, password_hash: passwordHash, created_at: createdAt }
  await db
    .insertInto('user')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute()
  await db.deleteFrom('user_project').where('user_name', '=', name).execute()
  for (const projectId of projectIds)
    await db.insertInto('user_project').values({ user_name: name, project_id: projectId }).execute()
}

export async function findUser({ db }: Store, name: string): Promise<User | undefined> {
  const row = await db.selectFrom('user').selectAll().where('name', '=', name).executeTakeFirst()
  if (!row) return undefined
  const projects = await db
    .selectFrom('user_project')
    .innerJoin('project', 'project.project_id', 'user_project.project_id')
    .select('user_project.project_id')
    .where('user_name', '=', name)
    .orderBy('project.created_at')
    .orderBy('project.project_id')
    .execute()
  return {
    name: row.name,
    passwordHash: row.password_hash,
    projectIds: projects.map(({ project_id }) => project_id),
    createdAt: row.created_at,
  }
}

/** Names of those who may enter the project, in alphabetical order. */
export async function listUserNames(
  { db }: Store,
  projectId: ProjectId,
  limit: number,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('user_project')
    .select('user_name')
    .where('project_id', '=', projectId)
    .orderBy('user_name')
    .limit(limit)
    .execute()
  return rows.map(({ user_name }) => user_name)
}

/**
 * False when there is no such user. Tokens and sessions got with the old password end with it, but for the session
 * that `keepSession` names by its hash: the one that the password is changed in.
 */
export function savePassword(
  store: Store,
  name: string,
  passwordHash: string,
  { keepSession = '' }: { readonly keepSession?: string } = {},
): Promise<boolean> {
  return inTransaction(store, async ({ db }) => {
    await db.deleteFrom('token').where('user_name', '=', name).execute()
    await db.deleteFrom('session').where('user_name', '=', name).where('sha256', '!=', keepSession).execute()
    const { numUpdatedRows } = await db
      .updateTable('user')
      .set({ password_hash: passwordHash })
      .where('name', '=', name)
      .executeTakeFirstOrThrow()
    return numUpdatedRows === 1n
  })
}
