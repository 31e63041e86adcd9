import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/**
 * Policies about topics, and what they are bound to (device protocol §3.11). Each space that was there before starts with
 * `system_default_policy`, as new ones do: its devices may go on as they did. Its key is that of the space, which is a row
 * key like others, and so unique here.
 */
export const devicePolicies: Migration = {
  number: 11,
  name: 'device policies',
  async up(db) {
    await db.schema
      .createTable('device_policy')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('space_id', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('statements', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('device_policy_name_unique', ['project_id', 'space_id', 'name'])
      .addForeignKeyConstraint(
        'device_policy_space',
        ['project_id', 'space_id'],
        'space',
        ['project_id', 'space_id'],
        (constraint) => constraint.onDelete('cascade'),
      )
      .execute()
    await db.schema
      .createTable('device_policy_binding')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('policy_key', 'text', (column) =>
        column.notNull().references('device_policy.key').onDelete('cascade'),
      )
      .addColumn('target_type', 'text', (column) => column.notNull())
      // Device id, key of the product, id of the space.
      .addColumn('target_key', 'text', (column) => column.notNull())
      .addColumn('product_key', 'text', (column) => column.references('product.key').onDelete('cascade'))
      .addColumn('device_id', 'text', (column) => column.references('device.device_id').onDelete('cascade'))
      .addUniqueConstraint('device_policy_binding_unique', [
        'project_id',
        'target_type',
        'target_key',
        'policy_key',
      ])
      .execute()
    for (const column of ['policy_key', 'product_key', 'device_id'])
      await db.schema
        .createIndex(`device_policy_binding_by_${column}`)
        .on('device_policy_binding')
        .columns([column, 'key'])
        .execute()
    await sql`insert into device_policy (key, project_id, space_id, name, statements, created_at, updated_at)
      select key, project_id, space_id, 'system_default_policy',
        '[{"effect":"ALLOW","actions":["publish","subscribe"],"resources":["topic:*"]}]', created_at, created_at
      from space`.execute(db)
    await sql`insert into device_policy_binding (key, project_id, policy_key, target_type, target_key)
      select key, project_id, key, 'app', space_id from space`.execute(db)
  },
}
