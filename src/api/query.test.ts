import fc from 'fast-check'
import { expect, test } from 'vitest'
import { queryPairs, queryValues } from './query.ts'

test('pairs are decoded in order; a plus sign is a space; a name without value is empty', () => {
  expect(queryPairs('b=2&a=1+%2B&flag&&=x&c=a=b')).toEqual([
    ['b', '2'],
    ['a', '1 +'],
    ['flag', ''],
    ['', 'x'],
    ['c', 'a=b'],
  ])
})

test('malformed percent signs stay as they stand', () => {
  expect(queryPairs('a=%zz&b=%e4')).toEqual([
    ['a', '%zz'],
    ['b', '%e4'],
  ])
})

test('threat 8: names of prototypes are values like others', () => {
  const values = queryValues('__proto__=1&constructor=2&a=1&a=2')

  expect({ ...values }).toEqual({ ['__proto__']: '1', constructor: '2', a: '2' })
  expect(Object.getPrototypeOf(values)).toBeNull()
})

test('whatever was encoded comes back', () => {
  const text = fc.string({ unit: 'grapheme' }).map((raw) => raw.toWellFormed())
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { minLength: 1 }), (pairs) => {
      const query = pairs
        .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
        .join('&')

      expect(queryPairs(query)).toEqual(pairs)
    }),
  )
})
