import Type from 'typebox'
import { limits } from '../../base/limits.ts'

/** Query members of our own lists that count all and jump to any page; for `x-refusal` see {@link ./paging.ts}. */
export const ownListQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: limits.ownListLimitMax,
      default: limits.ownListLimitDefault,
      description: 'Page size.',
      'x-refusal': 'invalid-limit',
    }),
  ),
  offset: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: limits.ownListOffsetMax,
      default: 0,
      description: 'Records to skip.',
    }),
  ),
}

/**
 * What people type into a search box; nothing but spaces finds everything. No U+0000: for SQLite's LIKE a pattern ends
 * there, and finds what nobody asked for.
 */
export const searchText = (description: string) =>
  Type.String({
    maxLength: 128,
    pattern: '^[^\\u0000]*$',
    'x-rule': 'must not hold U+0000',
    description,
    examples: ['text'],
  })

/** How many there are in all, whatever the page holds. */
export const countField = () =>
  Type.Integer({ description: 'All records that pass the filter, not only those of this page.' })
