import { type Kysely, sql } from 'kysely'
import type { Migration } from './migration.ts'

/**
 * What gateways must learn of their children (device protocol §3.8.3): of each directly connected device the version of
 * its list, and of each of its children, on both levels, the last change. Deleted ones stay for a while.
 */
export const childLists: Migration = {
  number: 12,
  name: 'child lists',
  async up(db) {
    await db.schema
      .createTable('child_list')
      .addColumn('gateway_id', 'text', (column) =>
        column.primaryKey().notNull().references('device.device_id').onDelete('cascade'),
      )
      .addColumn('version', 'bigint', (column) => column.notNull())
      .addColumn('forgotten', 'bigint', (column) => column.notNull())
      .addColumn('told', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('child_change')
      .addColumn('gateway_id', 'text', (column) =>
        column.notNull().references('device.device_id').onDelete('cascade'),
      )
      .addColumn('device_id', 'text', (column) => column.notNull())
      .addColumn('version', 'bigint', (column) => column.notNull())
      .addColumn('change', 'text', (column) => column.notNull())
      .addColumn('parent_id', 'text', (column) => column.notNull())
      .addColumn('node_id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('child_change_pk', ['gateway_id', 'device_id'])
      .execute()
    await index(db, ['gateway_id', 'version'])
    await index(db, ['gateway_id', 'change', 'version'])
    await takeInPresentChildren(db)
  },
}

const index = (db: Kysely<unknown>, columns: readonly string[]) =>
  db.schema
    .createIndex(`child_change_by_${columns.join('_')}`)
    .on('child_change')
    .columns([...columns])
    .execute()

/** In the order in which they were registered. */
async function takeInPresentChildren(db: Kysely<unknown>): Promise<void> {
  await sql`
    INSERT INTO child_change (gateway_id, device_id, version, change, parent_id, node_id)
    SELECT coalesce(parent.gateway_id, child.gateway_id), child.device_id,
      row_number() OVER (PARTITION BY coalesce(parent.gateway_id, child.gateway_id) ORDER BY child.key),
      'add', child.gateway_id, child.node_id
    FROM device AS child JOIN device AS parent ON parent.device_id = child.gateway_id`.execute(db)
  await sql`
    INSERT INTO child_list (gateway_id, version, forgotten, told)
    SELECT gateway_id, max(version), 0, 0 FROM child_change GROUP BY gateway_id`.execute(db)
}
