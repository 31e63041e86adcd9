import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/**
 * Something may be desired of any device that was there before: the defaults of its model. Its mark, `dueBits.desired`,
 * goes when it connects and nothing is.
 */
export const desired: Migration = {
  number: 8,
  name: 'desired',
  async up(db) {
    await sql`update device set due = due | 4`.execute(db)
  },
}
