import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** What devices tell of themselves, the switch of their logs, configurations on their way, and their files. */
export const deviceFacts: Migration = {
  number: 13,
  name: 'device facts',
  async up(db) {
    await db.schema
      .createTable('device_fact')
      .addColumn('device_key', 'text', (column) =>
        column.primaryKey().notNull().references('device.key').onDelete('cascade'),
      )
      .addColumn('sdk_version', 'text')
      .addColumn('sdk_type', 'text')
      .addColumn('sw_version', 'text')
      .addColumn('fw_version', 'text')
      .addColumn('device_ip', 'text')
      .addColumn('told_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('log_switch')
      .addColumn('device_key', 'text', (column) =>
        column.primaryKey().notNull().references('device.key').onDelete('cascade'),
      )
      .addColumn('is_on', 'bigint', (column) => column.notNull())
      .addColumn('ends_at', 'bigint', (column) => column.notNull())
      .addColumn('changed_at', 'bigint', (column) => column.notNull())
      .addColumn('sent_at', 'bigint')
      .execute()
    await db.schema
      .createTable('config_task')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('device_key', 'text', (column) =>
        column.notNull().references('device.key').onDelete('cascade'),
      )
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('content', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('attempts', 'bigint', (column) => column.notNull())
      .addColumn('tried_at', 'bigint', (column) => column.notNull())
      .addColumn('sent_at', 'bigint')
      .addColumn('ended_at', 'bigint')
      .addColumn('result_code', 'bigint')
      .addColumn('description', 'text')
      .execute()
    await db.schema
      .createIndex('config_task_by_device_key')
      .on('config_task')
      .columns(['device_key', 'key'])
      .execute()
    // One open task a device: two writers cannot both have theirs.
    await db.schema
      .createIndex('config_task_open')
      .on('config_task')
      .column('device_key')
      .unique()
      .where(sql.ref('state'), '=', 'pending')
      .execute()
    // What is to be sent again, or has waited long enough, is looked for every minute.
    await db.schema
      .createIndex('config_task_by_tried_at')
      .on('config_task')
      .columns(['tried_at', 'expires_at'])
      .where(sql.ref('state'), '=', 'pending')
      .execute()
    await db.schema
      .createTable('device_file')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('project_id', 'text', (column) => column.notNull().references('project.project_id'))
      .addColumn('device_key', 'text', (column) =>
        column.notNull().references('device.key').onDelete('cascade'),
      )
      .addColumn('device_id', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('size', 'bigint', (column) => column.notNull())
      .addColumn('sha256', 'text')
      .addColumn('storage', 'text', (column) => column.notNull())
      .addColumn('uploaded_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('device_file_name_unique', ['device_key', 'name'])
      .execute()
    await db.schema
      .createIndex('device_file_by_device_key')
      .on('device_file')
      .columns(['device_key', 'key'])
      .execute()
    // How much a project takes is asked before every upload.
    await db.schema
      .createIndex('device_file_by_project_id')
      .on('device_file')
      .columns(['project_id', 'storage', 'size'])
      .execute()
  },
}
