import type { Migration } from './migration.ts'

/**
 * One index that holds all that a search over devices compares and sorts by. Without it each of a hundred thousand
 * rows is read whole, ten times as much, for a few words of it.
 */
export const deviceSearch: Migration = {
  number: 4,
  name: 'device search',
  async up(db) {
    await db.schema
      .createIndex('device_for_search')
      .on('device')
      .columns([
        'project_id',
        'key',
        'device_id',
        'node_id',
        'name',
        'space_id',
        'product_id',
        'auth_type',
        'frozen',
        'fingerprint',
        'secondary_fingerprint',
        'created_at',
      ])
      .execute()
  },
}
