import type { Migration } from './migration.ts'

/** Devices that register themselves by a secret or a CA that they have in common (device protocol §2.6 A). */
export const registrationGroups: Migration = {
  number: 15,
  name: 'registration groups',
  async up(db) {
    await db.schema
      .createTable('registration_group')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('project_id', 'text', (column) => column.notNull().references('project.project_id'))
      .addColumn('space_id', 'text', (column) => column.notNull())
      .addColumn('scope', 'text', (column) => column.notNull().unique())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('method', 'text', (column) => column.notNull())
      .addColumn('secret', 'text')
      .addColumn('ca_key', 'text')
      .addColumn('product_id', 'text')
      .addColumn('init_config', 'text')
      .addColumn('address', 'text')
      .addColumn('enabled', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('registration_group_by_project')
      .on('registration_group')
      .columns(['project_id', 'key'])
      .execute()
  },
}
