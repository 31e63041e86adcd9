import type { Position } from '../../base/ids.ts'

/** A report holds at most 500 properties, so at most 500 services of it hold one. */
const ROWS_PER_ENTRY = 1000

/** The number of the history row that the `index`-th service of the entry at `position` makes; unique, and growing with the log. */
export function seqOf(position: Position, index: number): number {
  return position * ROWS_PER_ENTRY + index
}

/** The first number that no entry before `position` has. */
export function firstSeqOf(position: Position): number {
  return position * ROWS_PER_ENTRY
}

/** The position of the entry; a call for each row, and a remainder of floats would take ten times as long. */
export function positionOf(seq: number): number {
  const position = Math.floor(seq / ROWS_PER_ENTRY)
  // The quotient may have been rounded up to the next whole number.
  return position * ROWS_PER_ENTRY > seq ? position - 1 : position
}
