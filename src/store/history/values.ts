import type { JsonValue } from '../../base/json.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'
import { type Column, valueAt } from './rows.ts'
import { readWholeNumbers, writeWholeNumbers } from './whole-numbers.ts'

/*
 * One property's values of a chunk. A byte says how they stand:
 *
 *   DECIMALS  a power of ten, then value × it as whole numbers: 21.5, 21.6 → 10; 215, 216. Only when the division
 *             gives each value back exactly.
 *   FLOATS    numbers of single precision, by byte planes: all first bytes, all second bytes … Signs and exponents
 *             of neighbours are alike, and then stand beside each other for deflate.
 *   DOUBLES   the same with eight planes; only the two that hold the exponent are tried to be deflated.
 *   WORDS     anything else: the different values as a JSON array, then which one each row has.
 *
 * with PARTIAL added when rows lack the property: then a bit a row comes first.
 */
const DECIMALS = 0
const FLOATS = 1
const DOUBLES = 2
const WORDS = 3
const PARTIAL = 16

const DECIMAL_DIGITS_MAX = 6
/** Above, a number times a power of ten and the steps between two might not be exact. */
const WHOLE_MAX = 2 ** 48

/** Of a property that has nothing but numbers: what a chart needs of the chunk, so that it need not be decoded. */
export interface NumberSummary {
  readonly min: number
  readonly max: number
  readonly sum: number
  readonly first: number
  readonly last: number
}

export interface Written {
  /** Rows that have the property. */
  readonly count: number
  readonly summary: NumberSummary | undefined
}

let dense = new Float64Array(4096)
let scaled = new Float64Array(4096)
let planeBytes = new Uint8Array(8 * 4096)

/** Values of the rows `rows[0]` to `rows[count - 1]` in this order. */
export function writeValues(out: ByteWriter, column: Column, rows: Uint32Array, count: number): Written {
  if (dense.length < count) [dense, scaled] = [new Float64Array(count), new Float64Array(count)]
  const { numbers, others } = column
  let present = 0
  let isNumeric = numbers !== undefined
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number
    const number = numbers === undefined ? NaN : (numbers[row] as number)
    if (!Number.isNaN(number)) dense[present++] = number
    else if (others?.[row] !== undefined) {
      isNumeric = false
      present++
    }
  }
  if (!isNumeric) return { count: writeWords(out, column, rows, count, present), summary: undefined }
  const scale = scaleOf(present)
  const kind = scale === undefined ? (areFloats(present) ? FLOATS : DOUBLES) : DECIMALS
  out.byte(kind + (present < count ? PARTIAL : 0))
  if (present < count) writePresence(out, column, rows, count)
  if (kind === DECIMALS) {
    out.byte(Math.round(Math.log10(scale ?? 1)))
    for (let i = 0; i < present; i++) scaled[i] = Math.round((dense[i] as number) * (scale ?? 1))
    writeWholeNumbers(out, scaled, present)
  } else if (kind === FLOATS) out.packed(planesOf(new Float32Array(dense.subarray(0, present)), 4))
  else {
    const planes = planesOf(dense.subarray(0, present), 8)
    out.packed(planes.subarray(present * 6))
    out.raw(planes.subarray(0, present * 6))
  }
  return { count: present, summary: summaryOf(present) }
}

/** Of `count` rows. */
export function readValues(section: ByteReader, count: number): Column {
  const head = section.byte()
  const kind = head & ~PARTIAL
  const presence = (head & PARTIAL) === 0 ? undefined : section.packed()
  const present = presence ? bitsOf(presence, count) : count
  if (kind === WORDS) {
    const words = JSON.parse(Buffer.from(section.packed()).toString()) as readonly JsonValue[]
    const indexes = readWholeNumbers(section, present)
    return spreadWords(words, indexes, presence, count)
  }
  const numbers = readNumbers(section, kind, present)
  return { numbers: presence ? spread(numbers, presence, count) : numbers, others: undefined }
}

function readNumbers(section: ByteReader, kind: number, present: number): Float64Array {
  if (kind === DECIMALS) {
    const scale = 10 ** section.byte()
    const numbers = readWholeNumbers(section, present)
    if (scale !== 1) for (let i = 0; i < present; i++) numbers[i] = (numbers[i] as number) / scale
    return numbers
  }
  if (kind === FLOATS) {
    const floats = new Float32Array(present)
    fromPlanes(new Uint8Array(floats.buffer), section.packed(), 4, 0, present)
    return Float64Array.from(floats)
  }
  const doubles = new Float64Array(present)
  const bytes = new Uint8Array(doubles.buffer)
  fromPlanes(bytes, section.packed(), 8, 6, present)
  fromPlanes(bytes, section.raw(present * 6), 8, 0, present)
  return doubles
}

/** The least power of ten that makes all of `dense` whole, and gives each back; undefined: none does. */
function scaleOf(count: number): number | undefined {
  let scale = 1
  let digits = 0
  for (let i = 0; i < count; i++) {
    const value = dense[i] as number
    for (;;) {
      const whole = Math.round(value * scale)
      if (whole > WHOLE_MAX || whole < -WHOLE_MAX) return undefined
      if (whole / scale === value) break
      if (++digits > DECIMAL_DIGITS_MAX) return undefined
      scale *= 10
    }
  }
  return scale
}

function areFloats(count: number): boolean {
  for (let i = 0; i < count; i++) if (Math.fround(dense[i] as number) !== dense[i]) return false
  return true
}

function summaryOf(count: number): NumberSummary | undefined {
  if (count === 0) return undefined
  let min = Infinity
  let max = -Infinity
  let sum = 0
  for (let i = 0; i < count; i++) {
    const value = dense[i] as number
    if (value < min) min = value
    if (value > max) max = value
    sum += value
  }
  return { min, max, sum, first: dense[0] as number, last: dense[count - 1] as number }
}

function writeWords(
  out: ByteWriter,
  column: Column,
  rows: Uint32Array,
  count: number,
  present: number,
): number {
  out.byte(WORDS + (present < count ? PARTIAL : 0))
  if (present < count) writePresence(out, column, rows, count)
  const words = new Map<string, number>()
  // A few different ones, nearly always: each is made JSON once.
  const indexes = new Map<JsonValue, number>()
  let at = 0
  for (let i = 0; i < count; i++) {
    const value = valueAt(column, rows[i] as number)
    if (value === undefined) continue
    let index = indexes.get(value)
    if (index === undefined) {
      const word = JSON.stringify(value)
      index = words.get(word) ?? words.size
      words.set(word, index)
      indexes.set(value, index)
    }
    scaled[at++] = index
  }
  out.packed(Buffer.from(`[${[...words.keys()].join(',')}]`))
  writeWholeNumbers(out, scaled, present)
  return present
}

function writePresence(out: ByteWriter, column: Column, rows: Uint32Array, count: number): void {
  const bits = new Uint8Array(Math.ceil(count / 8))
  for (let i = 0; i < count; i++)
    if (valueAt(column, rows[i] as number) !== undefined)
      bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7))
  out.packed(bits)
}

const hasBit = (bits: Uint8Array, index: number): boolean =>
  (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1

function bitsOf(bits: Uint8Array, count: number): number {
  let found = 0
  for (let i = 0; i < count; i++) if (hasBit(bits, i)) found++
  return found
}

function spread(numbers: Float64Array, presence: Uint8Array, count: number): Float64Array {
  const all = new Float64Array(count).fill(NaN)
  for (let i = 0, at = 0; i < count; i++) if (hasBit(presence, i)) all[i] = numbers[at++] as number
  return all
}

function spreadWords(
  words: readonly JsonValue[],
  indexes: Float64Array,
  presence: Uint8Array | undefined,
  count: number,
): Column {
  const others = Array<JsonValue | undefined>(count).fill(undefined)
  let numbers: Float64Array | undefined
  for (let i = 0, at = 0; i < count; i++) {
    if (presence && !hasBit(presence, i)) continue
    const word = words[indexes[at++] as number]
    if (typeof word === 'number') (numbers ??= new Float64Array(count).fill(NaN))[i] = word
    else others[i] = word
  }
  return { numbers, others }
}

function planesOf(numbers: Float32Array | Float64Array, width: number): Uint8Array {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  const count = numbers.length
  if (planeBytes.length < bytes.length) planeBytes = new Uint8Array(bytes.length)
  const planes = planeBytes.subarray(0, bytes.length)
  for (let plane = 0, at = 0; plane < width; plane++)
    for (let i = 0; i < count; i++) planes[at++] = bytes[i * width + plane] as number
  return planes
}

function fromPlanes(bytes: Uint8Array, planes: Uint8Array, width: number, from: number, count: number): void {
  for (let at = 0, plane = from; at < planes.length; plane++)
    for (let i = 0; i < count; i++) bytes[i * width + plane] = planes[at++] as number
}
