import { parseBasic, parseExtended } from '../../base/instant.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import type { ReportCode } from '../verdict/report-codes.ts'
import type { ServiceModel, ValueRule } from './product-model.ts'

/** Which rule a value breaks, as data: `{ code: 'value-above-max', rule: { max: '100' } }`. Keys are wire names. */
export interface ValueRefusal {
  readonly code: ReportCode
  readonly rule: JsonObject
}

/** Undefined: the value fits. Never throws. */
export interface CheckValue {
  (value: JsonValue): ValueRefusal | undefined
  /** Of a check that only numbers pass: exactly those that this lets through, without an object for each. */
  readonly range?: NumberRange
}

/** `step` 0: none. */
export interface NumberRange {
  readonly lowest: number
  readonly highest: number
  readonly isWhole: boolean
  readonly step: number
  readonly stepFrom: number
}

/** A product model made ready for reports: by service id, then by property name. Maps, so no name can reach a prototype. */
export type CompiledModel = ReadonlyMap<string, ReadonlyMap<string, CheckValue>>

/** Done once per product model and thread, not per report. */
export function compileModel(services: readonly ServiceModel[]): CompiledModel {
  return new Map(
    services.map(({ serviceId, properties }) => [
      serviceId,
      new Map(properties.map((property) => [property.name, compileRule(property)])),
    ]),
  )
}

/** One value against one rule; compile the rule instead when it is used again. */
export function checkValue(rule: ValueRule, value: JsonValue): ValueRefusal | undefined {
  return compileRule(rule)(value)
}

/**
 * The check of one property or parameter (device protocol §4.2). Text that holds a number stays text. A `min`,
 * `max`, `step` or `max_length` that cannot bound anything (not a decimal number, not above 0) is passed over:
 * models in the field carry `"step": 0` and `"max_length": 0` for "none".
 */
export function compileRule(rule: ValueRule): CheckValue {
  switch (rule.dataType) {
    case 'int':
    case 'long':
      return inRangeOr(rangeOf(rule, true), inOrder(isInteger(rule.dataType), ...numberBounds(rule)))
    case 'decimal':
      return inRangeOr(rangeOf(rule, false), inOrder(isDecimal, ...numberBounds(rule)))
    case 'boolean':
      return ofType('boolean', (value) => typeof value === 'boolean' || value === 0 || value === 1)
    case 'DateTime':
      return ofType('DateTime', (value) => typeof value === 'string' && isDateTime(value))
    case 'jsonObject':
      return ofType('jsonObject', (value) => isObject(typeof value === 'string' ? parseJson(value) : value))
    case 'enum':
      return inOrder(isText('enum'), ...enumBound(rule))
    case 'string':
      return inOrder(isText('string'), ...lengthBound(rule))
    case 'string list':
      return ofType(
        'string list',
        (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
      )
  }
}

/** The first refusal decides. */
function inOrder(...checks: readonly CheckValue[]): CheckValue {
  return (value) => {
    for (const check of checks) {
      const refusal = check(value)
      if (refusal) return refusal
    }
    return undefined
  }
}

/** `why` tells what is wrong with a number, step by step; nearly every one fits, which is seen in one go. */
function inRangeOr(range: NumberRange, why: CheckValue): CheckValue {
  const check = (value: JsonValue) =>
    typeof value === 'number' && isInRange(range, value) ? undefined : why(value)
  return Object.assign(check, { range })
}

function rangeOf({ min, max, step = 0 }: ValueRule, isWhole: boolean): NumberRange {
  return {
    lowest: parseDecimal(min) ?? -Infinity,
    highest: parseDecimal(max) ?? Infinity,
    isWhole,
    step: Number.isFinite(step) && step > 0 ? step : 0,
    stepFrom: parseDecimal(min) ?? 0,
  }
}

/** NaN is in none. */
export function isInRange({ lowest, highest, isWhole, step, stepFrom }: NumberRange, value: number): boolean {
  return (
    value >= lowest &&
    value <= highest &&
    (isWhole ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
    (step === 0 || isOnStep(value, stepFrom, step))
  )
}

function ofType(dataType: ValueRule['dataType'], fits: (value: JsonValue) => boolean): CheckValue {
  const refusal: ValueRefusal = { code: 'value-type-wrong', rule: { data_type: dataType } }
  return (value) => (fits(value) ? undefined : refusal)
}

const isText = (dataType: 'string' | 'enum'): CheckValue =>
  ofType(dataType, (value) => typeof value === 'string')

// Beyond 2^53 a number may already have been rounded while it was read: refused, never stored changed (safety S11).
const notExact = (dataType: ValueRule['dataType']): ValueRefusal => ({
  code: 'number-not-exact',
  rule: { data_type: dataType },
})

function isInteger(dataType: 'int' | 'long'): CheckValue {
  const type = ofType(
    dataType,
    (value) => typeof value === 'number' && (Number.isInteger(value) || !Number.isFinite(value)),
  )
  return (value) => type(value) ?? (Number.isSafeInteger(value) ? undefined : notExact(dataType))
}

const isDecimal: CheckValue = inOrder(
  ofType('decimal', (value) => typeof value === 'number'),
  (value) => (Number.isFinite(value) ? undefined : notExact('decimal')),
)

function numberBounds({ min, max, step }: ValueRule): CheckValue[] {
  const checks: CheckValue[] = []
  const lowest = parseDecimal(min)
  const highest = parseDecimal(max)
  // Comparing as doubles is sound: rounding never swaps two numbers, so only a value that differs from its bound
  // by less than a double can tell apart could pass, and such a value has lost that difference already.
  if (lowest !== undefined)
    checks.push((value) =>
      (value as number) < lowest ? { code: 'value-below-min', rule: { min: min ?? '' } } : undefined,
    )
  if (highest !== undefined)
    checks.push((value) =>
      (value as number) > highest ? { code: 'value-above-max', rule: { max: max ?? '' } } : undefined,
    )
  if (step !== undefined && Number.isFinite(step) && step > 0)
    checks.push((value) =>
      isOnStep(value as number, lowest ?? 0, step) ? undefined : { code: 'value-off-step', rule: { step } },
    )
  return checks
}

/** Steps are counted from the minimum. 0.3 is three steps of 0.1, though 0.3 / 0.1 is 2.9999999999999996 in binary. */
function isOnStep(value: number, from: number, step: number): boolean {
  const steps = (value - from) / step
  // What binary numbers cannot tell apart is no fault of the device: 1024.000005 lies on a step of 1e-7 from 1024.
  const blur = (Number.EPSILON * (Math.abs(value) + Math.abs(from))) / step
  return Math.abs(steps - Math.round(steps)) <= 1e-9 * Math.max(1, Math.abs(steps)) + blur
}

/** A bound of a rule as a number; undefined for what bounds nothing. */
export function parseDecimal(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)
    ? Number(text)
    : undefined
}

function lengthBound({ maxLength }: ValueRule): CheckValue[] {
  if (maxLength === undefined || maxLength <= 0) return []
  const refusal: ValueRefusal = { code: 'value-too-long', rule: { max_length: maxLength } }
  return [(value) => (isLonger(value as string, maxLength) ? refusal : undefined)]
}

/** Characters are code points: a character outside the basic plane counts once. */
function isLonger(text: string, maxLength: number): boolean {
  // oxlint-disable-next-line typescript/no-misused-spread -- code points are what is counted
  return text.length > maxLength && [...text].length > maxLength
}

function enumBound({ enumList }: ValueRule): CheckValue[] {
  if (enumList === undefined || enumList.length === 0) return []
  const allowed = new Set(enumList)
  const refusal: ValueRefusal = { code: 'value-not-in-enum', rule: { enum_list: enumList } }
  return [(value) => (allowed.has(value as string) ? undefined : refusal)]
}

const isDateTime = (text: string): boolean => (parseBasic(text) ?? parseExtended(text)) !== undefined

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Only asked what it is, never kept: the value is stored as the text it came as. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
