import { LRUCache } from 'lru-cache'

/** Different values kept at a time: what devices have in common is a few dozen. */
const VALUES_MAX = 256

/**
 * Gives equal values as one object, for what is remembered of thousands of devices and is the same for nearly all. Only
 * for values that are never changed.
 */
export function createSharedValues(): <T>(value: T) => T {
  const known = new LRUCache<string, { readonly value: unknown }>({ max: VALUES_MAX })
  return <T>(value: T): T => {
    if (value === undefined) return value
    const text = JSON.stringify(value)
    const same = known.get(text)
    // Of the same JSON, so of the same type.
    if (same) return same.value as T
    known.set(text, { value })
    return value
  }
}
