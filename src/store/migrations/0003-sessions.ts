import type { Migration } from './migration.ts'

/** Sessions of the console: who has signed in with a password, and until when. */
export const sessions: Migration = {
  number: 3,
  name: 'sessions',
  async up(db) {
    await db.schema
      .createTable('session')
      .addColumn('sha256', 'text', (column) => column.primaryKey().notNull())
      .addColumn('user_name', 'text', (column) =>
        column.notNull().references('user.name').onDelete('cascade'),
      )
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('session_by_expires_at').on('session').column('expires_at').execute()
    await db.schema
      .createIndex('session_by_user_name')
      .on('session')
      .columns(['user_name', 'created_at'])
      .execute()
  },
}
