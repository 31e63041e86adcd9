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

/** Apart, both halves are written in fewer bytes than the whole. */
export function splitSeq(seq: number): readonly [position: number, index: number] {
  const index = seq % ROWS_PER_ENTRY
  return [(seq - index) / ROWS_PER_ENTRY, index]
}

export function joinSeq(position: number, index: number): number {
  return position * ROWS_PER_ENTRY + index
}
