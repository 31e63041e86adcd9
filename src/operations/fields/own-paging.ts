import Type, { type Static } from 'typebox'
import { limits } from '../../base/limits.ts'

/** Query members of our own lists (contracts §4); for `x-refusal` see {@link ./paging.ts}. */
export const ownPageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: limits.ownPageLimitMax,
      default: limits.ownPageLimitDefault,
      description: 'Page size.',
      'x-refusal': 'invalid-limit',
    }),
  ),
  marker: Type.Optional(
    Type.String({ minLength: 1, maxLength: 256, description: 'page.marker of the previous page.' }),
  ),
}

/** `page` of our own lists: its marker is opaque, and absent at the end. */
export const OwnPageBody = Type.Object({
  marker: Type.Optional(Type.String({ description: 'Ask for the next page with it; absent at the end.' })),
})

export const ownPageBody = (marker: string | undefined): Static<typeof OwnPageBody> =>
  marker === undefined ? {} : { marker }
