import Type from 'typebox'
import type { Instant } from '../../base/instant.ts'
import { Refusal } from '../../base/refusal.ts'

/** A time in a query of ours; parsed by {@link parseOwnTime}. */
export const ownTimeFilter = (description: string) =>
  Type.String({ maxLength: 40, description: `${description} ISO 8601, or epoch milliseconds.` })

const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)$/i
const MILLIS = /^\d{1,15}$/

/** Reads epoch milliseconds or ISO 8601 with a zone (contracts §4). Refuses anything else, and 30 February. */
export function parseOwnTime(field: string, text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined
  if (MILLIS.test(text)) return Number(text)
  // A plus sign that was not escaped in the URL arrives as a space.
  const iso = text.replace(/ (?=\d\d:\d\d$)/, '+')
  const match = ISO.exec(iso)
  const instant = match && isCalendarDay(match) ? Date.parse(iso.toUpperCase()) : Number.NaN
  if (Number.isNaN(instant)) throw new Refusal('invalid-time', { field, example: '2015-12-12T12:12:12.000Z' })
  return instant
}

// Date.parse takes the 30th of February for the 2nd of March.
function isCalendarDay([, year, month, day]: RegExpExecArray): boolean {
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day)
}

/** Refuses a start that does not lie before the end. */
export function checkRange(start: Instant | undefined, end: Instant | undefined): void {
  if (start !== undefined && end !== undefined && start >= end)
    throw new Refusal('invalid-time-range', { start: 'start', end: 'end' })
}
