import type { JsonObject, JsonValue } from '../../base/json.ts'
import type { EventFault } from './device-event.ts'

/** What is wrong with a member of `paras`; thrown by the readers here, and caught by {@link readParas} alone. */
class ParasFault extends Error {
  readonly fault: EventFault
  constructor(field: string, rule: string) {
    super(`${field} ${rule}`)
    this.fault = { code: 'payload-invalid', params: { field: `paras.${field}`, rule } }
  }
}

/** What `read` makes of an event's parameters, or the first thing that is wrong with them. */
export function readParas<T extends object>(read: () => T): T | EventFault {
  try {
    return read()
  } catch (fault) {
    if (fault instanceof ParasFault) return fault.fault
    throw fault
  }
}

export const isFault = (value: object): value is EventFault => 'code' in value && 'params' in value

export function fail(field: string, rule: string): never {
  throw new ParasFault(field, rule)
}

/** Undefined when absent, null or empty: the three are the same (device protocol §0.3). */
export function optionalText(paras: JsonObject, field: string, lengthMax: number): string | undefined {
  const value = paras[field] ?? ''
  if (typeof value !== 'string') return fail(field, 'must be a text')
  if (value.length > lengthMax) return fail(field, `must have at most ${lengthMax} characters`)
  return value === '' ? undefined : value
}

export function requiredText(paras: JsonObject, field: string, lengthMax: number): string {
  return optionalText(paras, field, lengthMax) ?? fail(field, 'is required')
}

/** SDKs send whole numbers as numbers, and some as decimal text. Undefined when absent, null or empty. */
export function optionalWhole(paras: JsonObject, field: string): number | undefined {
  const value = paras[field] ?? ''
  if (value === '') return undefined
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(number) ? (number as number) : fail(field, 'must be a whole number')
}

export function requiredWhole(paras: JsonObject, field: string): number {
  return optionalWhole(paras, field) ?? fail(field, 'is required')
}

/** Undefined when absent or null. */
export function optionalObject(paras: JsonObject, field: string): JsonObject | undefined {
  const value: JsonValue = paras[field] ?? null
  if (value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) return fail(field, 'must be an object')
  return value as JsonObject
}
