import { Buffer } from 'node:buffer'
import type { JsonValue } from '../../base/json.ts'
import type { ParsedReport } from '../../domain/report/report.ts'

/*
 * Reports of one firmware differ in their values alone. A layout is learned from one report that was parsed the long
 * way: the bytes between its values, and which property each value is of. The next report of this layout is read by
 * holding those bytes against it and taking the values from between them.
 *
 *   {"services":[{"service_id":"Env","properties":{"t":21.5,"h":40}}]}
 *   `------------------- 0 -------------------------´ v `-1-´ v `-2-´
 *
 * Whatever is not exactly so (another order, an escape, a number that a double might not hold) is no match, and the
 * report is parsed the long way. So a layout never decides anything that the parser would decide otherwise.
 */

/** One value of a report of this layout. */
export interface Slot {
  readonly kind: 'property' | 'event-time' | 'ignored'
  /** Index among `serviceIds` of the layout. */
  readonly service: number
  /** Empty unless it is a property. */
  readonly property: string
}

export interface ReportLayout {
  /** In the order of the bytes. */
  readonly slots: readonly Slot[]
  readonly serviceIds: readonly string[]
  /**
   * Whether `[start, end)` of the memory is a report of this layout; then `values` has the value of each of `slots`,
   * by its index. What `values` holds otherwise means nothing.
   */
  read(memory: Memory, start: number, end: number, values: SlotValues): boolean
}

/** Memory that reports lie in: both are views of the same bytes, made once for many reports. */
export interface Memory {
  readonly bytes: Buffer
  readonly view: DataView
}

export function memoryOf({ buffer, byteOffset, byteLength }: Uint8Array): Memory {
  return {
    bytes: Buffer.from(buffer, byteOffset, byteLength),
    view: new DataView(buffer, byteOffset, byteLength),
  }
}

/**
 * Values by slot, used again for every report, so that no object is made for a number: it stands in `numbers`, and NaN
 * there says that the value is no number and stands in `words`.
 */
export class SlotValues {
  numbers = new Float64Array(16)
  readonly words: JsonValue[] = []

  at(slot: number): JsonValue {
    const number = this.numbers[slot] as number
    return Number.isNaN(number) ? (this.words[slot] as JsonValue) : number
  }

  reserve(slots: number): void {
    if (this.numbers.length < slots) this.numbers = new Float64Array(2 * slots)
    while (this.words.length < slots) this.words.push(null)
  }
}

/** Longer reports, and those with more values, are not learned: they would cost memory and are rare. */
const LEARNED_BYTES_MAX = 8 * 1024

/** The layout of a payload, given what the parser made of it; undefined when it has none that could be learned. */
export function learnLayout(payload: Uint8Array, report: ParsedReport): ReportLayout | undefined {
  if (report.kind !== 'parsed' || payload.length > LEARNED_BYTES_MAX) return undefined
  const memory = memoryOf(payload)
  const found = new Learner(memory.bytes).learn()
  if (!found) return undefined
  const layout = new LearnedLayout(found)
  return agrees(layout, memory, report) ? layout : undefined
}

interface Found {
  /** The bytes before each value, and behind the last, one behind the other. */
  readonly fixed: Buffer
  /** Where each of them ends in `fixed`. */
  readonly ends: readonly number[]
  readonly slots: readonly Slot[]
  readonly serviceIds: readonly string[]
}

/** The parser has the last word: what the layout reads of the very report it was learned from must be what it read. */
function agrees(
  layout: ReportLayout,
  memory: Memory,
  { services }: Extract<ParsedReport, { kind: 'parsed' }>,
): boolean {
  const values = new SlotValues()
  if (!layout.read(memory, 0, memory.bytes.length, values) || layout.serviceIds.length !== services.length)
    return false
  const times = new Map<number, JsonValue>()
  const properties: Map<string, JsonValue>[] = layout.serviceIds.map(() => new Map<string, JsonValue>())
  for (const [index, { kind, service, property }] of layout.slots.entries()) {
    const value = values.at(index)
    if (kind === 'event-time') times.set(service, value)
    if (kind !== 'property') continue
    if (properties[service]?.has(property)) return false
    properties[service]?.set(property, value)
  }
  return services.every((service, index) => {
    const read = properties[index]
    const names = Object.keys(service.properties)
    return (
      service.code === undefined &&
      service.inexactProperties === undefined &&
      service.serviceId === layout.serviceIds[index] &&
      service.eventTime === times.get(index) &&
      read?.size === names.length &&
      names.length > 0 &&
      // In this order, since values are applied in the order of the report.
      [...read.keys()].every((name, at) => name === names[at]) &&
      names.every((name) => Object.is(read.get(name), service.properties[name]))
    )
  })
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15] as const
/** A double holds so many decimal digits exactly, and their quotient by a power of ten up to 10^22 is rounded once, as a parser's is. */
const DIGITS_MAX = 15

class LearnedLayout implements ReportLayout {
  readonly slots: readonly Slot[]
  readonly serviceIds: readonly string[]
  readonly #fixed: Buffer
  readonly #ends: readonly number[]
  /** The pieces of `#fixed` in words of four bytes, the last one of a piece overlapping; see `wordsOf`. */
  readonly #words: Int32Array
  readonly #lengthMin: number
  readonly #texts: readonly KnownTexts[]

  constructor({ fixed, ends, slots, serviceIds }: Found) {
    this.#fixed = fixed
    this.#ends = ends
    this.#words = wordsOf(fixed, ends)
    this.slots = slots
    this.serviceIds = serviceIds
    this.#lengthMin = fixed.length + slots.length
    this.#texts = slots.map(() => new KnownTexts())
  }

  read({ bytes, view }: Memory, start: number, end: number, values: SlotValues): boolean {
    if (end - start < this.#lengthMin) return false
    const fixed = this.#fixed
    const words = this.#words
    const ends = this.#ends
    const count = ends.length - 1
    values.reserve(count)
    const { numbers } = values
    let at = start
    let from = 0
    let word = 0
    for (let index = 0; ; index++) {
      const until = ends[index] as number
      const length = until - from
      if (at + length > end) return false
      if (length < 4) while (from < until) if (bytes[at++] !== fixed[from++]) return false
      if (from < until) {
        // Four bytes at a time: most of a report is the same as ever.
        const last = at + length - 4
        for (; at < last; at += 4) if (view.getInt32(at, true) !== words[word++]) return false
        if (view.getInt32(last, true) !== words[word++]) return false
        at = last + 4
        from = until
      }
      if (index === count) return at === end
      const byte = bytes[at] as number
      if (byte === QUOTE) {
        const close = endOfText(bytes, at + 1, end)
        if (close < 0) return false
        numbers[index] = NaN
        values.words[index] = (this.#texts[index] as KnownTexts).find(bytes, at + 1, close)
        at = close + 1
      } else if (byte === 0x74) {
        // true
        if (bytes[at + 1] !== 0x72 || bytes[at + 2] !== 0x75 || bytes[at + 3] !== 0x65) return false
        numbers[index] = NaN
        values.words[index] = true
        at += 4
      } else if (byte === 0x66) {
        // false
        if (
          bytes[at + 1] !== 0x61 ||
          bytes[at + 2] !== 0x6c ||
          bytes[at + 3] !== 0x73 ||
          bytes[at + 4] !== 0x65
        )
          return false
        numbers[index] = NaN
        values.words[index] = false
        at += 5
      } else {
        // A number, written out here: a call that gave both value and end would need an object.
        const isNegative = byte === MINUS
        if (isNegative) at++
        const first = bytes[at] as number
        if (!(first >= ZERO && first <= NINE)) return false
        let digits = first - ZERO
        let count10 = 1
        at++
        let next = bytes[at] as number
        if (first === ZERO) {
          if (next >= ZERO && next <= NINE) return false
        } else {
          while (next >= ZERO && next <= NINE) {
            digits = digits * 10 + next - ZERO
            count10++
            next = bytes[++at] as number
          }
        }
        if (next === DOT) {
          const point = at
          next = bytes[++at] as number
          while (next >= ZERO && next <= NINE) {
            digits = digits * 10 + next - ZERO
            count10++
            next = bytes[++at] as number
          }
          const places = at - point - 1
          if (places === 0 || count10 > DIGITS_MAX) return false
          digits /= POWERS[places] as number
        } else if (count10 > DIGITS_MAX) return false
        // An exponent is left to the parser.
        if (at > end || next === 0x65 || next === 0x45) return false
        numbers[index] = isNegative ? -digits : digits
      }
    }
  }
}

/** Each piece in words, the last of which ends with the piece and may overlap the one before; none of a piece below four bytes. */
function wordsOf(fixed: Buffer, ends: readonly number[]): Int32Array {
  const words: number[] = []
  let from = 0
  for (const until of ends) {
    for (let at = from; at < until - 4; at += 4) words.push(fixed.readInt32LE(at))
    if (until - from >= 4) words.push(fixed.readInt32LE(until - 4))
    from = until
  }
  return Int32Array.from(words)
}

const TEXTS_KEPT = 16
const TEXT_KEPT_BYTES_MAX = 64

/**
 * Texts that came of late in one slot. Modes and states are few: the same string again costs no memory, and what keeps it
 * (history does, until it is folded) keeps one.
 */
class KnownTexts {
  #texts: string[] = NO_TEXTS

  find(bytes: Buffer, start: number, end: number): string {
    const length = end - start
    if (length > TEXT_KEPT_BYTES_MAX) return bytes.toString('latin1', start, end)
    let hash = length
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
    const place = (hash ^ (hash >>> 15)) & (TEXTS_KEPT - 1)
    const known = this.#texts[place] as string
    if (isText(known, bytes, start, length)) return known
    const text = bytes.toString('latin1', start, end)
    if (this.#texts === NO_TEXTS) this.#texts = Array<string>(TEXTS_KEPT).fill('')
    this.#texts[place] = text
    return text
  }
}

const NO_TEXTS = Array<string>(TEXTS_KEPT).fill('')

function isText(text: string, bytes: Buffer, start: number, length: number): boolean {
  if (text.length !== length) return false
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false
  return true
}

/** Where text of printable ASCII without an escape ends: at its quote; -1: it is other text. */
function endOfText(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    if (byte === QUOTE) return at
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return -1
  }
  return -1
}

/**
 * Goes once through a report that is known to be valid JSON and finds its values. It understands only what it can be
 * sure of, and gives up on all else: what it finds is held against the parser's reading afterwards.
 */
class Learner {
  readonly #bytes: Buffer
  #at = 0
  readonly #cuts: { readonly start: number; readonly end: number; readonly slot: Slot }[] = []
  readonly #serviceIds: string[] = []

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  learn(): Found | undefined {
    if (!this.#object((key) => (key === 'services' ? this.#services() : this.#skip()))) return undefined
    this.#space()
    if (this.#at !== this.#bytes.length || this.#cuts.length === 0) return undefined
    const pieces: Buffer[] = []
    const ends: number[] = []
    let from = 0
    let length = 0
    for (const { start, end } of [...this.#cuts, { start: this.#bytes.length, end: 0 }]) {
      const piece = this.#bytes.subarray(from, start)
      pieces.push(piece)
      ends.push((length += piece.length))
      from = end
    }
    return {
      fixed: Buffer.concat(pieces),
      ends,
      slots: this.#cuts.map(({ slot }) => slot),
      serviceIds: this.#serviceIds,
    }
  }

  #services(): boolean {
    if (this.#serviceIds.length > 0) return false
    return this.#list(0x5b, 0x5d, () => {
      const service = this.#serviceIds.length
      let serviceId: string | undefined
      const isRead = this.#object((key) => {
        if (key === 'service_id') return (serviceId = this.#text()) !== undefined
        if (key === 'properties')
          return this.#object((property) => this.#value({ kind: 'property', service, property }))
        if (key === 'event_time') return this.#value({ kind: 'event-time', service, property: '' })
        return this.#skip()
      })
      if (!isRead || serviceId === undefined) return false
      this.#serviceIds.push(serviceId)
      return true
    })
  }

  /** A number, a text or a truth value: one slot. */
  #value(slot: Slot): boolean {
    this.#space()
    const start = this.#at
    if (!this.#scalar()) return false
    this.#cuts.push({ start, end: this.#at, slot })
    return true
  }

  /** A value that no one looks at, such as a running number. Only simple ones; `null` belongs to the fixed bytes. */
  #skip(): boolean {
    return this.#peek() === 0x6e ? this.#scalar() : this.#value({ kind: 'ignored', service: 0, property: '' })
  }

  #scalar(): boolean {
    if (this.#bytes[this.#at] === QUOTE) return this.#text() !== undefined
    const start = this.#at
    while (/[-+.\w]/.test(String.fromCharCode(this.#bytes[this.#at] ?? 0))) this.#at++
    return this.#at > start
  }

  #object(member: (key: string) => boolean): boolean {
    return this.#list(0x7b, 0x7d, () => {
      const key = this.#text()
      this.#space()
      return key !== undefined && this.#bytes[this.#at++] === 0x3a && member(key)
    })
  }

  /** `open item , item close`; no empty ones. */
  #list(open: number, close: number, item: () => boolean): boolean {
    if (this.#peek() !== open) return false
    this.#at++
    for (;;) {
      if (!item()) return false
      const next = this.#peek()
      this.#at++
      if (next === close) return true
      if (next !== 0x2c) return false
    }
  }

  #text(): string | undefined {
    if (this.#peek() !== QUOTE) return undefined
    const start = this.#at + 1
    const end = endOfText(this.#bytes, start, this.#bytes.length)
    if (end < 0) return undefined
    this.#at = end + 1
    return this.#bytes.toString('latin1', start, end)
  }

  #peek(): number | undefined {
    this.#space()
    return this.#bytes[this.#at]
  }

  #space(): void {
    for (let byte = this.#bytes[this.#at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;)
      byte = this.#bytes[++this.#at]
  }
}
