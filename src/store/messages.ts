import { sql } from 'kysely'
import type { DeviceId, RowKey } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { JsonValue } from '../base/json.ts'
import type { Message, MessageProperties, MessageStatus, MessageTopic } from '../domain/downlink/message.ts'
import type { NoticeCode } from '../domain/verdict/notice-codes.ts'
import type { Store } from './store.ts'
import type { MessageTable } from './tables.ts'

/** 'exists': a message of that id is kept for the device; nothing was written. */
export async function insertMessage({ db }: Store, message: Message): Promise<'created' | 'exists'> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('message')
    .values(toRow(message))
    .onConflict((conflict) => conflict.columns(['device_key', 'message_id']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n ? 'created' : 'exists'
}

/** All that are kept for a device, oldest first: few (`limits.messagesPerDeviceMax`). */
export async function listMessages({ db }: Store, deviceKey: RowKey): Promise<readonly Message[]> {
  const rows = await db
    .selectFrom('message')
    .selectAll()
    .where('device_key', '=', deviceKey)
    .orderBy('key')
    .execute()
  return rows.map(toMessage)
}

export async function findMessage(
  { db }: Store,
  deviceKey: RowKey,
  messageId: string,
): Promise<Message | undefined> {
  const row = await db
    .selectFrom('message')
    .selectAll()
    .where('device_key', '=', deviceKey)
    .where('message_id', '=', messageId)
    .executeTakeFirst()
  return row && toMessage(row)
}

/** The next that waits for what this device's connection carries, in the order in which they were made. */
export async function nextPendingMessage(
  { db }: Store,
  carrierId: DeviceId,
  after: RowKey | undefined,
): Promise<Message | undefined> {
  const row = await db
    .selectFrom('message')
    .selectAll()
    .where('carrier_id', '=', carrierId)
    .where('status', '=', PENDING)
    .$if(after !== undefined, (query) => query.where('key', '>', after as RowKey))
    .orderBy('key')
    .limit(1)
    .executeTakeFirst()
  return row && toMessage(row)
}

export async function hasPendingMessages({ db }: Store, carrierId: DeviceId): Promise<boolean> {
  const row = await db
    .selectFrom('message')
    .select('key')
    .where('carrier_id', '=', carrierId)
    .where('status', '=', PENDING)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** True when it was waiting until now: a message ends once. */
export async function endMessage(
  { db }: Store,
  key: RowKey,
  { status, code, at }: { readonly status: MessageStatus; readonly code?: NoticeCode; readonly at: Instant },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('message')
    .set({ status, code: code ?? null, finished_at: at })
    .where('key', '=', key)
    .where('status', '=', PENDING)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Why it still waits. */
export async function noteMessageCode({ db }: Store, key: RowKey, code: NoticeCode): Promise<void> {
  await db.updateTable('message').set({ code }).where('key', '=', key).where('status', '=', PENDING).execute()
}

export async function deleteMessages({ db }: Store, keys: readonly RowKey[]): Promise<void> {
  if (keys.length > 0) await db.deleteFrom('message').where('key', 'in', keys).execute()
}

/** Those whose time in the cache is over, in all projects, the longest overdue first. */
export async function listOverdueMessages(
  { db }: Store,
  now: Instant,
  limit: number,
): Promise<readonly Message[]> {
  const rows = await db
    .selectFrom('message')
    .selectAll()
    .where('status', '=', PENDING)
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
    .execute()
  return rows.map(toMessage)
}

const toMessage = (row: MessageTable): Message => ({
  key: row.key,
  projectId: row.project_id,
  deviceKey: row.device_key,
  deviceId: row.device_id,
  carrierId: row.carrier_id,
  messageId: row.message_id,
  ...(row.name !== null && { name: row.name }),
  content: JSON.parse(row.content) as JsonValue,
  encoding: row.encoding,
  payloadFormat: row.payload_format,
  topic: JSON.parse(row.topic) as MessageTopic,
  ...(row.properties !== null && { properties: JSON.parse(row.properties) as MessageProperties }),
  ttlMinutes: row.ttl_minutes,
  status: row.status,
  ...(row.code !== null && { code: row.code }),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  ...(row.finished_at !== null && { finishedAt: row.finished_at }),
})

const toRow = (message: Message): MessageTable => ({
  key: message.key,
  project_id: message.projectId,
  device_key: message.deviceKey,
  device_id: message.deviceId,
  carrier_id: message.carrierId,
  message_id: message.messageId,
  name: message.name ?? null,
  content: JSON.stringify(message.content),
  encoding: message.encoding,
  payload_format: message.payloadFormat,
  topic: JSON.stringify(message.topic),
  properties: message.properties ? JSON.stringify(message.properties) : null,
  ttl_minutes: message.ttlMinutes,
  status: message.status,
  code: message.code ?? null,
  created_at: message.createdAt,
  expires_at: message.expiresAt,
  finished_at: message.finishedAt ?? null,
})

// Not a parameter: SQLite looks for rows in a partial index only where the query itself says what they are.
const PENDING = sql.lit('PENDING' as const)
