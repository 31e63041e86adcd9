/** A moment: milliseconds since 1970-01-01T00:00:00Z. It becomes text only in `api/` and `codec/`. */
export type Instant = number

/** The only source of "now". Injected, so that tests step time instead of sleeping. */
export interface Clock {
  now(): Instant
}

export const systemClock: Clock = { now: () => Date.now() }

/**
 * Milliseconds of a clock that never steps, from some start: for how long something takes or may take. The wall clock
 * jumps, by a day when somebody mends it.
 */
export type Elapsed = () => number

// The global is a getter, and this is asked for every packet that comes.
const { performance: steady } = globalThis

export const systemElapsed: Elapsed = () => steady.now()

/** `2015-12-12T12:12:12.000Z`: our own API, and the reference's millisecond fields (northbound §3.2). */
export function formatIso(instant: Instant): string {
  return new Date(instant).toISOString()
}

/** `20151212T121212Z`, seconds truncated: the reference's default time format (northbound §3.2). */
export function formatBasic(instant: Instant): string {
  return formatIso(instant)
    .replace(/[-:]/g, '')
    .replace(/\.\d{3}Z$/, 'Z')
}

const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
const EXTENDED = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})Z$/

/**
 * Parses `yyyyMMdd'T'HHmmss'Z'` with a calendar check; undefined for anything else, including
 * hour 24, second 60 and 30 February (device protocol §4.1, vectors E01–E22).
 */
export function parseBasic(text: string): Instant | undefined {
  return calendarInstant(BASIC.exec(text))
}

/** Parses `yyyy-MM-dd'T'HH:mm:ss.SSS'Z'`, exactly three digits of fraction; otherwise like {@link parseBasic}. */
export function parseExtended(text: string): Instant | undefined {
  return calendarInstant(EXTENDED.exec(text))
}

function calendarInstant(match: RegExpExecArray | null): Instant | undefined {
  if (!match) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milli = 0] = match
    .slice(1)
    .map(Number)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second, milli)
  const same =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second
  return same ? date.getTime() : undefined
}
