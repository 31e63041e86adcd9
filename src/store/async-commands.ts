import { sql } from 'kysely'
import type { DeviceId, RowKey } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { JsonObject, JsonValue } from '../base/json.ts'
import { type AsyncCommand, type CommandStatus, queuedStatuses } from '../domain/downlink/command.ts'
import type { NoticeCode } from '../domain/verdict/notice-codes.ts'
import type { Page, PageRequest } from './page.ts'
import type { Store } from './store.ts'
import type { AsyncCommandTable } from './tables.ts'

/** All conditions must hold. */
export interface CommandFilter {
  readonly statuses: readonly CommandStatus[]
  readonly name?: string
  /** Made at or after. */
  readonly from?: Instant
  /** Made before. */
  readonly until?: Instant
}

export async function insertAsyncCommand({ db }: Store, command: AsyncCommand): Promise<void> {
  await db.insertInto('async_command').values(toRow(command)).execute()
}

export async function findAsyncCommand(
  { db }: Store,
  deviceKey: RowKey,
  commandId: string,
): Promise<AsyncCommand | undefined> {
  const row = await db
    .selectFrom('async_command')
    .selectAll()
    .where('device_key', '=', deviceKey)
    .where('command_id', '=', commandId)
    .executeTakeFirst()
  return row && toCommand(row)
}

/** The command that an answer on this device's connection can be meant for. */
export async function findCarriedCommand(
  { db }: Store,
  carrierId: DeviceId,
  commandId: string,
): Promise<AsyncCommand | undefined> {
  const row = await db
    .selectFrom('async_command')
    .selectAll()
    .where('command_id', '=', commandId)
    .where('carrier_id', '=', carrierId)
    .executeTakeFirst()
  return row && toCommand(row)
}

/** The next that waits for what this device's connection carries, in the order in which they were made. */
export async function nextPendingCommand(
  { db }: Store,
  carrierId: DeviceId,
  after: RowKey | undefined,
): Promise<AsyncCommand | undefined> {
  const row = await db
    .selectFrom('async_command')
    .selectAll()
    .where('carrier_id', '=', carrierId)
    .where('status', '=', PENDING)
    .$if(after !== undefined, (query) => query.where('key', '>', after as RowKey))
    .orderBy('key')
    .limit(1)
    .executeTakeFirst()
  return row && toCommand(row)
}

export async function hasPendingCommands({ db }: Store, carrierId: DeviceId): Promise<boolean> {
  const row = await db
    .selectFrom('async_command')
    .select('key')
    .where('carrier_id', '=', carrierId)
    .where('status', '=', PENDING)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** One page, newest first, and how many there are in all. */
export async function listAsyncCommands(
  store: Store,
  deviceKey: RowKey,
  filter: CommandFilter,
  { limit, marker, offset }: PageRequest,
): Promise<Page<AsyncCommand>> {
  const rows = await commandsMatching(store, deviceKey, filter)
    .selectAll()
    .$if(marker !== undefined, (query) => query.where('key', '<', marker as RowKey))
    .orderBy('key', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return { rows: rows.map(toCommand), count: await countAsyncCommands(store, deviceKey, filter) }
}

export async function countAsyncCommands(
  store: Store,
  deviceKey: RowKey,
  filter: CommandFilter,
): Promise<number> {
  const { count } = await commandsMatching(store, deviceKey, filter)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

function commandsMatching({ db }: Store, deviceKey: RowKey, { statuses, name, from, until }: CommandFilter) {
  let query = db
    .selectFrom('async_command')
    .where('device_key', '=', deviceKey)
    .where('status', 'in', statuses)
  if (name !== undefined) query = query.where('name', '=', name)
  if (from !== undefined) query = query.where('created_at', '>=', from)
  if (until !== undefined) query = query.where('created_at', '<', until)
  return query
}

/** What of a command changes as it goes on. */
export type CommandChange = Partial<
  Pick<
    AsyncCommand,
    'status' | 'code' | 'result' | 'sentAt' | 'deliveredAt' | 'answerUntil' | 'respondedAt' | 'finishedAt'
  >
>

/** True when it had one of these statuses until now; what `change` does not name stays. */
export async function changeAsyncCommand(
  { db }: Store,
  key: RowKey,
  from: readonly CommandStatus[],
  change: CommandChange,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('async_command')
    .set({
      ...(change.status !== undefined && { status: change.status }),
      ...(change.code !== undefined && { code: change.code }),
      ...(change.result !== undefined && { result: JSON.stringify(change.result) }),
      ...(change.sentAt !== undefined && { sent_at: change.sentAt }),
      ...(change.deliveredAt !== undefined && { delivered_at: change.deliveredAt }),
      ...(change.answerUntil !== undefined && { answer_until: change.answerUntil }),
      ...(change.respondedAt !== undefined && { responded_at: change.respondedAt }),
      ...(change.finishedAt !== undefined && { finished_at: change.finishedAt, answer_until: null }),
    })
    .where('key', '=', key)
    .where('status', 'in', from)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** It waits again as if it had not been sent. False: it had ended meanwhile. */
export async function requeueAsyncCommand({ db }: Store, key: RowKey): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('async_command')
    .set({ status: 'PENDING', sent_at: null, answer_until: null })
    .where('key', '=', key)
    .where('status', '=', 'SENT')
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** True when it went unsent: what has been sent stays. */
export async function withdrawAsyncCommand({ db }: Store, key: RowKey): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('async_command')
    .where('key', '=', key)
    .where('status', '=', PENDING)
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

/** Those whose time in the queue, or to answer in, is over, in all projects. */
export async function listOverdueCommands(
  { db }: Store,
  now: Instant,
  limit: number,
): Promise<readonly AsyncCommand[]> {
  const unsent = await db
    .selectFrom('async_command')
    .selectAll()
    .where('status', '=', PENDING)
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
    .execute()
  const unanswered = await db
    .selectFrom('async_command')
    .selectAll()
    .where('answer_until', '<=', now)
    .orderBy('answer_until')
    .limit(limit)
    .execute()
  return [...unsent, ...unanswered].map(toCommand)
}

/** Forgets what ended before `before`, in all projects; how many went. */
export async function deleteEndedCommands({ db }: Store, before: Instant, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('async_command')
    .where('key', 'in', (eb) =>
      eb
        .selectFrom('async_command')
        .select('key')
        .where('finished_at', '<', before)
        .orderBy('finished_at')
        .limit(limit),
    )
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/** Of a device's history the newest `kept` stay. */
export async function trimEndedCommands({ db }: Store, deviceKey: RowKey, kept: number): Promise<void> {
  await db
    .deleteFrom('async_command')
    .where('key', 'in', (eb) =>
      eb
        .selectFrom('async_command')
        .select('key')
        .where('device_key', '=', deviceKey)
        .where('status', 'not in', queuedStatuses)
        .orderBy('key', 'desc')
        .limit(-1)
        .offset(kept),
    )
    .execute()
}

const toCommand = (row: AsyncCommandTable): AsyncCommand => ({
  key: row.key,
  projectId: row.project_id,
  deviceKey: row.device_key,
  deviceId: row.device_id,
  carrierId: row.carrier_id,
  commandId: row.command_id,
  ...(row.service_id !== null && { serviceId: row.service_id }),
  ...(row.name !== null && { name: row.name }),
  paras: JSON.parse(row.paras) as JsonObject,
  strategy: row.strategy,
  expireSeconds: row.expire_seconds,
  status: row.status,
  ...(row.code !== null && { code: row.code satisfies NoticeCode }),
  ...(row.result !== null && { result: JSON.parse(row.result) as JsonValue }),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  ...(row.sent_at !== null && { sentAt: row.sent_at }),
  ...(row.delivered_at !== null && { deliveredAt: row.delivered_at }),
  ...(row.answer_until !== null && { answerUntil: row.answer_until }),
  ...(row.responded_at !== null && { respondedAt: row.responded_at }),
  ...(row.finished_at !== null && { finishedAt: row.finished_at }),
})

const toRow = (command: AsyncCommand): AsyncCommandTable => ({
  key: command.key,
  project_id: command.projectId,
  device_key: command.deviceKey,
  device_id: command.deviceId,
  carrier_id: command.carrierId,
  command_id: command.commandId,
  service_id: command.serviceId ?? null,
  name: command.name ?? null,
  paras: JSON.stringify(command.paras),
  strategy: command.strategy,
  expire_seconds: command.expireSeconds,
  status: command.status,
  code: command.code ?? null,
  result: command.result === undefined ? null : JSON.stringify(command.result),
  created_at: command.createdAt,
  expires_at: command.expiresAt,
  sent_at: command.sentAt ?? null,
  delivered_at: command.deliveredAt ?? null,
  answer_until: command.answerUntil ?? null,
  responded_at: command.respondedAt ?? null,
  finished_at: command.finishedAt ?? null,
})

// Not a parameter: SQLite looks for rows in a partial index only where the query itself says what they are.
const PENDING = sql.lit('PENDING' as const)
