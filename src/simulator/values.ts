import { formatBasic, type Instant } from '../base/instant.ts'
import type { JsonValue } from '../base/json.ts'
import { type CheckValue, compileRule, parseDecimal } from '../domain/product-model/check-value.ts'
import type { ValueRule } from '../domain/product-model/product-model.ts'
import { bell, pick, type Random } from './random.ts'

/*
 * Values that look like a device's: numbers walk within their range, a step at a time, and are drawn back to its
 * middle; switches stay as they are for a while; texts come from a few words. Each candidate is put to the very check
 * that the platform judges reports with, so nothing that leaves here can be refused by the model it was made for.
 */

/** The next value of one property of one device. */
export type ValueSource = (now: Instant) => JsonValue

/**
 * Makes a source for each device; undefined when no fitting value is found, as for an int between 0.2 and 0.8. Once one
 * was, every device has a source.
 */
export type ValuePlan = (random: Random) => ValueSource | undefined

/** First tries of a device, and tries for each next value before the last good one is sent again. */
const FIRST_TRIES = 64
const NEXT_TRIES = 4

/** What is the same for every device of a product, worked out once. */
export function planValues(rule: ValueRule): ValuePlan {
  const check = compileRule(rule)
  const propose = proposals(rule)
  /** Where few values fit, some devices find none by themselves, and begin with the one that was found first. */
  let known: JsonValue | undefined
  return (random) => {
    const candidate = propose(random)
    let last = firstFit(candidate, check, FIRST_TRIES, 0) ?? known
    if (last === undefined) return undefined
    known ??= last
    return (now) => {
      last = firstFit(candidate, check, NEXT_TRIES, now) ?? last
      return last as JsonValue
    }
  }
}

function firstFit(
  candidate: ValueSource,
  check: CheckValue,
  tries: number,
  now: Instant,
): JsonValue | undefined {
  for (let left = tries; left > 0; left--) {
    const value = candidate(now)
    if (check(value) === undefined) return value
  }
  return undefined
}

const WORDS = ['ready', 'ok', 'north gate', 'line 2', 'calibrated', 'v2.4.1', 'shift B', 'idle', '正常']

function proposals(rule: ValueRule): (random: Random) => ValueSource {
  switch (rule.dataType) {
    case 'int':
    case 'long':
    case 'decimal': {
      const fit = fitNumber(rule)
      return (random) => walk(random, fit)
    }
    case 'boolean':
      return (random) => seldom(random, [true, false])
    case 'enum':
      return (random) => seldom(random, rule.enumList?.length ? rule.enumList : ['on', 'off'])
    case 'string':
      return (random) =>
        seldom(
          random,
          WORDS.map((word) => cut(word, rule.maxLength)),
        )
    case 'string list':
      return (random) => () => [pick(WORDS, random), pick(WORDS, random)].slice(random() < 0.5 ? 0 : 1)
    case 'DateTime':
      return () => (now) => formatBasic(now)
    case 'jsonObject':
      return (random) => {
        const level = walk(random, (place) => Math.round(place * 100))
        return (now) => ({ level: level(now), state: pick(WORDS, random) })
      }
  }
}

/** Stays where it is nineteen times of twenty. */
function seldom<T extends JsonValue>(random: Random, values: readonly T[]): ValueSource {
  let value = pick(values, random)
  return () => {
    if (random() < 0.05) value = pick(values, random)
    return value
  }
}

/** A place between 0 and 1 that wanders, made a value by `fit`. */
function walk(random: Random, fit: (place: number) => number): ValueSource {
  let place = 0.2 + 0.6 * random()
  return () => {
    place += 0.02 * bell(random) - 0.01 * (place - 0.5)
    // What would leave the range is thrown back from its end.
    place = Math.abs(place)
    if (place > 1) place = 2 - place
    return fit(place)
  }
}

/** So far out that the width of a range is still a number. */
const FAR = 1e300

/** From a place between 0 and 1 to a number of the rule's range, on its steps, with no more digits than it needs. */
function fitNumber({ dataType, min, max, step }: ValueRule): (place: number) => number {
  const isWhole = dataType !== 'decimal'
  const stride = step !== undefined && step > 0 ? step : undefined
  const far = isWhole ? Number.MAX_SAFE_INTEGER : FAR
  const [from, to] = rangeOf(parseDecimal(min), parseDecimal(max), stride).map((end) =>
    Math.max(-far, Math.min(far, end)),
  ) as [number, number]
  const raw = (place: number): number => from + place * (to - from)
  if (stride !== undefined) {
    const base = parseDecimal(min) ?? 0
    const digits = Math.min(20, decimalsOf(stride) + decimalsOf(base))
    const most = Math.floor((to - base) / stride + 1e-9)
    return (place) => {
      const count = Math.min(most, Math.max(0, Math.round((raw(place) - base) / stride)))
      const value = Number((base + count * stride).toFixed(digits))
      return isWhole ? nearestWhole(value, stride, to) : value
    }
  }
  if (isWhole) return (place) => Math.min(Math.floor(to), Math.max(Math.ceil(from), Math.round(raw(place))))
  // A thousand places in the range are enough to see it move.
  const digits = Math.min(15, Math.max(0, Math.ceil(-Math.log10((to - from) / 1000))))
  return (place) => {
    const value = Number(raw(place).toFixed(Number.isFinite(digits) ? digits : 15))
    return Math.min(to, Math.max(from, value))
  }
}

/** Of steps that are no whole numbers only some lie on one: the next above, when it is near. */
function nearestWhole(value: number, stride: number, to: number): number {
  for (let tries = 0, near = value; tries < 100 && near <= to; tries++, near = value + tries * stride)
    if (Math.abs(near - Math.round(near)) < 1e-9) return Math.round(near)
  return value
}

/** Where a side is open, a hundred (or as many steps) from the other one, or from 0. */
function rangeOf(
  lowest: number | undefined,
  highest: number | undefined,
  stride = 1,
): readonly [number, number] {
  const width = 100 * stride
  const from = lowest ?? (highest === undefined ? 0 : highest - width)
  return [from, highest ?? from + width]
}

function decimalsOf(number: number): number {
  const [, digits = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(number)) ?? []
  return Math.max(0, digits.length - Number(exponent))
}

/** Characters are code points, as the check counts them. */
function cut(text: string, maxLength: number | undefined): string {
  if (maxLength === undefined || maxLength <= 0) return text
  return Array.from(text).slice(0, maxLength).join('')
}
