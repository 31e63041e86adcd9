import { type Instant, parseBasic, parseExtended } from '../../base/instant.ts'
import type { JsonValue } from '../../base/json.ts'
import type { ReportCode } from '../verdict/report-codes.ts'

/** The time that a report's values stand for, and where it is from. */
export interface EventTime {
  readonly time: Instant
  readonly timeSource: 'device' | 'received'
  /** Why what the device sent was not taken; absent when it was, or when it sent nothing. */
  readonly timeCode?: ReportCode
}

export interface EventTimeOptions {
  /**
   * Takes `yyyy-MM-ddTHH:mm:ssZ` too (vector L01). Off by default: the Python SDK writes local time in that form
   * and calls it UTC, so the time of receipt is the less wrong value (device protocol §4.1).
   */
  readonly lenient?: boolean
}

/**
 * The time of one entry of a report: what the device says, in one of exactly two grammars, else the time of
 * receipt. A time in the past or future is kept as sent; the report stays valid in any case (device protocol §4.1,
 * safety S11).
 */
export function decideEventTime(
  eventTime: JsonValue | undefined,
  receivedAt: Instant,
  { lenient = false }: EventTimeOptions = {},
): EventTime {
  if (eventTime === undefined || eventTime === null || eventTime === '')
    return { time: receivedAt, timeSource: 'received' }
  const time = typeof eventTime === 'string' ? parseEventTime(eventTime, lenient) : undefined
  if (time === undefined)
    return { time: receivedAt, timeSource: 'received', timeCode: 'event-time-malformed' }
  return { time, timeSource: 'device' }
}

const EXTENDED_WITHOUT_MILLIS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

function parseEventTime(text: string, lenient: boolean): Instant | undefined {
  const strict = parseBasic(text) ?? parseExtended(text)
  if (strict !== undefined || !lenient || !EXTENDED_WITHOUT_MILLIS.test(text)) return strict
  return parseExtended(text.replace('Z', '.000Z'))
}
