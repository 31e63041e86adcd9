import { expect, test } from 'vitest'
import type { ModelProperty, ProductModel } from './device.ts'
import { type ShadowService, shadowRows, shownShadows } from './shadow.ts'

const aShadow = (desired: object, reported: object): ShadowService => ({
  service_id: 'Lamp',
  version: 3,
  desired: { properties: { ...desired }, event_time: '20261122T120000Z' },
  reported: { properties: { ...reported }, event_time: '20261122T120000Z' },
})

const property = (name: string, more: Partial<ModelProperty> = {}): ModelProperty => ({
  ...{ property_name: name, data_type: 'int', method: 'RW' },
  ...more,
})

test('what is to be delivered stands first, then what differs and may not be sent', () => {
  const model = ['a', 'on', 'z'].map((name) => property(name))

  const rows = shadowRows(aShadow({ a: 1, on: true, z: 1, r: 1 }, { a: 1, on: false, b: 2, r: 2 }), [
    ...model,
    property('r', { method: 'R' }),
  ])

  expect(rows.map(({ property: name, state }) => [name, state])).toEqual([
    ['on', 'due'],
    ['z', 'due'],
    ['r', 'unwritable'],
    ['a', 'settled'],
    ['b', 'settled'],
  ])
})

test('device protocol §4.2: values are compared by what they say, as the platform does it', () => {
  const stateOf = (one: unknown, other: unknown, type: ModelProperty['data_type'] = 'int') =>
    shadowRows(aShadow({ p: one }, { p: other }), [property('p', { data_type: type })])[0]?.state

  expect(stateOf({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe('settled')
  expect(stateOf({ a: 1 }, { a: 1, b: 2 })).toBe('due')
  expect(stateOf([1, 2], [2, 1])).toBe('due')
  expect(stateOf('1', 1)).toBe('due')
  expect(stateOf({ p: null }, {})).toBe('due')
  expect(stateOf(true, 1, 'boolean')).toBe('settled')
  expect(stateOf(true, 1)).toBe('due')
  expect(stateOf({ a: 1 }, '{"a": 1}', 'jsonObject')).toBe('settled')
  expect(stateOf({ a: 1 }, '{"a":', 'jsonObject')).toBe('due')
})

test('device protocol §3.8.11: what is desired of a service of the SDKs is due whatever the model says', () => {
  const service = { ...aShadow({ rule: 1 }, {}), service_id: '$device_rule' }

  expect(shadowRows(service, [])[0]?.state).toBe('due')
})

test('a service of which one side is missing has the rows of the other', () => {
  expect(shadowRows({ service_id: 'Lamp', version: 0 }, [])).toEqual([])
})

test('services of the model stand there before anything was reported, where something can be desired of them', () => {
  const model: Pick<ProductModel, 'service_capabilities'> = {
    service_capabilities: [
      { service_id: 'Lamp', properties: [property('limit')] },
      { service_id: 'Sensor', properties: [property('value', { method: 'R' })] },
    ],
  }
  const older = { ...aShadow({}, { x: 1 }), service_id: 'Older' }

  const shown = shownShadows(model as ProductModel, [older])

  expect(shown.map(({ service }) => [service.service_id, service.version])).toEqual([
    ['Lamp', 0],
    ['Older', 3],
  ])
})
