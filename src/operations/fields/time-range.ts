import { type Instant, parseBasic } from '../../base/instant.ts'
import { Refusal } from '../../base/refusal.ts'

const EXAMPLE = '20151212T121212Z'

/** Reads a filter by time (northbound §3.2). Refuses what is no UTC time, and a start that is not before the end. */
export function timeRange(query: { start_time?: string; end_time?: string }): {
  from?: Instant
  until?: Instant
} {
  const from = parseFilter('start_time', query.start_time)
  const until = parseFilter('end_time', query.end_time)
  if (from !== undefined && until !== undefined && from >= until) {
    throw new Refusal('invalid-time-range', { start: 'start_time', end: 'end_time' })
  }
  return { ...(from !== undefined && { from }), ...(until !== undefined && { until }) }
}

function parseFilter(field: string, text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined
  const instant = parseBasic(text)
  if (instant === undefined) throw new Refusal('invalid-time', { field, example: EXAMPLE })
  return instant
}
