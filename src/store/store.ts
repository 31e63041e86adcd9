import type { Kysely } from 'kysely'
import type { Sealer } from './sealer.ts'
import type { Tables } from './tables.ts'

/** The registry: everything that people configure. Functions of `store/` take it first, a file a table. */
export interface Store {
  readonly db: Kysely<Tables>
  /** Encrypts secrets at rest (design §4). */
  readonly sealer: Sealer
}
