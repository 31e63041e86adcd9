import { expect, test } from 'vitest'
import type { JsonValue } from '../../base/json.ts'
import { aModel } from '../../../tests/support/builders.ts'
import { checkValue, compileModel } from './check-value.ts'
import type { ValueRule } from './product-model.ts'

const rule = (rule: Partial<ValueRule>): ValueRule => ({ dataType: 'int', required: false, ...rule })

const types: readonly (readonly [ValueRule['dataType'], readonly JsonValue[], readonly JsonValue[]])[] = [
  ['int', [0, -5, 3.0], [1.5, '1', true, [], {}]],
  ['long', [9_007_199_254_740_991, -9_007_199_254_740_991], [0.1, '5', false]],
  ['decimal', [0, 1.5, -0.1, 1e300], ['1.5', true, []]],
  ['boolean', [true, false, 0, 1], [2, -1, 'true', '1', {}]],
  [
    'DateTime',
    ['20240102T030405Z', '2024-01-02T03:04:05.678Z'],
    ['2024-01-02T03:04:05Z', '20230229T000000Z', 5],
  ],
  ['jsonObject', [{}, { a: [1] }, '{"a":1}'], [[], '[1]', 'null', '{', 5, true]],
  ['enum', ['on'], [1, true, ['on']]],
  ['string', ['', 'x', '21'], [21, true, {}, []]],
  ['string list', [[], ['a', 'b']], ['a', [1], ['a', null], {}]],
]

test.for(types)('device protocol §4.2: %s takes what it should and nothing else', ([dataType, good, bad]) => {
  for (const value of good) expect(checkValue(rule({ dataType }), value)).toBeUndefined()
  const refusal = { code: 'value-type-wrong', rule: { data_type: dataType } }
  expect(bad.map((value) => [value, checkValue(rule({ dataType }), value)])).toEqual(
    bad.map((value) => [value, refusal]),
  )
})

test('S11: a number that may have been rounded while it was read is refused', () => {
  for (const dataType of ['int', 'long'] as const)
    for (const value of [2 ** 53, -(2 ** 53), 1e300, Infinity])
      expect(checkValue(rule({ dataType }), value)?.code).toBe('number-not-exact')
  expect(checkValue(rule({ dataType: 'decimal' }), -Infinity)?.code).toBe('number-not-exact')
})

test('device protocol §4.2: min and max belong to the range', () => {
  const bounded = rule({ dataType: 'decimal', min: '-40', max: '+1.5e2' })

  for (const value of [-40, 0, 150]) expect(checkValue(bounded, value)).toBeUndefined()
  expect(checkValue(bounded, -40.001)).toEqual({ code: 'value-below-min', rule: { min: '-40' } })
  expect(checkValue(bounded, 150.001)).toEqual({ code: 'value-above-max', rule: { max: '+1.5e2' } })
})

test('a range that no double holds exactly still admits its own ends', () => {
  expect(checkValue(rule({ dataType: 'decimal', min: '0.1', max: '0.3' }), 0.3)).toBeUndefined()
  expect(
    checkValue(rule({ dataType: 'long', max: '9223372036854775807' }), Number.MAX_SAFE_INTEGER),
  ).toBeUndefined()
})

test('bounds that are no numbers, or that bound nothing, are passed over', () => {
  for (const min of ['', ' ', 'abc', '0x10', 'Infinity'])
    expect(checkValue(rule({ min }), -5)).toBeUndefined()
  expect(checkValue(rule({ step: 0 }), 7)).toBeUndefined()
  expect(checkValue(rule({ dataType: 'string', maxLength: 0 }), 'text')).toBeUndefined()
  expect(checkValue(rule({ dataType: 'enum', enumList: [] }), 'any')).toBeUndefined()
})

test('device protocol §4.2: steps of 0.1 admit every tenth and nothing between', () => {
  const tenths = rule({ dataType: 'decimal', min: '-1', max: '100', step: 0.1 })

  const values = Array.from({ length: 1011 }, (_, n) => Number(((n - 10) / 10).toFixed(1)))
  expect(values.filter((value) => checkValue(tenths, value))).toEqual([])
  expect(checkValue(tenths, 0.35)).toEqual({ code: 'value-off-step', rule: { step: 0.1 } })
})

test('device protocol §4.2: a step is told from its neighbours as far as binary numbers can', () => {
  const fine = rule({ dataType: 'decimal', min: '1024', step: 1e-7 })
  for (const value of [1024, 1024.0000001, 1024.000005, 1024.0000099])
    expect(checkValue(fine, value)).toBeUndefined()
  expect(checkValue(fine, 1024.00000005)?.code).toBe('value-off-step')
})

test('steps are counted from the minimum', () => {
  const odd = rule({ min: '1', step: 2 })

  expect(checkValue(odd, 5)).toBeUndefined()
  expect(checkValue(odd, 4)?.code).toBe('value-off-step')
})

test('max_length counts characters, not UTF-16 units', () => {
  const three = rule({ dataType: 'string', maxLength: 3 })

  expect(checkValue(three, '😀😀😀')).toBeUndefined()
  expect(checkValue(three, '四个汉字')).toEqual({ code: 'value-too-long', rule: { max_length: 3 } })
})

test('an enum takes the texts of its list, case counts', () => {
  const states = rule({ dataType: 'enum', enumList: ['on', 'off'] })

  expect(checkValue(states, 'off')).toBeUndefined()
  expect(checkValue(states, 'OFF')).toEqual({ code: 'value-not-in-enum', rule: { enum_list: ['on', 'off'] } })
})

test('S11: names of Object.prototype are no services and no properties', () => {
  const model = compileModel(aModel({ Meter: { kwh: {} } }))

  for (const name of ['__proto__', 'constructor', 'toString']) {
    expect(model.get(name)).toBeUndefined()
    expect(model.get('Meter')?.get(name)).toBeUndefined()
  }
})
