import type { Language } from './i18n/language.ts'

/**
 * Epoch milliseconds of a time on the wire: ISO 8601, or the reference's `yyyyMMddTHHmmssZ`; undefined for
 * anything else.
 */
export function parseWireTime(text: string): number | undefined {
  const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  const millis = basic
    ? Date.parse(`${basic[1]}-${basic[2]}-${basic[3]}T${basic[4]}:${basic[5]}:${basic[6]}Z`)
    : Date.parse(text)
  return Number.isNaN(millis) ? undefined : millis
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

// Largest first, each with the distance from which on it is used: years and months from two of them on, since "in 1
// month" says too little of a certificate that expires in 59 days.
const units = [
  ['year', 365 * DAY, 730 * DAY],
  ['month', 30 * DAY, 60 * DAY],
  ['day', DAY, DAY],
  ['hour', HOUR, HOUR],
  ['minute', MINUTE, MINUTE],
] as const

/** `at` as seen from `now`: "3 minutes ago", "in 2 years"; within a minute "now". */
export function relativeTime(at: number, now: number, language: Language): string {
  const distance = at - now
  const chosen = units.find(([, , from]) => Math.abs(distance) >= from)
  if (!chosen) return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(0, 'second')
  const [unit, millis] = chosen
  return new Intl.RelativeTimeFormat(language, { numeric: 'always' }).format(
    Math.trunc(distance / millis),
    unit,
  )
}

/** In the browser's zone, to the second, with its name: what a person compares with the clock on the wall. */
export function exactTime(at: number, language: Language, timeZone?: string): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'long',
    hourCycle: 'h23',
    ...(timeZone !== undefined && { timeZone }),
  }).format(at)
}

/** The day alone, in the browser's zone. */
export function dayOf(at: number, language: Language, timeZone?: string): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    ...(timeZone !== undefined && { timeZone }),
  }).format(at)
}

/** `2026-11-22 20:15:00 UTC`: what stands in logs. */
export function utcTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/**
 * Labels of a time axis whose marks are `step` milliseconds apart: the time of the day, and below it the day where
 * the axis begins and where the day changes; the day or the month alone where the marks are days or months apart.
 */
export function axisTimes(
  marks: readonly number[],
  step: number,
  language: Language,
  timeZone?: string,
): readonly string[] {
  const zone = timeZone === undefined ? {} : { timeZone }
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { ...options, ...zone })
  const year = format({ year: 'numeric' })
  const upper =
    step >= 28 * DAY
      ? format({ month: 'short' })
      : step >= DAY
        ? format({ month: 'short', day: 'numeric' })
        : format({
            hour: '2-digit',
            minute: '2-digit',
            hourCycle: 'h23',
            ...(step < MINUTE && { second: '2-digit' }),
            ...(step < 1000 && { fractionalSecondDigits: 3 }),
          })
  const lower = step >= DAY ? year : format({ dateStyle: 'medium' })
  let before = ''
  return marks.map((mark) => {
    const below = lower.format(mark)
    const label = below === before ? upper.format(mark) : `${upper.format(mark)}\n${below}`
    before = below
    return label
  })
}

/** As a field of local date and time takes it, to the second: `2026-11-22T20:15:00`. */
export function localTimeText(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * MINUTE)
  return local.toISOString().slice(0, 19)
}

/** Epoch milliseconds of what such a field holds, in the browser's zone; undefined while it is not filled in. */
export function parseLocalTime(text: string): number | undefined {
  const millis = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d/.test(text) ? new Date(text).getTime() : Number.NaN
  return Number.isNaN(millis) ? undefined : millis
}
