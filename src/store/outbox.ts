import type { RowKey } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Device } from '../domain/device/device.ts'
import type { ConfigEntry, NewEntry } from '../domain/entry/entry.ts'
import type { Store } from './store.ts'

/** An entry on its way to the log. `id` orders entries of one process as they were written. */
export interface OutboxEntry {
  readonly id: RowKey
  readonly entry: NewEntry
}

/**
 * Writes what projections must learn of a device. Called in the transaction of the change it tells of: both
 * are there or neither, so that no crash leaves a device without its shadow. `id` stands in the entry, too: a
 * row that reaches the log twice acts once.
 */
export async function addToOutbox(
  { db }: Store,
  {
    id,
    at,
    device,
    body,
  }: {
    id: RowKey
    at: Instant
    device: Pick<Device, 'projectId' | 'deviceId'>
    body: ConfigEntry
  },
): Promise<void> {
  const entry: NewEntry = {
    kind: 'config',
    at,
    projectId: device.projectId,
    deviceId: device.deviceId,
    body: { ...body, outboxKey: id },
  }
  await db
    .insertInto('outbox')
    .values({ key: id, entry: JSON.stringify(entry) })
    .execute()
}

/** The oldest entries, at most `limit`. They stay until {@link dropOutbox}: delivery is at least once. */
export async function takeOutbox({ db }: Store, limit: number): Promise<readonly OutboxEntry[]> {
  const rows = await db.selectFrom('outbox').selectAll().orderBy('key').limit(limit).execute()
  return rows.map((row) => ({ id: row.key, entry: JSON.parse(row.entry) as NewEntry }))
}

/** Forgets entries that are durable in the log. */
export async function dropOutbox({ db }: Store, ids: readonly RowKey[]): Promise<void> {
  if (ids.length === 0) return
  await db.deleteFrom('outbox').where('key', 'in', ids).execute()
}
