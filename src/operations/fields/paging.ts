import Type, { type Static } from 'typebox'
import { parseRowKey, type RowKey } from '../../base/ids.ts'
import { limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Page, PageRequest } from '../../store/page.ts'

/**
 * Query members of every paged list of the reference (northbound §3.1); spread them into a query's schema.
 * `x-refusal` names the refusal that a value outside the schema gets instead of `invalid-input`.
 */
export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: limits.pageLimitMax,
      default: limits.pageLimitDefault,
      description: 'Page size.',
      'x-refusal': 'invalid-limit',
    }),
  ),
  marker: Type.Optional(
    Type.String({
      pattern: '^[0-9a-fA-F]{24}$',
      default: 'f'.repeat(24),
      description: 'Id of the last record of the previous page: only older ones are returned, newest first.',
      'x-refusal': 'invalid-marker',
    }),
  ),
  // The reference names 500 as the largest; data sources of Terraform page by growing offsets, beyond it.
  offset: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 0,
      description: 'Records to skip after the marker.',
      'x-refusal': 'invalid-offset',
    }),
  ),
}

export const PageBody = Type.Object(
  {
    count: Type.Integer({ description: 'All records that pass the filter, not only those of this page.' }),
    marker: Type.String({ description: 'Id of the last record; the next page starts behind it.' }),
  },
  { title: 'Page' },
)

/** What the store is asked for: newest first, rows below the marker, then `offset` of them skipped. */
export function pageRequest(query: { limit?: number; marker?: string; offset?: number }): PageRequest {
  const { limit = limits.pageLimitDefault, marker, offset = 0 } = query
  const below = marker === undefined ? undefined : parseRowKey(marker)
  if (marker !== undefined && below === undefined) throw new Refusal('invalid-marker')
  return { limit, offset, ...(below && { marker: below }) }
}

/** An empty page repeats the marker of the request, or has an empty one (northbound §3.1). */
export function pageBody<T extends { readonly key: RowKey }>(
  { rows, count }: Page<T>,
  { marker }: PageRequest,
): Static<typeof PageBody> {
  return { count, marker: rows.at(-1)?.key ?? marker ?? '' }
}
