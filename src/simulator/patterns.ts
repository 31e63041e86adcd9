import type { Instant } from '../base/instant.ts'

/** How the load moves: a factor of the rate that was asked for, at a moment. Never below 0. */
export type Pattern = (at: Instant, startedAt: Instant) => number

const MINUTE = 60_000

/**
 * - `steady`: always the rate.
 * - `wave`: between a fifth and nine fifths of it, up and down once in two minutes; on average the rate.
 * - `burst`: half of it, and five and a half times it in the last six seconds of every minute; on average the rate.
 * - `night`: by the clock of this machine: all of it from 8 to 20 o'clock, a tenth of it from 22 to 6, between them
 *   in between.
 */
export const patterns = {
  steady: () => 1,
  wave: (at, startedAt) => 1 + 0.8 * Math.sin(((at - startedAt) / (2 * MINUTE)) * 2 * Math.PI),
  burst: (at, startedAt) => ((at - startedAt) % MINUTE < 54_000 ? 0.5 : 5.5),
  night: (at) => byHour(localHour(at)),
} as const satisfies Readonly<Record<string, Pattern>>

export type PatternName = keyof typeof patterns

export const isPatternName = (name: string): name is PatternName => Object.hasOwn(patterns, name)

function byHour(hour: number): number {
  if (hour < 6 || hour >= 22) return 0.1
  if (hour < 8) return 0.1 + (0.9 * (hour - 6)) / 2
  if (hour < 20) return 1
  return 1 - (0.9 * (hour - 20)) / 2
}

function localHour(at: Instant): number {
  const date = new Date(at)
  return date.getHours() + date.getMinutes() / 60
}
