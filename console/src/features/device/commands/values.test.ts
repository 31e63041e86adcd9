import { describe, expect, test } from 'vitest'
import { asFields, asJson, newDraft, readDraft, readValue, type ValueRule } from './values.ts'

const read = (rule: Omit<ValueRule, 'name'>, text: string) => readValue({ name: 'x', ...rule }, text)

describe('a field becomes the value that the platform takes (device protocol §4.2)', () => {
  test.for([
    [{ data_type: 'int' }, ' 57 ', 57],
    [{ data_type: 'long', min: '-5', max: '5' }, '-5', -5],
    [{ data_type: 'decimal', min: '0', step: 0.1 }, '0.3', 0.3],
    [{ data_type: 'boolean' }, 'false', false],
    [{ data_type: 'enum', enum_list: ['on', 'off'] }, 'on', 'on'],
    [{ data_type: 'string', max_length: 2 }, '😀😀', '😀😀'],
    [{ data_type: 'string' }, ' x ', ' x '],
    [{ data_type: 'DateTime' }, '20151212T121212Z', '20151212T121212Z'],
    [{ data_type: 'jsonObject' }, '{"a":[1]}', { a: [1] }],
    [{ data_type: 'string list' }, 'a\nb\n', ['a', 'b']],
  ] as const)('%j %j', ([rule, text, value]) => {
    expect(read(rule, text)).toEqual({ kind: 'value', value })
  })

  test.for([
    [{ data_type: 'int' }, '1.5', { kind: 'whole' }],
    [{ data_type: 'long' }, '9007199254740993', { kind: 'exact' }],
    [{ data_type: 'decimal' }, '1,5', { kind: 'decimal' }],
    [{ data_type: 'decimal' }, '1e999', { kind: 'exact' }],
    [{ data_type: 'int', min: '0' }, '-1', { kind: 'below', bound: '0' }],
    [{ data_type: 'int', max: '100' }, '101', { kind: 'above', bound: '100' }],
    [{ data_type: 'int', min: '1', step: 5 }, '5', { kind: 'step', bound: '5' }],
    [{ data_type: 'string', max_length: 3 }, 'four', { kind: 'long', bound: '3' }],
    [{ data_type: 'DateTime' }, 'today', { kind: 'dateTime' }],
    [{ data_type: 'jsonObject' }, '[1]', { kind: 'object' }],
    [{ data_type: 'int', required: true }, '', { kind: 'required' }],
  ] as const)('%j refuses %j', ([rule, text, fault]) => {
    expect(read(rule, text)).toEqual({ kind: 'fault', fault })
  })

  test('bounds that bound nothing are passed over', () => {
    expect(read({ data_type: 'int', min: '', max: 'x', step: 0 }, '7')).toEqual({ kind: 'value', value: 7 })
    expect(read({ data_type: 'string', max_length: 0 }, 'long')).toEqual({ kind: 'value', value: 'long' })
  })
})

describe('a form', () => {
  const rules: readonly ValueRule[] = [
    { name: 'state', data_type: 'enum', required: true, enum_list: ['on', 'off'] },
    { name: 'fade', data_type: 'int' },
    { name: 'tags', data_type: 'string list' },
    { name: '__proto__', data_type: 'int' },
  ]

  test('leaves out what is empty, and is none while something is missing', () => {
    expect(readDraft(rules, newDraft)).toBeUndefined()
    expect(readDraft(rules, { fields: new Map([['state', 'on']]), json: undefined })).toEqual({ state: 'on' })
  })

  test('sends a name like any other, whatever it is', () => {
    const fields = new Map([
      ['state', 'on'],
      ['__proto__', '1'],
    ])

    expect(JSON.stringify(readDraft(rules, { fields, json: undefined }))).toBe('{"state":"on","__proto__":1}')
  })

  test('goes to JSON and back without losing what was entered', () => {
    const fields = new Map([
      ['state', 'off'],
      ['fade', '20'],
      ['tags', 'a\nb'],
    ])
    const json = asJson(rules, { fields, json: undefined })

    expect(JSON.parse(json.json ?? '')).toEqual({ state: 'off', fade: 20, tags: ['a', 'b'] })
    expect(asFields(rules, json)).toEqual({ fields, json: undefined })
  })

  test('as JSON is taken as it is, and must be an object', () => {
    expect(readDraft(rules, { fields: new Map(), json: '{"any":1}' })).toEqual({ any: 1 })
    expect(readDraft(rules, { fields: new Map(), json: '' })).toEqual({})
    expect(readDraft(rules, { fields: new Map(), json: '[]' })).toBeUndefined()
  })
})
