import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isRefusal, Refusal } from '../base/refusal.ts'
import { parseJsonBody } from './json-body.ts'

const parse = (text: string, depthMax = 4) => parseJsonBody(Buffer.from(text), depthMax)

test('an empty body, or one of white space, is absent', () => {
  expect([parse(''), parse(' \r\n')]).toEqual([undefined, undefined])
})

test('safety S11: nesting is bounded before anything is parsed; brackets in strings do not count', () => {
  expect(parse('[[[[]]]]')).toEqual([[[[]]]])
  expect(() => parse('[[[[[]]]]]')).toThrow('nested deeper than 4 levels')
  expect(() => parse('{"a":'.repeat(5) + '1' + '}'.repeat(5))).toThrow(Refusal)
  expect(parse(String.raw`{"a":"[[[[[[ \" [[[["}`)).toEqual({ a: '[[[[[[ " [[[[' })
})

test('any JSON reads as it was written, when it is not too deep', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(parse(JSON.stringify(value), 1000)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('any bytes give a value or a refusal that does not quote them', () => {
  const beginning = fc.constantFrom('SECRETSECRET', '{"SECRETSECRET', "{'SECRETSECRET'")
  fc.assert(
    fc.property(fc.uint8Array(), beginning, (bytes, secret) => {
      const fault = faultOf(() => parseJsonBody(Buffer.concat([Buffer.from(secret), bytes]), 32))

      return fault === undefined || (isRefusal(fault) && !fault.message.includes('SECRETSECRET'))
    }),
  )
})

function faultOf(work: () => unknown): unknown {
  try {
    work()
    return undefined
  } catch (fault) {
    return fault
  }
}

test('a PEM pasted with its line breaks, the usual mistake with curl, is told how to write them', () => {
  const pasted = Buffer.from('{"content":"-----BEGIN CERTIFICATE-----\nMIIC"}')

  expect(() => parseJsonBody(pasted, 32)).toThrow(String.raw`a line break inside a text is written \n`)
})
