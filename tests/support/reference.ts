import { readFileSync } from 'node:fs'
import { Compile } from 'typebox/schema'

/** The reference's description of its operations: the measure of our replies. */
const description = JSON.parse(
  readFileSync(new URL('../vectors/northbound-openapi.json', import.meta.url), 'utf8'),
) as { readonly paths: Record<string, Record<string, ReferenceOperation>> }

interface ReferenceOperation {
  readonly 'x-api-name': string
  readonly responses: Record<string, { readonly content?: { 'application/json'?: { schema: unknown } } }>
}

const operations = new Map(
  Object.values(description.paths).flatMap((methods) =>
    Object.values(methods).map((operation) => [operation['x-api-name'], operation] as const),
  ),
)

/**
 * What a reply has against the reference: wrong status, wrong type, a member it does not name. Empty when it fits.
 * `name` is the operation's, e.g. `ShowDevice`.
 */
export function differencesFromReference(name: string, status: number, body: unknown): readonly string[] {
  const answer = operations.get(name)?.responses[String(status)]
  if (!answer) return [`${name} does not answer ${status}`]
  const schema = answer.content?.['application/json']?.schema
  if (schema === undefined) return isEmpty(body) ? [] : [`${name} has no body with ${status}`]
  const [, errors] = Compile(closed(schema) as object).Errors(body)
  return errors.map(({ instancePath, message }) => `${name} ${instancePath}: ${message}`)
}

const isEmpty = (body: unknown): boolean => body === undefined || JSON.stringify(body) === '{}'

/** With references put in place, and members that an object does not name forbidden. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  if ('$ref' in schema) return closed(resolve(String(schema.$ref)))
  // A list of characters that ends in "etc." is none to hold anyone to.
  const isOpen = 'x-pattern-open' in schema
  const copy = Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) =>
      isOpen && key === 'pattern' ? [] : [[key, closed(value)]],
    ),
  )
  return 'properties' in copy && !('additionalProperties' in copy)
    ? { ...copy, additionalProperties: false }
    : copy
}

const resolve = (reference: string): unknown =>
  reference
    .split('/')
    .slice(1)
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], description)
