import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aProperty, aService, NOON } from '../../../tests/support/builders.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { differenceOf, splitDifference } from './difference.ts'
import type { Shadow } from './shadow.ts'

const shadow = (desired: JsonObject, reported?: JsonObject, serviceId = 'Env'): Shadow => ({
  serviceId,
  desired: { properties: desired, time: NOON },
  ...(reported && { reported: { properties: reported, time: NOON } }),
  version: 1,
})
const model = (properties: readonly Parameters<typeof aProperty>[0][]) => [
  aService({ serviceId: 'Env', properties: properties.map(aProperty) }),
]
const bounds = { servicesMax: 49, bytesMax: 64 * 1024 }

test('device protocol §4.4: only what differs and may be written is pushed', () => {
  const services = model([
    { name: 'same', method: 'RW' },
    { name: 'other', method: 'W' },
    { name: 'never', method: 'WE' },
    { name: 'readonly', method: 'R' },
    { name: 'event', method: 'RE' },
  ])
  const desired = { same: 1, other: 2, never: 3, readonly: 4, event: 5, goneFromTheModel: 6 }

  expect(differenceOf([shadow(desired, { same: 1.0, other: 1 })], services)).toEqual([
    { serviceId: 'Env', properties: { other: 2, never: 3 } },
  ])
})

test('nothing differs: nothing is pushed', () => {
  const services = model([{ name: 'a' }, { name: 'r', method: 'R' }])

  expect(differenceOf([], services)).toEqual([])
  expect(differenceOf([{ serviceId: 'Env', version: 0 }], services)).toEqual([])
  expect(differenceOf([shadow({ a: 1, r: 1 }, { a: 1 })], services)).toEqual([])
  expect(differenceOf([shadow({ a: 1 }, {}, 'ServiceOfAnOlderModel')], services)).toEqual([])
})

test.for<readonly [Parameters<typeof aProperty>[0]['dataType'], JsonValue, JsonValue, boolean]>([
  ['boolean', true, 1, true],
  ['boolean', 0, false, true],
  ['boolean', true, 0, false],
  ['int', 1, true, false],
  ['jsonObject', { a: 1 }, '{"a": 1.0}', true],
  ['jsonObject', { a: 1 }, '{"a":', false],
  ['jsonObject', { a: [1, 2] }, { a: [2, 1] }, false],
  ['jsonObject', { a: null }, { a: null }, true],
  ['string', '{"a":1}', '{"a": 1}', false],
  ['string list', ['a'], ['a'], true],
  ['decimal', 0.1, 0.10000000000000001, true],
])('device protocol §4.2, a %s: is %j the same as %j', ([dataType = 'int', wanted, reported, isSame]) => {
  const services = model([{ name: 'p', dataType }])

  expect(differenceOf([shadow({ p: wanted }, { p: reported })], services)).toHaveLength(isSame ? 0 : 1)
})

test('device protocol §3.8.11: what is desired of a system service is pushed whatever the model says', () => {
  const rules = { 'rule-41': { version: 3 }, 'rule-12': { version: -1 } }

  expect(differenceOf([shadow(rules, { 'rule-12': { version: -1 } }, '$device_rule')], [])).toEqual([
    { serviceId: '$device_rule', properties: { 'rule-41': { version: 3 } } },
  ])
})

test('S11: a property named __proto__ is one like any other', () => {
  const desired = JSON.parse('{"__proto__":{"x":1}}') as JsonObject

  const [difference] = differenceOf([shadow(desired)], model([{ name: '__proto__' }]))

  expect(Object.keys(difference?.properties ?? {})).toEqual(['__proto__'])
})

test('device protocol §3.5: a difference of more services than the C SDK takes goes in several parts', () => {
  const difference = Array.from({ length: 120 }, (_, n) => ({ serviceId: `s${n}`, properties: { p: n } }))

  const parts = splitDifference(difference, bounds)

  expect(parts.map((part) => part.length)).toEqual([49, 49, 22])
  expect(parts.flat()).toEqual(difference)
})

test('a value that is larger than a part goes by itself', () => {
  const large = 'x'.repeat(100_000)
  const difference = [{ serviceId: 's', properties: { a: 1, large, b: 2 } }]

  expect(splitDifference(difference, bounds)).toEqual([
    [{ serviceId: 's', properties: { a: 1 } }],
    [{ serviceId: 's', properties: { large } }],
    [{ serviceId: 's', properties: { b: 2 } }],
  ])
})

test('device protocol §3.5: parts keep to 64 KB, and together say what was to be said, once', () => {
  const service = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1, maxKeys: 20 })

  fc.assert(
    fc.property(
      fc.array(service, { maxLength: 20 }),
      fc.integer({ min: 200, max: 2000 }),
      (services, bytesMax) => {
        const difference = services.map((properties, n) => ({
          serviceId: `s${n}`,
          properties: properties as JsonObject,
        }))

        const parts = splitDifference(difference, { servicesMax: 5, bytesMax })

        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(5)
          const wire = JSON.stringify({
            services: part.map(({ serviceId, properties }) => ({ service_id: serviceId, properties })),
          })
          const count = part.reduce((sum, { properties }) => sum + Object.keys(properties).length, 0)
          expect(count === 1 || Buffer.byteLength(wire) <= bytesMax + 20).toBe(true)
        }
        const pairs = (list: typeof difference) =>
          list.flatMap(({ serviceId, properties }) =>
            Object.entries(properties).map(([name, value]) => [serviceId, name, value]),
          )
        expect(pairs(parts.flat() as typeof difference)).toEqual(pairs(difference))
      },
    ),
  )
})
