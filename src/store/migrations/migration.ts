import type { Kysely } from 'kysely'

/**
 * One step of the schema. Only added to, never edited once released: databases in the field have run it.
 * It must not use {@link ../tables.ts}, which describes the newest schema, not that of the step.
 */
export interface Migration {
  readonly number: number
  readonly name: string
  up(db: Kysely<unknown>): Promise<void>
}
