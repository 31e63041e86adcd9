import type { ProjectId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Store } from './store.ts'
import { inTransaction } from './transaction.ts'

/** What stands behind the console's cookie. Its text is not kept: whoever reads a backup cannot call with it. */
export interface Session {
  /** Lower-case hex SHA-256 of the cookie's text. */
  readonly sha256: string
  readonly userName: string
  readonly createdAt: Instant
  readonly expiresAt: Instant
}

/**
 * Writes the session, unless the user's password is no longer the one with this hash: then 'stale', and nothing is
 * written; a password that was changed while the old one was being checked has ended that session too. Lets go of
 * sessions that have expired, and of the user's oldest when there are more than `sessionsPerUserMax`: so the table
 * is bounded by what is in use.
 */
export function saveSession(
  store: Store,
  { sha256, userName, createdAt, expiresAt }: Session,
  {
    passwordHash,
    sessionsPerUserMax,
  }: { readonly passwordHash: string; readonly sessionsPerUserMax: number },
): Promise<'saved' | 'stale'> {
  return inTransaction(store, async ({ db }) => {
    const user = await db
      .selectFrom('user')
      .select('name')
      .where('name', '=', userName)
      .where('password_hash', '=', passwordHash)
      .executeTakeFirst()
    if (!user) return 'stale'
    await db.deleteFrom('session').where('expires_at', '<=', createdAt).execute()
    const others = await db
      .selectFrom('session')
      .select('sha256')
      .where('user_name', '=', userName)
      .orderBy('created_at', 'desc')
      .execute()
    for (const { sha256: oldest } of others.slice(sessionsPerUserMax - 1))
      await db.deleteFrom('session').where('sha256', '=', oldest).execute()
    await db
      .insertInto('session')
      .values({ sha256, user_name: userName, created_at: createdAt, expires_at: expiresAt })
      .execute()
    return 'saved'
  })
}

/** With the projects that the user may enter now, oldest first. Undefined when it is unknown or has expired at `now`. */
export async function findSession(
  { db }: Store,
  sha256: string,
  now: Instant,
): Promise<(Session & { readonly projectIds: readonly ProjectId[] }) | undefined> {
  const row = await db
    .selectFrom('session')
    .selectAll()
    .where('sha256', '=', sha256)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  if (!row) return undefined
  const projects = await db
    .selectFrom('user_project')
    .innerJoin('project', 'project.project_id', 'user_project.project_id')
    .select('user_project.project_id')
    .where('user_name', '=', row.user_name)
    .orderBy('project.created_at')
    .orderBy('project.project_id')
    .execute()
  return {
    sha256,
    userName: row.user_name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    projectIds: projects.map(({ project_id }) => project_id),
  }
}

/** Nothing when it has ended meanwhile: a session that was ended does not come back. */
export async function renewSession({ db }: Store, sha256: string, expiresAt: Instant): Promise<void> {
  await db.updateTable('session').set({ expires_at: expiresAt }).where('sha256', '=', sha256).execute()
}

/** It opens nothing from then on. */
export async function endSession({ db }: Store, sha256: string): Promise<void> {
  await db.deleteFrom('session').where('sha256', '=', sha256).execute()
}
