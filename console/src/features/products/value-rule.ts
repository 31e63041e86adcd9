import type { DataType, ValueRule } from './model.ts'

/** A rule of a value as it stands in a form: every field a text, whatever has been typed so far. */
export interface RuleDraft {
  readonly dataType: DataType
  readonly min: string
  readonly max: string
  readonly step: string
  readonly unit: string
  readonly maxLength: string
  /** A value a line. */
  readonly enumText: string
  readonly required: boolean
  readonly description: string
}

export const newRule: RuleDraft = {
  dataType: 'int',
  min: '',
  max: '',
  step: '',
  unit: '',
  maxLength: '',
  enumText: '',
  required: false,
  description: '',
}

export const ruleDraftOf = (rule: ValueRule): RuleDraft => ({
  dataType: rule.data_type,
  min: rule.min ?? '',
  max: rule.max ?? '',
  step: rule.step === undefined ? '' : String(rule.step),
  unit: rule.unit ?? '',
  maxLength: rule.max_length === undefined ? '' : String(rule.max_length),
  enumText: (rule.enum_list ?? []).join('\n'),
  required: rule.required ?? false,
  description: rule.description ?? '',
})

/** Which bounds a type knows; the others are neither asked for nor saved. */
export const isNumber = (type: DataType): boolean => type === 'int' || type === 'long' || type === 'decimal'

/** To the wire; of the fields only those that the type knows. Only for a draft without {@link ruleFaults}. */
export function ruleOf(draft: RuleDraft): ValueRule {
  const { dataType, required } = draft
  const text = <N extends string>(name: N, value: string) =>
    value.trim() === '' ? {} : ({ [name]: value.trim() } as Record<N, string>)
  const number = <N extends string>(name: N, value: string) =>
    value.trim() === '' ? {} : ({ [name]: Number(value) } as Record<N, number>)
  return {
    data_type: dataType,
    required,
    ...(isNumber(dataType) && {
      ...text('min', draft.min),
      ...text('max', draft.max),
      ...number('step', draft.step),
    }),
    ...text('unit', draft.unit),
    ...(dataType === 'string' && number('max_length', draft.maxLength)),
    ...(dataType === 'enum' && { enum_list: enumValues(draft.enumText) }),
    ...text('description', draft.description),
  }
}

/** The lines that hold something, each once. */
export const enumValues = (text: string): readonly string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
]

/** Names of texts in `model.faults`. */
export type RuleFault = 'decimal' | 'whole' | 'order' | 'step' | 'length' | 'enum'
export interface RuleFaults {
  readonly min?: RuleFault
  readonly step?: RuleFault
  readonly max_length?: RuleFault
  readonly enum_list?: RuleFault
}

/** What is wrong with a draft, by the wire name of the field; nothing when all is well (northbound §4.2). */
export function ruleFaults({ dataType, min, max, step, maxLength, enumText }: RuleDraft): RuleFaults {
  if (isNumber(dataType)) {
    const range = rangeFault(dataType, min.trim(), max.trim())
    return {
      ...(range && { min: range }),
      ...(step.trim() !== '' && !(Number(step) > 0) && { step: 'step' }),
    }
  }
  if (dataType === 'string' && !/^\d{0,9}$/.test(maxLength.trim())) return { max_length: 'length' }
  if (dataType === 'enum' && enumValues(enumText).length === 0) return { enum_list: 'enum' }
  return {}
}

function rangeFault(dataType: DataType, min: string, max: string): RuleFault | undefined {
  const isWhole = dataType !== 'decimal'
  const form = isWhole ? /^-?\d+$/ : /^-?\d+(\.\d+)?$/
  if ([min, max].some((bound) => bound !== '' && !form.test(bound))) return isWhole ? 'whole' : 'decimal'
  if (min === '' || max === '') return undefined
  // Bounds of a Long keep their digits; a double would round them.
  const isAbove = isWhole ? BigInt(min) > BigInt(max) : Number(min) > Number(max)
  return isAbove ? 'order' : undefined
}
