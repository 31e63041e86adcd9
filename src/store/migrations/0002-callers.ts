import type { Migration } from './migration.ts'

/** Access keys, users with their projects, tokens: who may call the API. */
export const callers: Migration = {
  number: 2,
  name: 'callers',
  async up(db) {
    await db.schema
      .createTable('access_key')
      .addColumn('access_key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('secret', 'text', (column) => column.notNull())
      .addColumn('project_id', 'text', (column) => column.notNull().references('project.project_id'))
      .addColumn('description', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('user')
      .addColumn('name', 'text', (column) => column.primaryKey().notNull())
      .addColumn('password_hash', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('user_project')
      .addColumn('user_name', 'text', (column) =>
        column.notNull().references('user.name').onDelete('cascade'),
      )
      .addColumn('project_id', 'text', (column) => column.notNull().references('project.project_id'))
      .addPrimaryKeyConstraint('user_project_pk', ['user_name', 'project_id'])
      .execute()
    await db.schema
      .createIndex('user_project_by_project_id')
      .on('user_project')
      .columns(['project_id', 'user_name'])
      .execute()
    await db.schema
      .createTable('token')
      .addColumn('sha256', 'text', (column) => column.primaryKey().notNull())
      .addColumn('user_name', 'text', (column) =>
        column.notNull().references('user.name').onDelete('cascade'),
      )
      .addColumn('project_id', 'text', (column) => column.notNull().references('project.project_id'))
      .addColumn('issued_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('token_by_expires_at').on('token').column('expires_at').execute()
  },
}
