import type { Instant } from '../../base/instant.ts'

const HOUR_MILLIS = 3_600_000

/**
 * Hours by which the signed hour of a client id lies ahead of `now` (negative: behind), counted in whole hours of
 * the clock. Read as day plus N hours: `2024060124` is 2024-06-02T00, because the C SDK adds 1 to the digits
 * (device protocol §2.3, §2.4). Undefined when the first eight digits are no day of the calendar.
 */
export function hoursAhead(timestamp: string, now: Instant): number | undefined {
  const [, year = 0, month = 0, day = 0, hour = 0] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)$/.exec(timestamp)?.map(Number) ?? []
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const isDay =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!isDay || day === 0) return undefined
  return date.getTime() / HOUR_MILLIS + hour - Math.floor(now / HOUR_MILLIS)
}

/** The UTC hour of `now` as devices write it: `YYYYMMDDHH`. */
export function formatHour(now: Instant): string {
  return new Date(now).toISOString().replaceAll(/[-T]/g, '').slice(0, 10)
}

/** The hour `hours` later than `timestamp`, for a timestamp that names a day; undefined otherwise. */
export function shiftHour(timestamp: string, hours: number): string | undefined {
  const ahead = hoursAhead(timestamp, 0)
  return ahead === undefined ? undefined : formatHour((ahead + hours) * HOUR_MILLIS)
}
