import Type, { type TSchema } from 'typebox'

/**
 * A value that the API document describes by `schema` and that passes whatever it is: for operations that judge each
 * entry of a list by itself, with `validateBody`, where one bad entry must not refuse the others.
 */
export const documented = <T extends TSchema>(schema: T) =>
  Type.Unsafe<unknown>(Type.Unknown({ 'x-documents': schema }))
