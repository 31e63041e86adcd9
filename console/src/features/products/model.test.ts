import { expect, test } from 'vitest'
import { defaultValueOf } from './default-value.ts'
import { changesBetween } from './model-changes.ts'
import { imported, modelFile, readModelFile } from './model-file.ts'
import { complete, type Model, moved, put, sameContent, type WireService } from './model.ts'
import { newRule, ruleDraftOf, ruleFaults, ruleOf } from './value-rule.ts'

const aService = (service_id: string, more: Partial<WireService> = {}): WireService => ({
  service_id,
  ...more,
})
const aModel = (...services: readonly WireService[]): Model => services.map(complete)
const aProperty = (property_name: string, more: object = {}) =>
  ({ property_name, data_type: 'int', method: 'R', ...more }) as const

test('an item takes the place of the one it replaces, and a new one comes last', () => {
  const nameOf = (text: string) => text.slice(0, 1)

  expect(put(['a1', 'b1'], nameOf, 'a', 'a2')).toEqual(['a2', 'b1'])
  expect(put(['a1'], nameOf, undefined, 'c1')).toEqual(['a1', 'c1'])
})

test('an item moves by steps, no further than the ends', () => {
  const by = (name: string, steps: number) => moved(['a', 'b', 'c'], (text) => text, name, steps)

  expect(by('a', 2)).toEqual(['b', 'c', 'a'])
  expect(by('c', -1)).toEqual(['a', 'c', 'b'])
  expect(by('b', 5)).toEqual(['a', 'c', 'b'])
  expect(by('a', -1)).toEqual(['a', 'b', 'c'])
  expect(by('z', 1)).toEqual(['a', 'b', 'c'])
})

test('the same content is the same in whatever order its members stand', () => {
  expect(sameContent({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 })).toBe(true)
  expect(sameContent([1, 2], [2, 1])).toBe(false)
})

test.each([
  ['a list', (services: unknown) => services],
  ['services', (services: unknown) => ({ services })],
  ['service_capabilities', (services: unknown) => ({ service_capabilities: services })],
])('a model file is read from %s', (_form, wrapped) => {
  const file = JSON.stringify(wrapped([aService('Battery', { properties: [aProperty('level')] })]))

  expect(readModelFile(`\uFEFF${file}`)).toEqual(
    aModel(aService('Battery', { properties: [aProperty('level')] })),
  )
})

test.each([
  ['{', 'json'],
  ['"text"', 'form'],
  ['{"devices":[]}', 'form'],
  ['[{"properties":[]}]', 'form'],
  ['[{"service_id":"a","properties":[{"name":"b"}]}]', 'form'],
  ['[{"service_id":"a","events":[{"event_type":"b","paras":[{}]}]}]', 'form'],
  ['[]', 'empty'],
])('%s is no model file: %s', (text, fault) => {
  expect(readModelFile(text)).toBe(fault)
})

test('what is exported is imported as it was', () => {
  const model = aModel(
    aService('Valve', {
      commands: [{ command_name: 'set', paras: [{ para_name: 'to', data_type: 'enum', enum_list: ['a'] }] }],
      events: [{ event_type: 'stuck' }],
    }),
  )

  expect(readModelFile(modelFile('p1', model).text)).toEqual(model)
})

test('merging keeps what the file lacks, replacing drops it; both are told before', () => {
  const model = aModel(
    aService('Battery', { properties: [aProperty('level', { max: '100' }), aProperty('volts')] }),
    aService('Valve'),
  )
  const file = aModel(
    aService('Battery', { properties: [aProperty('level', { max: '90' }), aProperty('amps')] }),
    aService('Radio'),
  )

  const merge = imported(model, file, 'merge')
  expect(merge.map((each) => each.service_id)).toEqual(['Battery', 'Valve', 'Radio'])
  expect(merge[0]?.properties.map((each) => [each.property_name, each.max])).toEqual([
    ['level', '90'],
    ['volts', undefined],
    ['amps', undefined],
  ])
  expect(imported(model, file, 'replace')).toEqual(file)
  expect(changesBetween(model, merge).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'changed level',
    'added amps',
    'added Radio',
  ])
  expect(changesBetween(model, file).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'changed level',
    'added amps',
    'removed volts',
    'added Radio',
    'removed Valve',
  ])
  expect(changesBetween(model, model)).toEqual([])
})

test('a rule comes through its form as it was', () => {
  const rules = [
    { data_type: 'int', required: true, min: '0', max: '65535', step: 1, unit: 's' },
    { data_type: 'long', required: false, min: '-9223372036854775', description: 'far' },
    { data_type: 'string', required: false, max_length: 12 },
    { data_type: 'enum', required: false, enum_list: ['on', 'off'] },
  ] as const

  for (const rule of rules) expect(ruleOf(ruleDraftOf(rule))).toEqual(rule)
})

test('bounds that the type does not know are not saved', () => {
  expect(
    ruleOf({ ...newRule, dataType: 'boolean', min: '1', step: '2', enumText: 'a', maxLength: '3' }),
  ).toEqual({
    data_type: 'boolean',
    required: false,
  })
})

test.each([
  [{ min: '2', max: '1' }, { min: 'order' }],
  [{ min: '9007199254740993', max: '9007199254740992' }, { min: 'order' }],
  [{ min: '0.5' }, { min: 'whole' }],
  [{ dataType: 'decimal', min: '1e3' }, { min: 'decimal' }],
  [{ dataType: 'decimal', min: '-40.5', max: '85' }, {}],
  [{ step: '0' }, { step: 'step' }],
  [{ dataType: 'string', maxLength: 'x' }, { max_length: 'length' }],
  [{ dataType: 'enum', enumText: ' \n' }, { enum_list: 'enum' }],
] as const)('%j has the faults %j', (typed, faults) => {
  expect(ruleFaults({ ...newRule, ...typed })).toEqual(faults)
})

test('a default value is what its type says, or unreadable', () => {
  expect(defaultValueOf('int', '7')).toEqual({ value: 7 })
  expect(defaultValueOf('int', '7.5')).toBe('unreadable')
  expect(defaultValueOf('string', '7')).toEqual({ value: '7' })
  expect(defaultValueOf('boolean', 'yes')).toBe('unreadable')
  expect(defaultValueOf('jsonObject', '{"a":1}')).toEqual({ value: { a: 1 } })
  expect(defaultValueOf('string list', '["a"]')).toEqual({ value: ['a'] })
  expect(defaultValueOf('decimal', ' ')).toEqual({ value: undefined })
})
