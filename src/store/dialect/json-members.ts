import { sql } from 'kysely'

/**
 * The members of a JSON object of numbers as rows, for a query that joins what its caller knows: one parameter,
 * however many they are. https://sqlite.org/json1.html#jeach
 */
export const jsonMembers = (object: string) => sql<{ key: string; value: number }>`json_each(${object})`
