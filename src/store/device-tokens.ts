import type { DeviceId, ProjectId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Store } from './store.ts'
import { inTransaction } from './transaction.ts'

/** What stands behind a device's token for HTTP. The token itself is not kept. */
export interface DeviceToken {
  /** Lower-case hex SHA-256 of the token's text. */
  readonly sha256: string
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  readonly issuedAt: Instant
  readonly expiresAt: Instant
}

/** Writes the token; earlier ones of the device live `replacedLiveMillis` longer at most (device protocol §5.1). */
export async function saveDeviceToken(
  store: Store,
  token: DeviceToken,
  replacedLiveMillis: number,
): Promise<void> {
  const { deviceId, issuedAt } = token
  const until = issuedAt + replacedLiveMillis
  await inTransaction(store, async ({ db }) => {
    await db.deleteFrom('device_token').where('expires_at', '<=', issuedAt).execute()
    await db
      .updateTable('device_token')
      .set({ expires_at: until })
      .where('device_id', '=', deviceId)
      .where('expires_at', '>', until)
      .execute()
    await db
      .insertInto('device_token')
      .values({
        sha256: token.sha256,
        project_id: token.projectId,
        device_id: deviceId,
        issued_at: issuedAt,
        expires_at: token.expiresAt,
      })
      .execute()
  })
}

/** Undefined when it is unknown or has expired at `now`. */
export async function findDeviceToken(
  { db }: Store,
  sha256: string,
  now: Instant,
): Promise<DeviceToken | undefined> {
  const row = await db
    .selectFrom('device_token')
    .selectAll()
    .where('sha256', '=', sha256)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return (
    row && {
      sha256,
      deviceId: row.device_id,
      projectId: row.project_id,
      issuedAt: row.issued_at,
      expiresAt: row.expires_at,
    }
  )
}

/** The device's credentials have changed: who came by the old ones has to come by the new (safety S7). */
export async function deleteDeviceTokens({ db }: Pick<Store, 'db'>, deviceId: DeviceId): Promise<void> {
  await db.deleteFrom('device_token').where('device_id', '=', deviceId).execute()
}
