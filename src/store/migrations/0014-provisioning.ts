import type { Migration } from './migration.ts'

/** Templates of devices that register themselves (device protocol §2.6 B). */
export const provisioning: Migration = {
  number: 14,
  name: 'provisioning templates',
  async up(db) {
    await db.schema
      .createTable('provisioning_template')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('project_id', 'text', (column) => column.notNull().references('project.project_id'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('description', 'text')
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('provisioning_template_by_project')
      .on('provisioning_template')
      .columns(['project_id', 'key'])
      .execute()
  },
}
