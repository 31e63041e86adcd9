import type { Position } from '../../base/ids.ts'
import { firstSeqOf, seqOf, positionOf } from '../../domain/history/seq.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { decoded } from './damage.ts'
import { type Column, REPEATS, type Rows, tieAt } from './rows.ts'
import { type NumberSummary, readValues, writeValues } from './values.ts'
import { readWholeNumbers, writeWholeNumbers } from './whole-numbers.ts'

/*
 * A chunk: rows of one device and service, in the order of time, tie and seq, by column. Its head is never deflated
 * and says where in the body each column stands, and of columns of numbers what a chart needs; so most of a year is
 * read without its values, and of one property without those of the others.
 *
 *   head   version, rows, plain, bytes of the five fixed columns, number of properties, then for each: its name, bytes,
 *          rows that have it, and whether a summary follows (min, max, sum, first, last)
 *   body   times | received − time | position of the entry | index in the entry | flags | property | property …
 */
const VERSION = 1

/** A summary is 40 bytes: of fewer rows it is sooner read from the values. */
const SUMMARY_ROWS_MIN = 64

export interface Chunk {
  readonly rows: number
  readonly points: number
  readonly timeMin: number
  readonly timeMax: number
  readonly seqMin: number
  readonly seqMax: number
  readonly receivedMax: number
  /** Each row is a point as it stands: none shares its time with one it would have to be compared to. */
  readonly plain: boolean
  readonly head: Uint8Array
  readonly body: Uint8Array
}

const head = new ByteWriter()
const body = new ByteWriter()
const properties = new ByteWriter()

let numbers = new Float64Array(4096)
let indexes = new Float64Array(4096)

/**
 * The rows `order[0]` … of `rows`, which must be in the order of time, tie and seq; at least one. `isSimple`: see
 * `Settled`.
 */
export function writeChunk(rows: Rows, order: Uint32Array, isSimple: boolean): Chunk {
  const count = order.length
  if (numbers.length < count) [numbers, indexes] = [new Float64Array(count), new Float64Array(count)]
  body.reset()
  const lengths: number[] = []
  const fixed = (values: Float64Array): void => {
    const start = body.length
    writeWholeNumbers(body, values, count)
    lengths.push(body.length - start)
  }
  // A loop for each column, without a call for a row: a fold does little else.
  const { times, receivedAt, seqs, flags } = rows
  for (let i = 0; i < count; i++) numbers[i] = times[order[i] as number] as number
  const [timeMin, timeMax] = [numbers[0] as number, numbers[count - 1] as number]
  fixed(numbers)
  let receivedMax = -Infinity
  for (let i = 0; i < count; i++) {
    const received = receivedAt[order[i] as number] as number
    if (received > receivedMax) receivedMax = received
    numbers[i] = received - (times[order[i] as number] as number)
  }
  fixed(numbers)
  let [seqMin, seqMax] = [Infinity, 0]
  for (let i = 0; i < count; i++) {
    const seq = seqs[order[i] as number] as number
    if (seq < seqMin) seqMin = seq
    if (seq > seqMax) seqMax = seq
    const position = positionOf(seq)
    numbers[i] = position
    indexes[i] = seq - firstSeqOf(position as Position)
  }
  fixed(numbers)
  fixed(indexes)
  for (let i = 0; i < count; i++) numbers[i] = flags[order[i] as number] as number
  fixed(numbers)
  const { points, written } = writeProperties(rows, order)
  const plain = isSimple || arePlain(rows, order)

  head.reset()
  head.byte(VERSION)
  head.varint(count)
  head.byte(plain ? 1 : 0)
  for (const length of lengths) head.varint(length)
  head.varint(written)
  head.raw(properties.written())
  return {
    rows: count,
    points,
    timeMin,
    timeMax,
    seqMin,
    seqMax,
    receivedMax,
    plain,
    head: head.take(),
    body: body.take(),
  }
}

function writeProperties(rows: Rows, order: Uint32Array): { points: number; written: number } {
  properties.reset()
  let points = 0
  let written = 0
  for (const name of rows.names) {
    const column = rows.column(name)
    if (!column) continue
    const start = body.length
    const { count, summary } = writeValues(body, column, order, order.length)
    if (count === 0) {
      body.length = start
      continue
    }
    points += count
    written++
    properties.text(name)
    properties.varint(body.length - start)
    properties.varint(count)
    const worthwhile = summary && order.length >= SUMMARY_ROWS_MIN ? summary : undefined
    properties.byte(worthwhile ? 1 : 0)
    if (worthwhile) for (const key of SUMMARY) properties.float64(worthwhile[key])
  }
  return { points, written }
}

const SUMMARY = ['min', 'max', 'sum', 'first', 'last'] as const satisfies readonly (keyof NumberSummary)[]

function arePlain(rows: Rows, order: Uint32Array): boolean {
  for (let i = 1; i < order.length; i++) {
    const [row, before] = [order[i] as number, order[i - 1] as number]
    if (rows.times[row] !== rows.times[before]) continue
    const repeats = ((rows.flags[row] as number) | (rows.flags[before] as number)) & REPEATS
    if (repeats !== 0 || tieAt(rows, row) === tieAt(rows, before)) return false
  }
  return true
}

interface Property {
  readonly start: number
  readonly length: number
  readonly count: number
  readonly summary: NumberSummary | undefined
}

/** What a chunk's head says. */
export interface ChunkHead {
  readonly rows: number
  readonly plain: boolean
  /** Bytes of the body before the first property. */
  readonly fixed: readonly number[]
  readonly properties: ReadonlyMap<string, Property>
}

export function readHead(bytes: Uint8Array): ChunkHead {
  const reader = new ByteReader(bytes)
  const version = reader.byte()
  if (version !== VERSION) throw new RangeError(`a chunk of history has the unknown version ${version}`)
  const rows = reader.varint()
  const plain = reader.byte() === 1
  const fixed = Array.from({ length: 5 }, () => reader.varint())
  let start = fixed.reduce((sum, length) => sum + length, 0)
  const found = new Map<string, Property>()
  for (let left = reader.varint(); left > 0; left--) {
    const name = reader.text()
    const [length, count] = [reader.varint(), reader.varint()]
    const summary = reader.byte() === 1 ? readSummary(reader) : undefined
    found.set(name, { start, length, count, summary })
    start += length
  }
  return { rows, plain, fixed, properties: found }
}

function readSummary(reader: ByteReader): NumberSummary {
  const [min, max, sum, first, last] = [
    reader.float64(),
    reader.float64(),
    reader.float64(),
    reader.float64(),
    reader.float64(),
  ]
  return { min, max, sum, first, last }
}

/** The rows of a chunk; each column is decoded when it is first asked for. */
export class ChunkRows implements Rows {
  readonly length: number
  readonly #head: ChunkHead
  readonly #body: Uint8Array
  readonly #path: string
  readonly #fixed = new Map<number, Float64Array>()
  readonly #columns = new Map<string, Column>()
  #seqs: Float64Array | undefined
  #receivedAt: Float64Array | undefined
  #flags: Uint8Array | undefined

  /** `path`: of the file that holds it. */
  constructor(read: ChunkHead, bytes: Uint8Array, path: string) {
    this.length = read.rows
    this.#path = path
    this.#head = read
    this.#body = bytes
  }

  get times(): Float64Array {
    return this.#column(0)
  }

  get receivedAt(): Float64Array {
    if (this.#receivedAt) return this.#receivedAt
    const { times } = this
    return (this.#receivedAt = this.#column(1).map((lag, row) => lag + (times[row] as number)))
  }

  get seqs(): Float64Array {
    if (this.#seqs) return this.#seqs
    const indexes = this.#column(3)
    return (this.#seqs = this.#column(2).map((position, row) =>
      seqOf(position as Position, indexes[row] as number),
    ))
  }

  get flags(): Uint8Array {
    return (this.#flags ??= Uint8Array.from(this.#column(4)))
  }

  get names(): readonly string[] {
    return [...this.#head.properties.keys()]
  }

  column(name: string): Column | undefined {
    const kept = this.#columns.get(name)
    const property = this.#head.properties.get(name)
    if (kept || !property) return kept
    const column = decoded(this.#path, () =>
      readValues(new ByteReader(this.#body, property.start), this.length),
    )
    this.#columns.set(name, column)
    return column
  }

  #column(index: number): Float64Array {
    const kept = this.#fixed.get(index)
    if (kept) return kept
    const start = this.#head.fixed.slice(0, index).reduce((sum, length) => sum + length, 0)
    const column = decoded(this.#path, () => readWholeNumbers(new ByteReader(this.#body, start), this.length))
    this.#fixed.set(index, column)
    return column
  }
}
