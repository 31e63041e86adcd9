import { expect, test } from 'vitest'
import { createSharedValues } from './shared-values.ts'

test('equal values are one, and stay what they were', () => {
  const shared = createSharedValues()
  const first = { name: 'keep-alive', seen: { seconds: 120 } }

  expect(shared(first)).toBe(first)
  expect(shared({ name: 'keep-alive', seen: { seconds: 120 } })).toBe(first)
  expect(shared({ name: 'keep-alive', seen: { seconds: 121 } })).toEqual({
    name: 'keep-alive',
    seen: { seconds: 121 },
  })
  expect(shared('text')).toBe('text')
  expect(shared(undefined)).toBe(undefined)
})
