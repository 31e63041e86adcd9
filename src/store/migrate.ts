import type { Kysely, Transaction } from 'kysely'
import type { Clock } from '../base/instant.ts'
import { OperatorError } from '../base/operator-error.ts'
import { migrations as allMigrations } from './migrations/all.ts'
import type { Migration } from './migrations/migration.ts'
import type { Store } from './store.ts'
import type { Tables } from './tables.ts'

/** The database was written by a newer version of the product: going on could destroy what it holds. */
export class NewerDatabaseError extends OperatorError {
  override readonly name = 'NewerDatabaseError'
}

/**
 * Brings the schema to the newest number: every missing migration, in order, all in one transaction. Answers
 * the numbers that were run. Throws {@link NewerDatabaseError} when the database is ahead of the code.
 */
export async function migrate(
  { db }: Pick<Store, 'db'>,
  clock: Clock,
  migrations: readonly Migration[] = allMigrations,
): Promise<readonly number[]> {
  const newest = migrations.at(-1)?.number ?? 0
  return db.transaction().execute(async (tx) => {
    const current = await currentNumber(tx)
    if (current > newest) {
      throw new NewerDatabaseError(
        `The database has schema ${current}, this version of Quayside knows ${newest} at most. ` +
          'Start the version that wrote it, or restore a backup made before the upgrade.',
      )
    }
    const missing = migrations.filter(({ number }) => number > current)
    for (const migration of missing) await runOne(tx, migration, clock)
    return missing.map(({ number }) => number)
  })
}

async function currentNumber(tx: Transaction<Tables>): Promise<number> {
  await tx.schema
    .createTable('migration')
    .ifNotExists()
    .addColumn('number', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('applied_at', 'bigint', (column) => column.notNull())
    .execute()
  const { number } = await tx
    .selectFrom('migration')
    .select((eb) => eb.fn.max('number').as('number'))
    .executeTakeFirstOrThrow()
  return number ?? 0
}

async function runOne(tx: Transaction<Tables>, { number, name, up }: Migration, clock: Clock): Promise<void> {
  // A migration knows the schema of its own time only, not today's tables.
  await up(tx as unknown as Kysely<unknown>)
  await tx.insertInto('migration').values({ number, name, applied_at: clock.now() }).execute()
}
