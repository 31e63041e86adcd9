import { expect, test } from 'vitest'
import { apiTypes } from './api-types.ts'

const documentOf = (reply: object): string =>
  JSON.stringify({
    paths: {
      '/things/{id}': {
        get: {
          summary: 'Show a thing',
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
            { name: 'full', in: 'query', description: 'All of it.', schema: { type: 'boolean' } },
          ],
          responses: { 200: { content: { 'application/json': { schema: reply } } }, 404: {} },
        },
        delete: { summary: 'Delete a thing', responses: { 204: {} } },
      },
    },
    components: { schemas: { Thing: { type: 'object', properties: { size: { type: 'integer' } } } } },
  })

test('an operation becomes a member with its parameters, its body and its reply', () => {
  const text = apiTypes(documentOf({ type: 'array', items: { $ref: '#/components/schemas/Thing' } }))

  expect(text).toContain('export type Thing = {\n  readonly size?: number\n}\n')
  expect(text).toContain(`  'GET /things/{id}': {
    readonly params: {
      readonly id: string
    }
    readonly query: {
      /** All of it. */
      readonly full?: boolean
    }
    readonly body: undefined
    readonly reply: readonly Thing[]
  }
`)
  expect(text).toContain(
    "'DELETE /things/{id}': {\n    readonly params: Readonly<Record<never, never>>\n    readonly query: Readonly<Record<never, never>>\n    readonly body: undefined\n    readonly reply: undefined\n",
  )
})

test('choices, constants, null and free objects keep their meaning', () => {
  const text = apiTypes(
    documentOf({
      type: 'array',
      items: {
        anyOf: [
          { const: 'on' },
          { enum: [1, 2] },
          { type: 'null' },
          { type: 'object', patternProperties: { '^.*$': {} } },
        ],
      },
    }),
  )

  expect(text).toContain(
    'readonly reply: readonly ("on" | 1 | 2 | null | Readonly<Record<string, unknown>>)[]',
  )
})

test('a schema of an unknown type stops the generator instead of becoming a guess', () => {
  expect(() => apiTypes(documentOf({ type: 'quaternion' }))).toThrow(/quaternion/)
})
