import type { ProjectId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Store } from './store.ts'

/** What stands behind an X-Auth-Token. The token itself is not kept: whoever reads a backup cannot call with it. */
export interface Token {
  /** Lower-case hex SHA-256 of the token's text. */
  readonly sha256: string
  readonly userName: string
  readonly projectId: ProjectId
  readonly issuedAt: Instant
  readonly expiresAt: Instant
}

/** Writes the token, and lets go of those that have expired, so that the table is bounded by what is in use. */
export async function saveToken({ db }: Store, token: Token): Promise<void> {
  await db.deleteFrom('token').where('expires_at', '<=', token.issuedAt).execute()
  await db
    .insertInto('token')
    .values({
      sha256: token.sha256,
      user_name: token.userName,
      project_id: token.projectId,
      issued_at: token.issuedAt,
      expires_at: token.expiresAt,
    })
    .execute()
}

/** Undefined when it is unknown or has expired at `now`. */
export async function findToken({ db }: Store, sha256: string, now: Instant): Promise<Token | undefined> {
  const row = await db
    .selectFrom('token')
    .selectAll()
    .where('sha256', '=', sha256)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return (
    row && {
      sha256,
      userName: row.user_name,
      projectId: row.project_id,
      issuedAt: row.issued_at,
      expiresAt: row.expires_at,
    }
  )
}
