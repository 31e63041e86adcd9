import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { Refusal } from '../../base/refusal.ts'
import { withoutAbsent } from './absent.ts'

/** Compiled on first use: 190 operations would cost the start half a second, and most are seldom called. */
const validators = new WeakMap<TSchema, Validator>()

function validatorOf(schema: TSchema): Validator {
  const known = validators.get(schema)
  if (known) return known
  const compiled = Compile(schema) as Validator
  validators.set(schema, compiled)
  return compiled
}

/** Whether the value is what the schema says; it is not changed. */
export const matches = (schema: TSchema, value: unknown): boolean => validatorOf(schema).Check(value)

/** Path parameters or a query: text becomes what the schema says it is. Refusals as {@link validateBody}. */
export function validateText(
  schema: TSchema | undefined,
  values: Readonly<Record<string, string>>,
): Record<string, unknown> {
  if (!schema) return {}
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> }
  const typed = Object.entries(values).map(([name, text]) => [
    name,
    Object.hasOwn(properties, name) ? typedText(properties[name]?.type, text) : text,
  ])
  return validate(schema, Object.fromEntries(typed), 'query') as Record<string, unknown>
}

/**
 * Booleans come as `true` and `false`, numbers as decimal text (northbound §2.1); no text at all is absent. The rest is
 * for validation to refuse.
 */
function typedText(type: string | undefined, text: string): unknown {
  if (text === '' && type !== 'string') return null
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (type === 'number' && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text)
  return text
}

/**
 * The body without what counts as absent, when it fits the schema. Throws `invalid-input` with the field and the
 * rule that it breaks, or the refusal that the field's schema names (`x-refusal`).
 */
export function validateBody(schema: TSchema, body: unknown, whole = 'body'): unknown {
  return validate(schema, body ?? {}, whole)
}

function validate(schema: TSchema, value: unknown, whole: string): unknown {
  const input = withoutAbsent(schema, value)
  const validator = validatorOf(schema)
  if (validator.Check(input)) return input
  throw refusalOf(schema, validator.Errors(input), whole)
}

type SchemaError = ReturnType<Validator['Errors']>[number]

function refusalOf(schema: TSchema, errors: readonly SchemaError[], whole: string): Refusal {
  const [first] = errors
  if (!first) throw new Error('a value that does not fit its schema has no error')
  // Of alternatives each has its error; the one about all of them, which follows, says more.
  const error =
    errors.find(({ keyword, instancePath }) => keyword === 'anyOf' && instancePath === first.instancePath) ??
    first
  const failed = at(schema, error.schemaPath)
  const named = namedRefusal(failed)
  if (named) return named
  const missing = error.keyword === 'required' ? error.params.requiredProperties[0] : undefined
  return new Refusal('invalid-input', {
    field: fieldName(error.instancePath, missing) || whole,
    rule: ruleOf(error, failed, first),
  })
}

interface FailedSchema {
  readonly 'x-refusal'?: string
  /** What `pattern` asks for, in words. */
  readonly 'x-rule'?: string
  readonly maximum?: number
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly { readonly const?: unknown }[]
}

function namedRefusal({ 'x-refusal': name, maximum = 0 }: FailedSchema): Refusal | undefined {
  if (name === 'invalid-limit') return new Refusal('invalid-limit', { max: maximum })
  if (name === 'invalid-offset' || name === 'invalid-marker') return new Refusal(name)
  return undefined
}

/** The schema that a pointer like `#/properties/limit` leads to. */
function at(schema: TSchema, pointer: string): FailedSchema {
  return (
    (pointer
      .split('/')
      .slice(1)
      .map(unescapePointer)
      .reduce<unknown>(
        (inner, key) =>
          typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
        schema,
      ) as FailedSchema) ?? {}
  )
}

/** `/services/0/properties` and `unit` become `services[0].properties.unit`. */
function fieldName(instancePath: string, missing: string | undefined): string {
  const path = instancePath.split('/').slice(1).map(unescapePointer)
  return [...path, ...(missing === undefined ? [] : [missing])]
    .map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('')
    .slice(0, 256)
}

const unescapePointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~')

/** The rule in words that a caller can act on. */
function ruleOf(error: SchemaError, failed: FailedSchema, first: SchemaError): string {
  switch (error.keyword) {
    case 'required':
      return 'is required'
    case 'type':
      return `must be ${[error.params.type].flat().map(typeName).join(' or ')}`
    case 'minLength':
      return error.params.limit === 1
        ? 'must not be empty'
        : `must have at least ${error.params.limit} characters`
    case 'maxLength':
      return `must have at most ${error.params.limit} characters`
    case 'minItems':
      return `must have at least ${error.params.limit} entries`
    case 'maxItems':
      return `must have at most ${error.params.limit} entries`
    case 'minimum':
      return `must be at least ${error.params.limit}`
    case 'maximum':
      return `must be at most ${error.params.limit}`
    case 'multipleOf':
      return `must be a multiple of ${error.params.multipleOf}`
    case 'pattern':
      return failed['x-rule'] ?? `must match ${String(error.params.pattern)}`
    case 'enum':
      return oneOf(error.params.allowedValues)
    case 'const':
      return oneOf([error.params.allowedValue])
    case 'anyOf': {
      const choices = (failed.anyOf ?? []).flatMap((branch) => ('const' in branch ? [branch.const] : []))
      return choices.length > 0 ? oneOf(choices) : ruleOf(first, failed, { ...first, keyword: 'not' })
    }
    default:
      return error.message
  }
}

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? `must be ${String(values[0])}` : `must be one of ${values.map(String).join(', ')}`

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}
const typeName = (type: string): string => typeNames[type] ?? type
