import type { JsonValue } from '../../base/json.ts'
import { outranks } from '../../domain/history/precedence.ts'
import {
  type Column,
  DEVICE_TIME,
  floatArrays,
  PlainRows,
  REPEATS,
  type Rows,
  tieAt,
  valueAt,
} from './rows.ts'

/*
 * From rows as they came to rows as they are kept: sorted by time, tie and seq, without those that say nothing new.
 * What is dropped is dropped for good, so only what later rows cannot bring back:
 *
 *   - the same row again (an entry of the log that was applied twice, after a crash);
 *   - a redelivery received at a time that has an earlier row;
 *   - of rows of one device time those whose every value another one outranks, but for the earliest, which gives the
 *     point its seq. So a point's own rows may stay several: reads make one of them.
 */

/** Rows in the order they are to be kept in. */
export interface Settled {
  readonly rows: Rows
  /** Not to be changed: it may be shared. */
  readonly order: Uint32Array
  /** All rows as they came, each a point as it stands. */
  readonly isSimple: boolean
}

export function settle(rows: Rows): Settled {
  if (isSimple(rows)) return { rows, order: allOf(rows.length), isSimple: true }
  const order = sorted(rows)
  const groups = hasEqualTimes(rows, order)
  return groups ? dropSuperseded(rows, order) : { rows, order, isSimple: false }
}

/** What nearly all are: in order, and of one time at most reports of which the platform set the time. */
function isSimple({ times, seqs, flags, length }: Rows): boolean {
  for (let row = 1; row < length; row++) {
    const time = times[row] as number
    const before = times[row - 1] as number
    if (time > before) continue
    if (time < before || ((flags[row] as number) | (flags[row - 1] as number)) !== 0) return false
    if (!((seqs[row] as number) > (seqs[row - 1] as number))) return false
  }
  return true
}

let counted = new Uint32Array(0)

/** 0, 1, 2 … */
function allOf(length: number): Uint32Array {
  if (counted.length < length) counted = Uint32Array.from({ length: 2 * length }, (_, row) => row)
  return counted.subarray(0, length)
}

/** By time, tie and seq. */
function sorted(rows: Rows): Uint32Array {
  const { length } = rows
  const order = new Uint32Array(length)
  let inOrder = true
  for (let row = 0; row < length; row++) {
    order[row] = row
    if (row > 0 && inOrder) inOrder = compareRows(rows, row - 1, row) <= 0
  }
  if (inOrder) return order
  return order.sort((a, b) => compareRows(rows, a, b))
}

function compareRows(rows: Rows, a: number, b: number): number {
  return (
    (rows.times[a] as number) - (rows.times[b] as number) ||
    tieAt(rows, a) - tieAt(rows, b) ||
    (rows.seqs[a] as number) - (rows.seqs[b] as number)
  )
}

function hasEqualTimes({ times }: Rows, order: Uint32Array): boolean {
  for (let i = 1; i < order.length; i++)
    if (times[order[i] as number] === times[order[i - 1] as number]) return true
  return false
}

function dropSuperseded(rows: Rows, order: Uint32Array): Settled {
  const kept: number[] = []
  const cleared = new Clearing(rows)
  for (let start = 0, end; start < order.length; start = end) {
    const time = rows.times[order[start] as number]
    for (end = start + 1; end < order.length && rows.times[order[end] as number] === time;) end++
    if (end === start + 1) kept.push(order[start] as number)
    else kept.push(...keptOf(rows, order.subarray(start, end), cleared))
  }
  return { rows: cleared.rows(), order: Uint32Array.from(kept), isSimple: false }
}

/** Of the rows of one time. */
function keptOf(rows: Rows, group: Uint32Array, cleared: Clearing): number[] {
  const { seqs, flags } = rows
  let seqMin = Infinity
  for (const row of group) seqMin = Math.min(seqMin, seqs[row] as number)
  const distinct = [...group].filter((row, at) => at === 0 || seqs[row] !== seqs[group[at - 1] as number])
  const device = distinct.filter((row) => ((flags[row] as number) & DEVICE_TIME) !== 0)
  const received = distinct.filter(
    (row) =>
      ((flags[row] as number) & DEVICE_TIME) === 0 &&
      (((flags[row] as number) & REPEATS) === 0 || seqs[row] === seqMin),
  )
  if (device.length < 2) return [...device, ...received]
  const earliest = device.reduce((a, b) => ((seqs[a] as number) < (seqs[b] as number) ? a : b))
  const winning = new Set([earliest])
  for (const name of rows.names) {
    const column = rows.column(name)
    if (!column) continue
    const having = device.filter((row) => valueAt(column, row) !== undefined)
    const winner = having.reduce<number | undefined>(
      (best, row) => (best === undefined || outranks(rankOf(rows, row), rankOf(rows, best)) ? row : best),
      undefined,
    )
    if (winner === undefined) continue
    winning.add(winner)
    for (const row of having) if (row !== winner) cleared.clear(name, row)
  }
  return [...device.filter((row) => winning.has(row)), ...received]
}

export function rankOf({ receivedAt, seqs, flags }: Rows, row: number) {
  return {
    receivedAt: receivedAt[row] as number,
    repeats: ((flags[row] as number) & REPEATS) !== 0,
    seq: seqs[row] as number,
  }
}

/** Takes values out of copies of the columns. */
class Clearing {
  readonly #rows: Rows
  readonly #copies = new Map<
    string,
    { numbers: Float64Array | undefined; others: (JsonValue | undefined)[] | undefined }
  >()

  constructor(rows: Rows) {
    this.#rows = rows
  }

  clear(name: string, row: number): void {
    const column = this.#rows.column(name)
    if (!column) return
    const copy = this.#copies.get(name) ?? {
      numbers: column.numbers?.slice(),
      others: column.others === undefined ? undefined : [...column.others],
    }
    this.#copies.set(name, copy)
    if (copy.numbers) copy.numbers[row] = NaN
    if (copy.others) copy.others[row] = undefined
  }

  rows(): Rows {
    if (this.#copies.size === 0) return this.#rows
    const columns = new Map<string, Column>()
    for (const name of this.#rows.names) {
      const column = this.#copies.get(name) ?? this.#rows.column(name)
      if (column) columns.set(name, column)
    }
    return new PlainRows(this.#rows, columns)
  }
}

interface OpenColumn {
  numbers: Float64Array
  others: (JsonValue | undefined)[] | undefined
}

/** All rows of several, one after the other; those that `keeps` refuses are left out. */
export function concat(all: readonly Rows[], keeps: (rows: Rows, row: number) => boolean): Rows {
  const picks = all.map((rows) => {
    const picked: number[] = []
    for (let row = 0; row < rows.length; row++) if (keeps(rows, row)) picked.push(row)
    return picked
  })
  const length = picks.reduce((sum, picked) => sum + picked.length, 0)
  const names = new Set(all.flatMap((rows) => rows.names))
  const floats = floatArrays(length, Math.min(3 + names.size, 64))
  const fixed = {
    length,
    times: floats(),
    receivedAt: floats(),
    seqs: floats(),
    flags: new Uint8Array(length),
  }
  const columns = new Map<string, OpenColumn>()
  let at = 0
  for (const [index, rows] of all.entries()) {
    const picked = picks[index] ?? []
    for (const [offset, row] of picked.entries()) {
      fixed.times[at + offset] = rows.times[row] as number
      fixed.receivedAt[at + offset] = rows.receivedAt[row] as number
      fixed.seqs[at + offset] = rows.seqs[row] as number
      fixed.flags[at + offset] = rows.flags[row] as number
    }
    for (const name of rows.names) {
      const from = rows.column(name)
      if (!from) continue
      const existing = columns.get(name)
      const to: OpenColumn = existing ?? { numbers: floats().fill(NaN), others: undefined }
      if (!existing) columns.set(name, to)
      copyColumn(from, to, picked, at, length)
    }
    at += picked.length
  }
  return new PlainRows(fixed, columns)
}

function copyColumn(
  from: Column,
  to: OpenColumn,
  picked: readonly number[],
  at: number,
  length: number,
): void {
  for (const [offset, row] of picked.entries()) {
    const number = from.numbers?.[row]
    if (number !== undefined && !Number.isNaN(number)) to.numbers[at + offset] = number
    else if (from.others?.[row] !== undefined)
      (to.others ??= Array<JsonValue | undefined>(length).fill(undefined))[at + offset] = from.others[row]
  }
}

/** Rows that stand in the order they are kept in. */
export function inOrder({ rows, order, isSimple: isAsItCame }: Settled): Rows {
  if (isAsItCame) return rows
  if (order.length === rows.length && order.every((row, at) => row === at)) return rows
  const pick = (values: Float64Array): Float64Array =>
    Float64Array.from(order, (row) => values[row] as number)
  const columns = new Map<string, Column>()
  for (const name of rows.names) {
    const column = rows.column(name)
    if (!column) continue
    const { numbers, others } = column
    columns.set(name, {
      numbers: numbers && pick(numbers),
      others: others && Array.from(order, (row) => others[row]),
    })
  }
  return new PlainRows(
    {
      length: order.length,
      times: pick(rows.times),
      receivedAt: pick(rows.receivedAt),
      seqs: pick(rows.seqs),
      flags: Uint8Array.from(order, (row) => rows.flags[row] as number),
    },
    columns,
  )
}
