import type { JsonValue } from '../../base/json.ts'

/** The device gave the time itself: rows of one time are one point. */
export const DEVICE_TIME = 1
/** A redelivery of a report that has come before. */
export const REPEATS = 2

/**
 * One property's values by row. Numbers stand in `numbers`, all else in `others`; a row that has neither (NaN, which no
 * JSON is, and undefined) lacks the property.
 */
export interface Column {
  readonly numbers: Float64Array | undefined
  readonly others: readonly (JsonValue | undefined)[] | undefined
}

/** Rows of one device and service, by column. */
export interface Rows {
  readonly length: number
  readonly times: Float64Array
  readonly receivedAt: Float64Array
  readonly seqs: Float64Array
  readonly flags: Uint8Array
  readonly names: readonly string[]
  column(name: string): Column | undefined
}

export function valueAt({ numbers, others }: Column, row: number): JsonValue | undefined {
  const number = numbers?.[row]
  return number === undefined || Number.isNaN(number) ? others?.[row] : number
}

/** 0 for a time that the device gave, so that a time it gives again is the same point; else the seq. */
export function tieAt(rows: Rows, row: number): number {
  return ((rows.flags[row] as number) & DEVICE_TIME) !== 0 ? 0 : (rows.seqs[row] as number)
}

/** The first row whose time is at least `time`, of rows in the order of time. */
export function firstFrom({ times, length }: Rows, time: number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] as number) < time) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Makes arrays of `length`, the first `count` of them from one buffer: a fold makes thousands a second, and with a buffer
 * each the garbage collector takes more time than the encoding.
 */
export function floatArrays(
  length: number,
  count: number,
  shared = new Float64Array(length * count),
): () => Float64Array {
  let at = 0
  return () => (at + length <= shared.length ? shared.subarray(at, (at += length)) : new Float64Array(length))
}

export class PlainRows implements Rows {
  readonly length: number
  readonly times: Float64Array
  readonly receivedAt: Float64Array
  readonly seqs: Float64Array
  readonly flags: Uint8Array
  readonly #columns: ReadonlyMap<string, Column>

  constructor(
    fixed: Pick<Rows, 'length' | 'times' | 'receivedAt' | 'seqs' | 'flags'>,
    columns: ReadonlyMap<string, Column>,
  ) {
    this.length = fixed.length
    this.times = fixed.times
    this.receivedAt = fixed.receivedAt
    this.seqs = fixed.seqs
    this.flags = fixed.flags
    this.#columns = columns
  }

  get names(): readonly string[] {
    return [...this.#columns.keys()]
  }

  column(name: string): Column | undefined {
    return this.#columns.get(name)
  }
}
