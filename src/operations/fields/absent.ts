import type { TSchema } from 'typebox'

/** As much of a JSON Schema as our TypeBox schemas use. */
interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
}

/**
 * Makes absent what counts as absent (northbound §2.1): members that are null, unless the schema allows null by
 * name, and empty strings of members that are strings and optional; and takes away members that the schema does not
 * name, and `__proto__`. Free JSON (a schema that says nothing) is left as it is, its nulls included.
 */
export function withoutAbsent(schema: TSchema, value: unknown): unknown {
  return prune(schema, value)
}

function prune(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = branchFor(schema, 'array') ?? {}
    return items ? value.map((item) => prune(items, item)) : value
  }
  if (typeof value !== 'object' || value === null) return value
  const object = branchFor(schema, 'object')
  if (!object) return value
  // Object.fromEntries defines own members, whatever their names, and touches no prototype.
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const known = memberSchema(object, name)
      if (!known || name === '__proto__') return []
      const isOptional = !object.required?.includes(name)
      if (member === null && !isFree(known.schema, known.named) && !allows(known.schema, 'null')) return []
      if (member === '' && isOptional && known.named && allows(known.schema, 'string')) return []
      return [[name, prune(known.schema, member)]]
    }),
  )
}

/** The schema of a member; `named`: the schema names it, rather than allowing it among others. */
function memberSchema(object: Schema, name: string): { schema: Schema; named: boolean } | undefined {
  for (const one of [object, ...(object.allOf ?? [])]) {
    const { properties = {}, patternProperties, additionalProperties } = one
    if (Object.hasOwn(properties, name)) return { schema: properties[name] ?? {}, named: true }
    const pattern = Object.entries(patternProperties ?? {}).find(([text]) => new RegExp(text, 'u').test(name))
    if (pattern) return { schema: pattern[1], named: false }
    if (typeof additionalProperties === 'object') return { schema: additionalProperties, named: false }
  }
  return isFree(object, false) ? { schema: {}, named: false } : undefined
}

/** Says nothing of what it is. A member that is named keeps its meaning: its null is absent all the same. */
const isFree = (schema: Schema, named: boolean): boolean =>
  !named &&
  (['type', 'properties', 'patternProperties', 'anyOf', 'allOf', 'enum', 'const'] as const).every(
    (keyword) => schema[keyword] === undefined,
  )

/** The branch of the schema that speaks of values of this type: itself, or one of its alternatives. */
function branchFor(schema: Schema, type: 'array' | 'object'): Schema | undefined {
  const branches = schema.anyOf ?? [schema]
  return branches.find((branch) => branch.type === type || (type === 'object' && branch.allOf !== undefined))
}

function allows(schema: Schema, type: 'null' | 'string'): boolean {
  const is = (value: unknown) => (type === 'null' ? value === null : typeof value === 'string')
  if (schema.anyOf) return schema.anyOf.some((branch) => allows(branch, type))
  if (schema.enum) return schema.enum.some(is)
  return schema.type === type || ('const' in schema && is(schema.const))
}
