import type { SqlValue } from './sqlite.ts'

/** SQL that holds or not, with a `?` for each of its parameters. Never built from a caller's text. */
export type Condition = readonly [sql: string, ...parameters: SqlValue[]]

/** All conditions must hold; absent ones are left out, and none at all is true. */
export function allOf(...conditions: readonly (Condition | undefined)[]): {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
} {
  const present = conditions.filter((condition) => condition !== undefined)
  return {
    sql: present.map(([sql]) => `(${sql})`).join(' AND ') || 'TRUE',
    parameters: present.flatMap(([, ...parameters]) => parameters),
  }
}
