import type { DeviceId, ProjectId, RowKey } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { JsonObject } from '../base/json.ts'
import type { ConfigAnswer, ConfigTask } from '../domain/device-event/configuration.ts'
import type { Store } from './store.ts'
import type { ConfigTaskTable } from './tables.ts'

type Db = Pick<Store, 'db'>

/** Ends the open task of the device, if there is one, and opens this one; ended tasks beyond `endedMax` go, the oldest first. In a transaction of the caller's. */
export async function openConfigTask(
  { db }: Db,
  deviceKey: RowKey,
  { key, content, createdAt, expiresAt }: Pick<ConfigTask, 'key' | 'content' | 'createdAt' | 'expiresAt'>,
  endedMax: number,
): Promise<void> {
  await endConfigTask({ db }, deviceKey, { state: 'superseded', endedAt: createdAt })
  const oldest = db
    .selectFrom('config_task')
    .select('key')
    .where('device_key', '=', deviceKey)
    .orderBy('key', 'desc')
    .limit(-1)
    .offset(endedMax)
  await db.deleteFrom('config_task').where('key', 'in', oldest).execute()
  await db
    .insertInto('config_task')
    .values({
      key,
      device_key: deviceKey,
      state: 'pending',
      content: JSON.stringify(content),
      created_at: createdAt,
      expires_at: expiresAt,
      attempts: 0,
      tried_at: createdAt,
      sent_at: null,
      ended_at: null,
      result_code: null,
      description: null,
    })
    .execute()
}

/** Ends the open task of the device; false: there is none (or, with `key`, it is another). */
export async function endConfigTask(
  { db }: Db,
  deviceKey: RowKey,
  {
    state,
    endedAt,
    answer,
    key,
  }: {
    state: Exclude<ConfigTask['state'], 'pending'>
    endedAt: Instant
    answer?: ConfigAnswer
    key?: RowKey
  },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('config_task')
    .set({
      state,
      ended_at: endedAt,
      result_code: answer?.resultCode ?? null,
      description: answer?.description ?? null,
    })
    .where('device_key', '=', deviceKey)
    .where('state', '=', 'pending')
    .$if(key !== undefined, (query) => query.where('key', '=', key as RowKey))
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

export async function markConfigTaskSent({ db }: Db, key: RowKey, sentAt: Instant): Promise<void> {
  await db
    .updateTable('config_task')
    .set((eb) => ({ sent_at: sentAt, tried_at: sentAt, attempts: eb('attempts', '+', 1) }))
    .where('key', '=', key)
    .execute()
}

/** It could not be sent: it is tried again when the device connects, or after a day. */
export async function markConfigTaskTried({ db }: Db, key: RowKey, triedAt: Instant): Promise<void> {
  await db.updateTable('config_task').set({ tried_at: triedAt }).where('key', '=', key).execute()
}

export async function findOpenConfigTask({ db }: Db, deviceKey: RowKey): Promise<ConfigTask | undefined> {
  const row = await db
    .selectFrom('config_task')
    .selectAll()
    .where('device_key', '=', deviceKey)
    .where('state', '=', 'pending')
    .executeTakeFirst()
  return row && taskOf(row)
}

export async function findConfigTask(
  { db }: Db,
  deviceKey: RowKey,
  key: RowKey,
): Promise<ConfigTask | undefined> {
  const row = await db
    .selectFrom('config_task')
    .selectAll()
    .where('device_key', '=', deviceKey)
    .where('key', '=', key)
    .executeTakeFirst()
  return row && taskOf(row)
}

/** All that are kept, newest first: a bounded number. */
export async function listConfigTasks({ db }: Db, deviceKey: RowKey): Promise<readonly ConfigTask[]> {
  const rows = await db
    .selectFrom('config_task')
    .selectAll()
    .where('device_key', '=', deviceKey)
    .orderBy('key', 'desc')
    .execute()
  return rows.map(taskOf)
}

/** An open task with the device that it is for. */
export interface DueConfigTask {
  readonly task: ConfigTask
  readonly deviceKey: RowKey
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
}

/** Open tasks whose time is over, or that it was tried last to send at or before `triedBefore`; at most `limit`. */
export async function listDueConfigTasks(
  { db }: Db,
  { now, triedBefore, limit }: { now: Instant; triedBefore: Instant; limit: number },
): Promise<readonly DueConfigTask[]> {
  const rows = await db
    .selectFrom('config_task')
    .innerJoin('device', 'device.key', 'config_task.device_key')
    .selectAll('config_task')
    .select(['device.device_id', 'device.project_id'])
    .where('config_task.state', '=', 'pending')
    .where((eb) =>
      eb.or([eb('config_task.expires_at', '<=', now), eb('config_task.tried_at', '<=', triedBefore)]),
    )
    .orderBy('config_task.key')
    .limit(limit)
    .execute()
  return rows.map(({ device_id: deviceId, project_id: projectId, ...row }) => ({
    task: taskOf(row),
    deviceKey: row.device_key,
    deviceId,
    projectId,
  }))
}

const taskOf = (row: ConfigTaskTable): ConfigTask => ({
  key: row.key,
  state: row.state,
  content: JSON.parse(row.content) as JsonObject,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  attempts: row.attempts,
  ...(row.sent_at !== null && { sentAt: row.sent_at }),
  ...(row.ended_at !== null && { endedAt: row.ended_at }),
  ...(row.result_code !== null && { resultCode: row.result_code }),
  ...(row.description !== null && { description: row.description }),
})
