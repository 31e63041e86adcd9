import { expect, test } from 'vitest'
import { type ShadowService, shadowRows } from './shadow.ts'

const aShadow = (desired: object, reported: object): ShadowService => ({
  service_id: 'Lamp',
  version: 3,
  desired: { properties: { ...desired }, event_time: '20261122T120000Z' },
  reported: { properties: { ...reported }, event_time: '20261122T120000Z' },
})

test('what differs stands first and is marked; what one side alone has is no difference', () => {
  const rows = shadowRows(aShadow({ a: 1, on: true, z: 1 }, { a: 1, on: false, b: 2 }))

  expect(rows.map(({ property, differs }) => [property, differs])).toEqual([
    ['on', true],
    ['a', false],
    ['b', false],
    ['z', false],
  ])
})

test('values are compared by what they say, not by the order of their members', () => {
  const differing = (one: unknown, other: unknown) =>
    shadowRows(aShadow({ p: one }, { p: other }))[0]?.differs

  expect(differing({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(false)
  expect(differing({ a: 1 }, { a: 1, b: 2 })).toBe(true)
  expect(differing([1, 2], [2, 1])).toBe(true)
  expect(differing('1', 1)).toBe(true)
  expect(differing(null, {})).toBe(true)
})

test('a service of which one side is missing has the rows of the other', () => {
  expect(shadowRows({ service_id: 'Lamp', version: 0 })).toEqual([])
})
