import type { HistoryRow } from './history.ts'

/** A value that is no number, and from when to when it was reported again and again, in epoch milliseconds. */
export interface State {
  readonly value: string
  readonly from: number
  readonly to: number
}

/** So many usual distances between two reports are a silence: nobody knows what was true in it. */
const SILENT_DISTANCES = 5

/**
 * Rows, newest first, as the states between changes, oldest first. A state lasts until the report after it; a silence
 * shorter than `leastMillis` would not be seen as one.
 */
export function statesOf(
  rows: readonly HistoryRow[],
  property: string,
  leastMillis: number,
): readonly State[] {
  const reports = rows
    .filter(({ values }) => Object.hasOwn(values, property) && values[property] !== null)
    .map(({ time, values }) => ({ time, value: textOf(values[property]) }))
    .toReversed()
  const distances = reports.slice(1).map(({ time }, at) => time - (reports[at]?.time ?? time))
  const usual = Math.max(distances.toSorted((a, b) => a - b)[distances.length >> 1] ?? 0, leastMillis)
  const states: State[] = []
  for (const { time, value } of reports) {
    const last = states.at(-1)
    const goesOn = last !== undefined && time - last.to <= usual * SILENT_DISTANCES
    if (goesOn) states[states.length - 1] = { ...last, to: time }
    if (!goesOn || last.value !== value) states.push({ value, from: time, to: time })
  }
  return states
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
