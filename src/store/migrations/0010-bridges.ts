import type { Migration } from './migration.ts'

/** Bridges, each with the secret that it connects with (device protocol §3.10). */
export const bridges: Migration = {
  number: 10,
  name: 'bridges',
  async up(db) {
    await db.schema
      .createTable('bridge')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('project_id', 'text', (column) => column.notNull().references('project.project_id'))
      .addColumn('bridge_id', 'text', (column) => column.notNull().unique())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('secret', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('bridge_by_project_key').on('bridge').columns(['project_id', 'key']).execute()
  },
}
