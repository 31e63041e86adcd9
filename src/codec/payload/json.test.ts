import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from './json.ts'

const parse = (text: string, depthMax = 32) => parseJson(Buffer.from(text), depthMax)
const value = (text: string) => {
  const parsed = parse(text)
  return parsed.kind === 'parsed' ? parsed.value : parsed
}

test('any JSON value comes back as JSON.parse would give it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (sent) => {
      const text = JSON.stringify(sent)
      expect(JSON.stringify(value(text))).toBe(JSON.stringify(JSON.parse(text)))
    }),
    { numRuns: 1000 },
  )
})

test('safety §4: __proto__ and constructor are keys like any other, and objects have no prototype', () => {
  const parsed = value('{"__proto__":{"polluted":1},"constructor":2,"a":[{"toString":3}]}') as Record<
    string,
    unknown
  >

  expect(Object.getPrototypeOf(parsed)).toBeNull()
  expect(Object.keys(parsed)).toEqual(['__proto__', 'constructor', 'a'])
  const [nested, , list] = Object.values(parsed)
  expect(Object.getPrototypeOf(nested)).toBeNull()
  expect(Object.getPrototypeOf((list as object[])[0])).toBeNull()
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

test('safety S11: 32 levels are taken, 33 are refused, brackets inside texts do not count', () => {
  expect(parse('['.repeat(32) + ']'.repeat(32))).toMatchObject({ kind: 'parsed' })
  expect(parse('['.repeat(33) + ']'.repeat(33))).toEqual({ kind: 'too-deep' })
  expect(parse(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`)).toEqual({ kind: 'too-deep' })
  expect(parse(JSON.stringify({ a: `"\\${'[{'.repeat(50)}` }))).toMatchObject({ kind: 'parsed' })
  expect(parse(`[${'[],'.repeat(100)}[]]`)).toMatchObject({ kind: 'parsed' })
})

test('safety §4: 60,000 brackets neither overflow the stack nor take long', () => {
  expect(parse('['.repeat(60_000))).toEqual({ kind: 'too-deep' })
  expect(parse('{"a":['.repeat(10_000))).toEqual({ kind: 'too-deep' })
  expect(parse(']'.repeat(60_000))).toMatchObject({ kind: 'not-json' })
})

test.each([
  ['7b22ff', 2],
  ['c328', 1],
  ['eda080', 1],
  ['22c0af22', 1],
  ['7b22e282', 3],
])('safety R15: bytes %s are not UTF-8, from offset %i on', (hex, offset) => {
  expect(parseJson(Buffer.from(hex, 'hex'), 32)).toEqual({ kind: 'not-utf8', offset })
})

test('RFC 8259 §8.1: one byte order mark in front is dropped, a second one is not JSON', () => {
  expect(value('\uFEFF{"a":1}')).toEqual({ a: 1 })
  expect(parse('\uFEFF\uFEFF{"a":1}')).toMatchObject({ kind: 'not-json' })
})

test.each([
  ['', 'it is empty'],
  ['{"a":1', "expected ',' or '}' after property value (line 1 column 7)"],
  ["{'a':1}", "expected property name or '}' (line 1 column 2)"],
  ['secret', "unexpected token 's'"],
  ['{"a":NaN}', "unexpected token 'N'"],
  ['{"a":01}', 'unexpected number (line 1 column 7)'],
  ['{"a":1}x', 'unexpected non-whitespace character after JSON at position 7 (line 1 column 8)'],
])('%s is not JSON, told without repeating the payload', (text, detail) => {
  expect(parse(text)).toEqual({ kind: 'not-json', detail })
})

test('of equal keys the last wins', () => {
  expect(value('{"a":1,"a":2}')).toEqual({ a: 2 })
})

/** Paths of the numbers that were reported as changed. */
function inexactKeys(text: string): readonly string[] {
  const parsed = parse(text)
  if (parsed.kind !== 'parsed') throw new Error(parsed.kind)
  return parsed.inexact.get(parsed.value as object) ?? []
}

test.each([
  '9007199254740993',
  '-9007199254740993',
  '12345678901234567890',
  '9007199254740993.0',
  '9.007199254740993e15',
  '1e400',
  '-1e400',
  // 2^63 is a double, but is written back as 9223372036854776000.
  '9223372036854775808',
])('safety S11: the number %s would not read back as it was sent, and is reported', (number) => {
  expect(inexactKeys(`{"ok":1,"bad":${number}}`)).toEqual(['bad'])
})

test.each([
  '9007199254740991',
  '9007199254740992',
  '9007199254740994',
  '1e22',
  '1E300',
  '10000000000000000000000',
  '1.7976931348623157e308',
  '0.1234567890123456789',
  '3.141592653589793238462643',
  '0e999',
  '1e-400',
  '-0.0e5',
])('safety S11: the number %s is taken', (number) => {
  expect(inexactKeys(`{"n":${number}}`)).toEqual([])
})

test('a changed number is reported for each object and array around it', () => {
  const parsed = parse('{"a":{"b":[1,9007199254740993]},"c":[2],"d":9007199254740993}')
  if (parsed.kind !== 'parsed') throw new Error(parsed.kind)
  const root = parsed.value as { a: { b: object }; c: object }

  expect(parsed.inexact.get(root)).toEqual(['a', 'd'])
  expect(parsed.inexact.get(root.a)).toEqual(['b'])
  expect(parsed.inexact.get(root.a.b)).toEqual(['1'])
  expect(parsed.inexact.get(root.c)).toBeUndefined()
  expect(Object.getPrototypeOf(root.a)).toBeNull()
})

test('digits inside texts make no number inexact', () => {
  expect(inexactKeys('{"9007199254740993":"9007199254740993"}')).toEqual([])
})

test('every integer is reported exactly when reading changes it', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (integer) => {
      const reported = inexactKeys(`{"n":${integer}}`).length > 0

      // Up to 10^20 no exponent is written: the same digits must come back.
      expect(reported).toBe(BigInt(String(Number(integer))) !== integer)
    }),
    { numRuns: 2000 },
  )
})

test('a number of 60,000 digits is judged at once', () => {
  const started = process.cpuUsage()

  expect(inexactKeys(`{"n":${'1'.repeat(60_000)}}`)).toEqual(['n'])
  expect(inexactKeys(`{"n":0.${'0'.repeat(60_000)}1}`)).toEqual([])
  expect(inexactKeys(`{"n":${`1${'0'.repeat(300)}`}.${'0'.repeat(50_000)}}`)).toEqual([])

  // Of this process alone: on the clock it takes what else the machine does.
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(500)
})
