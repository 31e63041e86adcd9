import Type, { type TSchema } from 'typebox'
import type { JsonObject } from '../../base/json.ts'

/** The schema of a body that `domain/` renders as plain JSON: it documents and tests it, without typing it again. */
export const rendered = (schema: TSchema) => Type.Unsafe<JsonObject>(schema)
