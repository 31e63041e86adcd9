import type { Migration } from './migration.ts'

/** Which registration group, or CA with self-registration, registered a device: so many it may (device protocol §2.6). */
export const selfRegistered: Migration = {
  number: 16,
  name: 'self-registered devices',
  async up(db) {
    await db.schema
      .createTable('self_registered')
      .addColumn('device_key', 'text', (column) =>
        column.primaryKey().notNull().references('device.key').onDelete('cascade'),
      )
      .addColumn('by_key', 'text', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('self_registered_by_key').on('self_registered').column('by_key').execute()
  },
}
