import type { Migration } from './migration.ts'

/** Tokens of devices that come over HTTP (device protocol §5.1). */
export const deviceTokens: Migration = {
  number: 9,
  name: 'device tokens',
  async up(db) {
    await db.schema
      .createTable('device_token')
      .addColumn('sha256', 'text', (column) => column.primaryKey().notNull())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('device_id', 'text', (column) =>
        column.notNull().references('device.device_id').onDelete('cascade'),
      )
      .addColumn('issued_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('device_token_by_device')
      .on('device_token')
      .columns(['device_id', 'expires_at'])
      .execute()
    await db.schema.createIndex('device_token_by_expiry').on('device_token').column('expires_at').execute()
  },
}
