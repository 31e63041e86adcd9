import Type from 'typebox'
import { expect, test } from 'vitest'
import { withoutAbsent } from './absent.ts'

const Unit = Type.Object({ name: Type.String(), unit: Type.Optional(Type.String()) })
const Body = Type.Object({
  id: Type.String(),
  note: Type.Optional(Type.String()),
  kind: Type.Optional(Type.Union([Type.Literal('a'), Type.Literal('b')])),
  count: Type.Optional(Type.Integer()),
  parent: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  any: Type.Optional(Type.Unknown()),
  units: Type.Optional(Type.Array(Unit)),
  info: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  texts: Type.Optional(Type.Record(Type.String(), Type.String())),
})

test('null members are absent, also inside lists of objects, whatever their type', () => {
  const body = { id: 'x', note: null, count: null, any: null, units: [{ name: 'n', unit: null }] }

  expect(withoutAbsent(Body, body)).toEqual({ id: 'x', units: [{ name: 'n' }] })
})

test('null stays where the schema allows it by name', () => {
  expect(withoutAbsent(Body, { id: 'x', parent: null })).toEqual({ id: 'x', parent: null })
})

test('a required null is absent, so that validation names what is missing', () => {
  expect(withoutAbsent(Body, { id: null })).toEqual({})
})

test('empty strings are absent where a string is optional, and stay where it is required', () => {
  expect(withoutAbsent(Body, { id: '', note: '', kind: '', count: '' })).toEqual({ id: '', count: '' })
})

test('free JSON is left as it is, nulls and empty strings included', () => {
  const info = { a: null, b: '', c: { d: null }, e: [null] }

  expect(withoutAbsent(Body, { id: 'x', info, any: { f: null } })).toEqual({
    id: 'x',
    info,
    any: { f: null },
  })
})

test('members of a map of strings: null is absent, the empty string is a value', () => {
  expect(withoutAbsent(Body, { id: 'x', texts: { a: null, b: '' } })).toEqual({ id: 'x', texts: { b: '' } })
})

test('unknown members go away', () => {
  expect(withoutAbsent(Body, { id: 'x', other: 1 })).toEqual({ id: 'x' })
})

test('prototype names are harmless (threat 8)', () => {
  const hostile = JSON.parse(
    '{"id":"x","__proto__":{"admin":true},"constructor":{"prototype":1},"info":{"__proto__":{"a":1}}}',
  )

  const kept = withoutAbsent(Body, hostile) as { info: object }

  expect(Object.keys(kept)).toEqual(['id', 'info'])
  expect(Object.keys(kept.info)).toEqual([])
  expect(Object.getPrototypeOf(kept.info)).toBe(Object.prototype)
  expect('admin' in kept).toBe(false)
})

test('what is not an object is left to validation', () => {
  expect(withoutAbsent(Body, [1])).toEqual([1])
  expect(withoutAbsent(Body, 'x')).toBe('x')
})
