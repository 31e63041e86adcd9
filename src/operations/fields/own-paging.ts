import Type, { type Static } from 'typebox'
import { limits } from '../../base/limits.ts'

const pageQuery = (maximum: number, usual: number) => ({
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum,
      default: usual,
      description: 'Page size.',
      'x-refusal': 'invalid-limit',
    }),
  ),
  marker: Type.Optional(
    Type.String({ minLength: 1, maxLength: 256, description: 'page.marker of the previous page.' }),
  ),
})

/** Query members of our own lists (contracts §4); for `x-refusal` see {@link ./paging.ts}. */
export const ownPageQuery = pageQuery(limits.ownPageLimitMax, limits.ownPageLimitDefault)

/** The same, of lists that are read out of the log. */
export const deviceEntriesQuery = pageQuery(limits.deviceEntriesMax, limits.deviceEntriesDefault)

/** `page` of our own lists: its marker is opaque, and absent at the end. */
export const OwnPageBody = Type.Object({
  marker: Type.Optional(Type.String({ description: 'Ask for the next page with it; absent at the end.' })),
})

export const ownPageBody = (marker: string | undefined): Static<typeof OwnPageBody> =>
  marker === undefined ? {} : { marker }
