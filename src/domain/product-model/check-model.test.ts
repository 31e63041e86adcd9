import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareDecimals, findModelProblem } from './check-model.ts'
import type { PropertyModel, ServiceModel } from './product-model.ts'

const aService = (over: Partial<ServiceModel> = {}): ServiceModel => ({
  serviceId: 'Battery',
  serviceType: 'Battery',
  properties: [],
  commands: [],
  events: [],
  option: 'Optional',
  ...over,
})
const aProperty = (over: Partial<PropertyModel> = {}): PropertyModel => ({
  name: 'level',
  dataType: 'int',
  required: false,
  method: 'R',
  ...over,
})

test('a model without contradictions has no problem', () => {
  const parameter = { name: 'p', dataType: 'enum', required: true, enumList: ['a'] } as const
  const service = aService({
    properties: [aProperty({ min: '0', max: '0', step: 0 }), aProperty({ name: 'Level' })],
    commands: [{ name: 'c', parameters: [parameter], responses: [{ name: 'r', parameters: [parameter] }] }],
    events: [{ type: 'e', parameters: [parameter] }],
  })

  expect(findModelProblem([service, aService({ serviceId: 'battery' })])).toBeUndefined()
  expect(findModelProblem([])).toBeUndefined()
})

test('problems are found at every depth, and named by place', () => {
  const bad = { name: 'p', dataType: 'int', required: false, min: '2', max: '1' } as const
  const fieldOf = (over: Partial<ServiceModel>) => findModelProblem([aService(over)])?.field

  expect(fieldOf({ properties: [aProperty({ min: 'x' })] })).toBe('service_capabilities[0].properties[0].min')
  expect(fieldOf({ commands: [{ name: 'c', parameters: [bad], responses: [] }] })).toBe(
    'service_capabilities[0].commands[0].paras[0].min',
  )
  expect(
    fieldOf({ commands: [{ name: 'c', parameters: [], responses: [{ name: 'r', parameters: [bad] }] }] }),
  ).toBe('service_capabilities[0].commands[0].responses[0].paras[0].min')
  expect(fieldOf({ events: [{ type: 'e', parameters: [bad] }] })).toBe(
    'service_capabilities[0].events[0].paras[0].min',
  )
})

test('decimal texts compare as the numbers they are, beyond what a double holds', () => {
  expect(compareDecimals('9007199254740993', '9007199254740992')).toBe(1)
  expect(compareDecimals('-0', '0.000')).toBe(0)
  expect(compareDecimals('-1.5', '-1.25')).toBe(-1)
  expect(compareDecimals('-0.5', '0.25')).toBe(-1)
})

test('scaled integers compare as their decimal texts do', () => {
  const text = (value: bigint, digits: number) => {
    const all = (value < 0n ? -value : value).toString().padStart(digits + 1, '0')
    const cut = all.length - digits
    return `${value < 0n ? '-' : ''}${all.slice(0, cut)}${digits > 0 ? `.${all.slice(cut)}` : ''}`
  }
  const number = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n })

  fc.assert(
    fc.property(number, number, fc.integer({ min: 0, max: 8 }), (a, b, digits) => {
      expect(compareDecimals(text(a, digits), text(b, digits))).toBe(a < b ? -1 : a > b ? 1 : 0)
    }),
  )
})
