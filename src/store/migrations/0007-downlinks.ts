import { type Kysely, sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Messages and asynchronous commands that wait for their devices, and the access codes of applications. */
export const downlinks: Migration = {
  number: 7,
  name: 'downlinks',
  async up(db) {
    await createMessages(db)
    await createAsyncCommands(db)
    await db.schema
      .createTable('access_code')
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('access_key', 'text', (column) => column.notNull().unique())
      .addColumn('access_code', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('access_code_pk', ['project_id', 'type'] as never[])
      .execute()
  },
}

async function createMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('message')
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('device_key', 'text', (column) =>
      column.notNull().references('device.key').onDelete('cascade'),
    )
    .addColumn('device_id', 'text', (column) => column.notNull())
    .addColumn('carrier_id', 'text', (column) => column.notNull())
    .addColumn('message_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text')
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('encoding', 'text', (column) => column.notNull())
    .addColumn('payload_format', 'text', (column) => column.notNull())
    .addColumn('topic', 'text', (column) => column.notNull())
    .addColumn('properties', 'text')
    .addColumn('ttl_minutes', 'bigint', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('code', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('finished_at', 'bigint')
    .addUniqueConstraint('message_id_unique', ['device_key', 'message_id'] as never[])
    .execute()
  // What is looked for all the time is what waits, among much that has ended.
  await pendingIndex(db, 'message', ['carrier_id', 'key'])
  await pendingIndex(db, 'message', ['expires_at'])
}

async function createAsyncCommands(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('async_command')
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('device_key', 'text', (column) =>
      column.notNull().references('device.key').onDelete('cascade'),
    )
    .addColumn('device_id', 'text', (column) => column.notNull())
    .addColumn('carrier_id', 'text', (column) => column.notNull())
    .addColumn('command_id', 'text', (column) => column.notNull().unique())
    .addColumn('service_id', 'text')
    .addColumn('name', 'text')
    .addColumn('paras', 'text', (column) => column.notNull())
    .addColumn('strategy', 'text', (column) => column.notNull())
    .addColumn('expire_seconds', 'bigint', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('code', 'text')
    .addColumn('result', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('sent_at', 'bigint')
    .addColumn('delivered_at', 'bigint')
    .addColumn('answer_until', 'bigint')
    .addColumn('responded_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .execute()
  await db.schema
    .createIndex('async_command_by_device_key_key')
    .on('async_command')
    .columns(['device_key', 'key'])
    .execute()
  await pendingIndex(db, 'async_command', ['carrier_id', 'key'])
  await pendingIndex(db, 'async_command', ['expires_at'])
  await db.schema
    .createIndex('async_command_by_answer_until')
    .on('async_command')
    .column('answer_until')
    .where(sql.ref('answer_until'), 'is not', null)
    .execute()
  await db.schema
    .createIndex('async_command_by_finished_at')
    .on('async_command')
    .column('finished_at')
    .where(sql.ref('finished_at'), 'is not', null)
    .execute()
}

const pendingIndex = (db: Kysely<unknown>, on: string, columns: readonly string[]) =>
  db.schema
    .createIndex(`${on}_pending_by_${columns.join('_')}`)
    .on(on)
    .columns([...columns])
    .where(sql.ref('status'), '=', sql.lit('PENDING'))
    .execute()
