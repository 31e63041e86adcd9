import type { Instant } from '../../base/instant.ts'

/** A UTC month, `YYYY-MM`, or `other`: times too far from now to be anybody's measurements. */
export type Period = string

export const OTHER: Period = 'other'

/**
 * The clock of a device that lost its battery says 1970 or 2099, and each of its months would be a file of its own.
 * Ten years back is more than anything is kept, one year ahead is more than any clock is wrong by a time zone.
 */
const YEARS_BEHIND = 10
const YEARS_AHEAD = 1

export interface PeriodSpan {
  readonly period: Period
  /** Inclusive. */
  readonly start: Instant
  /** Exclusive. */
  readonly end: Instant
}

/** The period of a time and the stretch around it that belongs to the same one. */
export function periodOf(time: Instant, now: Instant): PeriodSpan {
  const year = new Date(now).getUTCFullYear()
  const month = new Date(now).getUTCMonth()
  const first = Date.UTC(year - YEARS_BEHIND, month, 1)
  const end = Date.UTC(year + YEARS_AHEAD, month + 1, 1)
  if (time < first) return { period: OTHER, start: -Infinity, end: first }
  if (time >= end) return { period: OTHER, start: end, end: Infinity }
  return spanOf(new Date(time).toISOString().slice(0, 7))
}

/** Of a month; `other` has no bounds. */
export function spanOf(period: Period): PeriodSpan {
  const match = /^(\d{4})-(\d\d)$/.exec(period)
  if (!match) return { period, start: -Infinity, end: Infinity }
  const [year, month] = [Number(match[1]), Number(match[2]) - 1]
  return { period, start: Date.UTC(year, month, 1), end: Date.UTC(year, month + 1, 1) }
}
