import type { JsonValue } from './json.ts'

/** Equal as JSON: numbers by value, whichever way they were written; members of an object in any order. */
export function sameJson(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (isList(a) || isList(b))
    return (
      isList(a) &&
      isList(b) &&
      a.length === b.length &&
      a.every((item, i) => sameJson(item, b[i] as JsonValue))
    )
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key] as JsonValue, b[key] as JsonValue))
  )
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value)
