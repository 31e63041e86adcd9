import { parseWireTime } from '../../../lib/time.ts'
import type { ModelProperty } from '../device.ts'

/** A parameter or a property that a form asks for: its name, and what its product model says of its values. */
export interface ValueRule {
  readonly name: string
  readonly data_type: ModelProperty['data_type']
  readonly required?: boolean
  readonly enum_list?: readonly string[]
  /** Decimal text. */
  readonly min?: string
  readonly max?: string
  readonly max_length?: number
  readonly step?: number
  readonly unit?: string
  readonly description?: string
}

/** Properties that a device may be asked to take on, in the order of the model. */
export const writableRules = (properties: readonly ModelProperty[] = []): readonly ValueRule[] =>
  properties
    .filter(({ method }) => method.includes('W'))
    .map(
      ({
        property_name: name,
        method: _method,
        default_value: _default,
        // What a report must have, a request to set need not.
        required: _required,
        ...rule
      }) => ({ name, ...rule }),
    )

/** Why a text is no value of its rule; names of texts in `downlinks.faults`. */
export type ValueFault =
  | { readonly kind: 'required' | 'whole' | 'decimal' | 'exact' | 'dateTime' | 'object' }
  | { readonly kind: 'below' | 'above' | 'step' | 'long'; readonly bound: string }

export type ReadValue =
  | { readonly kind: 'value'; readonly value: unknown }
  /** Nothing was entered, and nothing has to be. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'fault'; readonly fault: ValueFault }

const value = (of: unknown): ReadValue => ({ kind: 'value', value: of })
const fault = (of: ValueFault): ReadValue => ({ kind: 'fault', fault: of })

/** What stands in a field as a value of its rule, by the platform's own checks (device protocol §4.2). */
export function readValue(rule: ValueRule, text: string): ReadValue {
  const written = rule.data_type === 'string' ? text : text.trim()
  if (written === '') return rule.required ? fault({ kind: 'required' }) : { kind: 'absent' }
  switch (rule.data_type) {
    case 'int':
    case 'long':
      return /^[+-]?\d+$/.test(written) ? readNumber(rule, written) : fault({ kind: 'whole' })
    case 'decimal':
      return /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(written)
        ? readNumber(rule, written)
        : fault({ kind: 'decimal' })
    case 'boolean':
      return value(written === 'true')
    case 'enum':
      return value(written)
    case 'DateTime':
      return parseWireTime(written) === undefined ? fault({ kind: 'dateTime' }) : value(written)
    case 'jsonObject': {
      const object = parseObject(written)
      return object ? value(object) : fault({ kind: 'object' })
    }
    case 'string list':
      return value(written.split('\n').filter((line) => line !== ''))
    case 'string':
      return readText(rule, written)
  }
}

function readNumber({ data_type: type, min, max, step }: ValueRule, text: string): ReadValue {
  const number = Number(text)
  // Beyond 2^53 the number would be sent changed, and the platform refuses it.
  if (type === 'decimal' ? !Number.isFinite(number) : !Number.isSafeInteger(number))
    return fault({ kind: 'exact' })
  const lowest = boundOf(min)
  const highest = boundOf(max)
  if (lowest !== undefined && number < lowest) return fault({ kind: 'below', bound: String(min) })
  if (highest !== undefined && number > highest) return fault({ kind: 'above', bound: String(max) })
  if (step !== undefined && step > 0 && !isOnStep(number, lowest ?? 0, step))
    return fault({ kind: 'step', bound: String(step) })
  return value(number)
}

const boundOf = (text: string | undefined): number | undefined => {
  const bound = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(bound) ? bound : undefined
}

/** With room for the dust of binary fractions, as the platform has it. */
function isOnStep(number: number, from: number, step: number): boolean {
  const steps = (number - from) / step
  const blur = (Number.EPSILON * (Math.abs(number) + Math.abs(from))) / step
  return Math.abs(steps - Math.round(steps)) <= 1e-9 * Math.max(1, Math.abs(steps)) + blur
}

function readText({ max_length: most = 0 }: ValueRule, text: string): ReadValue {
  // oxlint-disable-next-line typescript/no-misused-spread -- the platform counts code points
  return most > 0 && [...text].length > most ? fault({ kind: 'long', bound: String(most) }) : value(text)
}

/** A JSON object; undefined for anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** Values as they stand in a form: a text a field, or all of them as one JSON object. */
export interface Draft {
  readonly fields: ReadonlyMap<string, string>
  /** Undefined: the fields count. */
  readonly json: string | undefined
}

export const newDraft: Draft = { fields: new Map(), json: undefined }

/** Undefined while a field, or the JSON, is at fault. */
export function readDraft(
  rules: readonly ValueRule[],
  { fields, json }: Draft,
): Readonly<Record<string, unknown>> | undefined {
  if (json !== undefined) return json.trim() === '' ? {} : parseObject(json)
  const read = rules.map((rule) => [rule.name, readValue(rule, fields.get(rule.name) ?? '')] as const)
  if (read.some(([, { kind }]) => kind === 'fault')) return undefined
  return valuesAmong(read)
}

const valuesAmong = (read: readonly (readonly [string, ReadValue])[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(read.flatMap(([name, one]) => (one.kind === 'value' ? [[name, one.value]] : [])))

/** The same values as JSON to be written on; what is at fault in a field is left out. */
export const asJson = (rules: readonly ValueRule[], { fields }: Draft): Draft => ({
  fields,
  json: JSON.stringify(
    valuesAmong(rules.map((rule) => [rule.name, readValue(rule, fields.get(rule.name) ?? '')])),
    undefined,
    2,
  ),
})

/** Back to the fields, with what the JSON says where it can be read. */
export function asFields(rules: readonly ValueRule[], { fields, json }: Draft): Draft {
  const object = parseObject(json ?? '')
  if (!object) return { fields, json: undefined }
  const texts = rules.flatMap(({ name, data_type: type }) =>
    Object.hasOwn(object, name) ? [[name, fieldText(type, object[name])] as const] : [],
  )
  return { fields: new Map(texts), json: undefined }
}

function fieldText(type: ValueRule['data_type'], of: unknown): string {
  if (typeof of === 'string') return of
  if (type === 'string list' && Array.isArray(of)) return of.join('\n')
  return of === null ? '' : JSON.stringify(of)
}
