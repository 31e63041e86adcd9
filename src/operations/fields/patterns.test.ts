import { expect, test } from 'vitest'
import { ruleInChinese } from '../../base/rules-zh.ts'
import { operations } from '../all.ts'

interface Schema {
  readonly [keyword: string]: unknown
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null

/** Every schema within `value` that has a pattern, those that only the API document shows among them. */
function withPattern(value: unknown): readonly Schema[] {
  if (!isSchema(value)) return []
  const inner = Object.values(value).flatMap(withPattern)
  return typeof value.pattern === 'string' ? [value, ...inner] : inner
}

const asked = operations.flatMap(({ params, query, body }) => [params, query, body].flatMap(withPattern))

test('a pattern that a request must fit is told in words, never as a regular expression', () => {
  const wordless = asked.filter((schema) => !schema['x-rule'] && !schema['x-refusal'])

  expect(asked.length).toBeGreaterThan(10)
  expect(wordless).toEqual([])
})

test('each of these rules has its Chinese', () => {
  const rules = new Set(asked.flatMap((schema) => (schema['x-rule'] as string | undefined) ?? []))

  const english = [...rules].filter((rule) => !/\p{Script=Han}/u.test(ruleInChinese(rule)))

  expect(english).toEqual([])
})
