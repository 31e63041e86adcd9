import { sql } from 'kysely'

/**
 * The members of a JSON object as rows `key`, `value`, for a query that joins what a caller knows: one parameter,
 * however many they are. https://sqlite.org/json1.html#jeach
 */
export const jsonMembers = <T>(members: ReadonlyMap<string, T>) =>
  sql<{ key: string; value: T }>`json_each(${JSON.stringify(Object.fromEntries(members))})`
