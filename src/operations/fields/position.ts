import { Refusal } from '../../base/refusal.ts'

/** The marker of a page of the log: a position. Refuses what no page has returned. */
export function parsePosition(marker: string | undefined): number | undefined {
  if (marker === undefined) return undefined
  if (!/^\d{1,15}$/.test(marker))
    throw new Refusal('invalid-input', { field: 'marker', rule: 'must be as an earlier page returned it' })
  return Number(marker)
}
