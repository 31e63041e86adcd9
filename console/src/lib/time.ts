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

// Making a formatter takes longer than all that it formats on a page, and lists make thousands: each is made once.
const dateFormats = new Map<string, Intl.DateTimeFormat>()
const relativeFormats = new Map<string, Intl.RelativeTimeFormat>()

function dateFormat(
  language: Language,
  options: Intl.DateTimeFormatOptions,
  timeZone: string | undefined,
): Intl.DateTimeFormat {
  const name = JSON.stringify([language, options, timeZone])
  const known = dateFormats.get(name)
  if (known) return known
  const made = new Intl.DateTimeFormat(language, { ...options, ...(timeZone !== undefined && { timeZone }) })
  dateFormats.set(name, made)
  return made
}

function relativeFormat(language: Language, numeric: 'auto' | 'always'): Intl.RelativeTimeFormat {
  const name = `${language} ${numeric}`
  const known = relativeFormats.get(name)
  if (known) return known
  const made = new Intl.RelativeTimeFormat(language, { numeric })
  relativeFormats.set(name, made)
  return made
}

/** `at` as seen from `now`: "3 minutes ago", "in 2 years"; within a minute "now". */
export function relativeTime(at: number, now: number, language: Language): string {
  const distance = at - now
  const chosen = units.find(([, , from]) => Math.abs(distance) >= from)
  if (!chosen) return relativeFormat(language, 'auto').format(0, 'second')
  const [unit, millis] = chosen
  return relativeFormat(language, 'always').format(Math.trunc(distance / millis), unit)
}

/** In the browser's zone, to the second, with its name: what a person compares with the clock on the wall. */
export function exactTime(at: number, language: Language, timeZone?: string): string {
  const options = { dateStyle: 'medium', timeStyle: 'long', hourCycle: 'h23' } as const
  return dateFormat(language, options, timeZone).format(at)
}

/** The day alone, in the browser's zone. */
export function dayOf(at: number, language: Language, timeZone?: string): string {
  return dateFormat(language, { dateStyle: 'medium' }, timeZone).format(at)
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
  const format = (options: Intl.DateTimeFormatOptions) => dateFormat(language, options, timeZone)
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
  const day = format({ month: 'short', day: 'numeric' })
  let before: { readonly year: string; readonly day: string } | undefined
  return marks.map((mark) => {
    const at = { year: year.format(mark), day: day.format(mark) }
    const label = upper.format(mark)
    const newYear = at.year !== before?.year
    const newDay = newYear || at.day !== before?.day
    before = at
    if (step >= DAY) return newYear ? `${label}\n${at.year}` : label
    return newDay ? `${label}\n${newYear ? dayOf(mark, language, timeZone) : at.day}` : label
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
