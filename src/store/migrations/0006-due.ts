import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** What waits for a device until it connects (`domain/device/due.ts`): a bit each. */
export const due: Migration = {
  number: 6,
  name: 'due',
  async up(db) {
    await sql`alter table device add column due integer not null default 0`.execute(db)
  },
}
