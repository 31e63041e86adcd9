import { isUtf8 } from 'node:buffer'
import type { JsonValue } from '../../base/json.ts'

/*
 * Strict JSON from bytes (RFC 8259, safety S11). What is settled here, once for every payload:
 *
 * - UTF-8, strictly. One byte order mark in front is dropped (RFC 8259 §8.1 allows it, and Windows editors
 *   write it into files that people then publish).
 * - Nesting is counted on the bytes, before anything recursive sees them.
 * - Objects have no prototype: `__proto__` and `constructor` are keys like any other.
 * - Of equal keys in one object the last wins, as with every parser a device maker tests against.
 * - A number that would not read back as it was sent is reported, not silently rounded: see `inexact`.
 */
export type ParsedJson =
  | {
      readonly kind: 'parsed'
      readonly value: JsonValue
      /**
       * For each object or array that holds, at any depth, a number which changed in reading (an integer
       * beyond 2^53 that was rounded, a number beyond the range of a double): the keys it lies under. Empty
       * for nearly every payload.
       */
      readonly inexact: ReadonlyMap<object, readonly string[]>
    }
  | { readonly kind: 'not-utf8'; readonly offset: number }
  | { readonly kind: 'not-json'; readonly detail: string }
  | { readonly kind: 'too-deep' }

const NONE: ReadonlyMap<object, readonly string[]> = new Map()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** `depthMax`: arrays and objects inside one another, the outermost counting as 1. */
export function parseJson(bytes: Uint8Array, depthMax: number): ParsedJson {
  const shape = scan(bytes)
  if (shape.depth > depthMax) return { kind: 'too-deep' }
  if (!isUtf8(bytes)) return { kind: 'not-utf8', offset: firstBadByte(bytes) }
  const text = decoder.decode(bytes)
  try {
    if (shape.longNumbers) return parseExactly(text)
    const value = JSON.parse(text) as JsonValue
    dropPrototypes(value)
    return { kind: 'parsed', value, inexact: NONE }
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown
    return { kind: 'not-json', detail: describe(thrown, bytes) }
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const DIGITS_SAFE = 15

/**
 * Nesting of the bytes as they stand, and whether some number could be one that a double does not hold: more
 * than 15 digits, or an exponent. Right for valid JSON; for anything else it is at most too large, and the
 * parser has the last word. One pass, no recursion.
 */
function scan(bytes: Uint8Array): { readonly depth: number; readonly longNumbers: boolean } {
  let depth = 0
  let open = 0
  let digits = 0
  let longNumbers = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    if (byte >= 0x30 && byte <= 0x39) {
      if (++digits > DIGITS_SAFE) longNumbers = true
      continue
    }
    // An exponent: `e` behind a digit.
    if (digits > 0 && (byte | 0x20) === 0x65) longNumbers = true
    digits = 0
    if (byte === QUOTE) i = stringEnd(bytes, i + 1)
    // [ and {, then ] and }
    else if ((byte | 0x20) === 0x7b) depth = Math.max(depth, ++open)
    else if ((byte | 0x20) === 0x7d) open--
  }
  return { depth, longNumbers }
}

/** Place of the quote that ends the string which begins at `start`, or the end of the bytes. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let i = start
  while (i < bytes.length && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1
  return i
}

/**
 * The slow way, for payloads with long numbers: each one is compared with its own text. Values are visited
 * before what holds them, so that a change is carried upwards.
 */
function parseExactly(text: string): ParsedJson {
  const inexact = new Map<object, string[]>()
  function visit(
    this: object,
    key: string,
    item: JsonValue,
    context?: { readonly source?: string },
  ): JsonValue {
    const changed =
      typeof item === 'number'
        ? !readsBackAs(item, context?.source ?? '')
        : typeof item === 'object' && item !== null && inexact.has(item)
    if (!changed) return item
    const keys = inexact.get(this)
    if (keys) keys.push(key)
    else inexact.set(this, [key])
    return item
  }
  const value = JSON.parse(text, visit) as JsonValue
  dropPrototypes(value)
  return { kind: 'parsed', value, inexact }
}

/**
 * Does `value`, written out, say the same number as `source`? Below 2^53 always yes: the last digits of a
 * fraction are beyond any sensor. Worked example: 9007199254740993 is read as …992, so no.
 */
function readsBackAs(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false
  return Math.abs(value) < 2 ** 53 || decimal(String(value)) === decimal(source)
}

/** One spelling for equal numbers: significant digits, then the power of ten. `12.50e3` becomes `125e2`. */
function decimal(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? []
  const all = (whole + fraction).replace(/^0+/, '')
  const digits = trimZeros(all)
  return `${sign}${digits}e${Number(exponent) - fraction.length + all.length - digits.length}`
}

/** By hand: /0+$/ takes quadratic time on long runs of zeros. */
function trimZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--
  return digits.slice(0, end)
}

/**
 * In place: copies made key by key would be dictionaries, three times as dear to read and write out again.
 * Recursion is bounded: the depth was judged before.
 */
function dropPrototypes(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const item of value) dropPrototypes(item)
    return
  }
  Object.setPrototypeOf(value, null)
  for (const key in value) dropPrototypes((value as Record<string, unknown>)[key])
}

/** Offset of the first byte that does not continue well-formed UTF-8 (of the last one, when the text breaks off). */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0
  let bad = bytes.length
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (beginsUtf8(bytes.subarray(0, middle))) good = middle
    else bad = middle
  }
  return good
}

function beginsUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/** The engine's message without its excerpt of the payload: `unexpected token 'a'`, `expected ':' … (line 1 column 6)`. */
function describe({ message }: SyntaxError, bytes: Uint8Array): string {
  if (bytes.length === 0) return 'it is empty'
  const short = message.replace(/, .* is not valid JSON$/s, '').replace(/ in JSON at position \d+/, '')
  return `${short.charAt(0).toLowerCase()}${short.slice(1, 120)}`
}
