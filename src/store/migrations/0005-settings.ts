import type { Migration } from './migration.ts'

/** Settings of the platform that are changed while it runs: a row each subject, JSON. */
export const settings: Migration = {
  number: 5,
  name: 'settings',
  async up(db) {
    await db.schema
      .createTable('setting')
      .addColumn('name', 'text', (column) => column.primaryKey().notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute()
  },
}
