import { type Expression, sql, type SqlBool } from 'kysely'

/**
 * The column holds the text, in whatever case; `needle` is lower case. SQLite's own LIKE knows the case of ASCII
 * alone, which is what ids are made of; for names see {@link containsAnyCase}.
 */
export const contains = (column: string, needle: string): Expression<SqlBool> =>
  sql<SqlBool>`${sql.ref(column)} like ${likePattern(needle)} escape '\\'`

/** The same for text of any script, by the `lower` of `sql/sqlite.ts`. */
export const containsAnyCase = (column: string, needle: string): Expression<SqlBool> =>
  sql<SqlBool>`lower(${sql.ref(column)}) like ${likePattern(needle)} escape '\\'`

const likePattern = (needle: string): string => `%${needle.replace(/[\\%_]/g, String.raw`\$&`)}%`
