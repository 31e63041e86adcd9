import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { fill } from '../../base/refusal.ts'
import { aModel, aReport, aServiceReport, NOON } from '../../../tests/support/builders.ts'
import { compileModel } from '../product-model/check-value.ts'
import { dataTypes } from '../product-model/product-model.ts'
import { reportCodes } from '../verdict/report-codes.ts'
import { decideReport, storedReport } from './decide-report.ts'

const model = compileModel(
  aModel({
    Meter: { kwh: { dataType: 'decimal', min: '0' }, note: { dataType: 'string', maxLength: 4 } },
    Lamp: { on: { dataType: 'boolean', method: 'W' } },
  }),
)

test('device protocol §4.2: values that fit are stored, with the time the device gave', () => {
  const verdict = decideReport(model, aReport({ Meter: { kwh: 1.5 } }, '20151212T121212Z'), NOON)

  expect(verdict).toEqual({
    kind: 'report',
    outcome: 'accepted',
    code: 'report-stored',
    params: {},
    services: [
      {
        serviceId: 'Meter',
        time: Date.UTC(2015, 11, 12, 12, 12, 12),
        timeSource: 'device',
        values: [{ property: 'kwh', outcome: 'stored', seen: 1.5 }],
      },
    ],
  })
})

test('device protocol §4.2: one bad value is dropped, the others of the report are kept', () => {
  const verdict = decideReport(
    model,
    aReport({ Meter: { kwh: -1, note: 'ok', volt: 230 }, Lamp: { on: 1 } }),
    NOON,
  )

  expect(verdict.outcome).toBe('noted')
  expect(verdict.code).toBe('value-below-min')
  expect(verdict.services[0]?.values).toEqual([
    { property: 'kwh', outcome: 'refused', code: 'value-below-min', rule: { min: '0' }, seen: -1 },
    { property: 'note', outcome: 'stored', seen: 'ok' },
    { property: 'volt', outcome: 'refused', code: 'property-unknown', seen: 230 },
  ])
  expect(verdict.services[1]?.values).toEqual([{ property: 'on', outcome: 'stored', seen: 1 }])
  expect(fill(reportCodes[verdict.code].en.sentence, verdict.params)).toBe(
    "Property 'kwh' of service 'Meter' must be at least 0; -1 is below.",
  )
})

test('device protocol §4.2: an unknown service is refused with all its values, the others are kept', () => {
  const verdict = decideReport(model, aReport({ lamp: { on: true }, Meter: { kwh: 1 } }), NOON)

  expect(verdict).toMatchObject({ outcome: 'noted', code: 'service-unknown', params: { service: 'lamp' } })
  expect(verdict.services[0]).toMatchObject({
    code: 'service-unknown',
    values: [{ property: 'on', outcome: 'refused', code: 'service-unknown', seen: true }],
  })
})

test('device protocol §3.3: services that begin with $ bypass the model', () => {
  const verdict = decideReport(undefined, aReport({ $sdk: { version: '1', deep: { a: [1] } } }), NOON)

  expect(verdict.outcome).toBe('accepted')
})

test.for(['$', `$${'x'.repeat(64)}`, '$a\0', '$a b'])('a system service named %j is refused', (name) => {
  const verdict = decideReport(model, aReport({ [name]: { a: 1 } }), NOON)

  expect(verdict).toMatchObject({ outcome: 'refused', code: 'service-unknown' })
})

test.for(['a.b', '$a', 'a\0b', 'x'.repeat(65)])('device protocol §4.2: the key %j is not stored', (key) => {
  const verdict = decideReport(model, aReport({ $sdk: { [key]: 1, good: 2 } }), NOON)

  expect(verdict).toMatchObject({ outcome: 'noted', code: 'property-key-invalid' })
})

test.for([undefined, compileModel([])])('a product without a model refuses the whole report', (none) => {
  expect(decideReport(none, aReport({ Meter: { kwh: 1 } }), NOON)).toMatchObject({
    outcome: 'refused',
    code: 'product-without-model',
  })
})

test('an unreadable payload is refused as its parser said', () => {
  const report = { kind: 'unreadable', code: 'report-not-json', params: { detail: 'x' } } as const

  expect(decideReport(model, report, NOON)).toEqual({
    kind: 'report',
    outcome: 'refused',
    code: 'report-not-json',
    params: { detail: 'x' },
    services: [],
  })
})

test('device protocol §4.2: an entry that could not be read is skipped, the rest is kept', () => {
  const services = [
    aServiceReport({ serviceId: '', properties: {}, code: 'service-id-missing' }),
    aServiceReport({ serviceId: 'Meter', properties: {} }),
    aServiceReport({ serviceId: 'Meter', properties: { kwh: 1 } }),
  ]

  const verdict = decideReport(model, { kind: 'parsed', services }, NOON)

  expect(verdict).toMatchObject({ outcome: 'noted', code: 'service-id-missing' })
  expect(verdict.services.map(({ code }) => code)).toEqual([
    'service-id-missing',
    'properties-missing',
    undefined,
  ])
})

test('S11: a number that the parser could not keep exactly is refused, whatever its type', () => {
  const services = [
    aServiceReport({ serviceId: 'Meter', properties: { kwh: 1e22, note: 'ok' }, inexactProperties: ['kwh'] }),
    aServiceReport({ serviceId: '$x', properties: { big: [1e22] }, inexactProperties: ['big'] }),
  ]

  const verdict = decideReport(model, { kind: 'parsed', services }, NOON)

  expect(verdict.services.map(({ values }) => values.map(({ code }) => code))).toEqual([
    ['number-not-exact', undefined],
    ['number-not-exact'],
  ])
})

test('device protocol §4.3: null is stored for a known property, whatever its type, since it deletes the key', () => {
  const verdict = decideReport(model, aReport({ Meter: { kwh: null, volt: null } }), NOON)

  expect(verdict.services[0]?.values.map(({ outcome }) => outcome)).toEqual(['stored', 'refused'])
})

test('device protocol §4.1: a malformed time is told, and all services share the time of receipt', () => {
  const verdict = decideReport(model, aReport({ Meter: { kwh: 1 }, Lamp: { on: true } }, 'noon'), NOON)

  expect(verdict.outcome).toBe('accepted')
  for (const service of verdict.services)
    expect(service).toMatchObject({ time: NOON, timeSource: 'received', timeCode: 'event-time-malformed' })
})

test('what a device sent reaches a sentence cut to a bound and without control characters', () => {
  const { params } = decideReport(
    model,
    aReport({ [`a\0\u009f${'b'.repeat(500)}`]: { c: '\ud800'.repeat(500) } }),
    NOON,
  )

  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  for (const text of Object.values(params)) expect(String(text)).toMatch(/^[^\0-\x1f\x7f-\x9f]{0,65}$/)
  for (const text of Object.values(params)) expect(String(text).isWellFormed()).toBe(true)
})

test('S11: whatever the JSON, nothing throws and every property gets exactly one verdict', () => {
  const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'a', 'b', '$s', 'S'))
  const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>
  const properties = fc.dictionary(name, json, { noNullPrototype: false }) as fc.Arbitrary<JsonObject>
  const rule = fc.record(
    {
      dataType: fc.constantFrom(...dataTypes),
      min: fc.oneof(fc.double().map(String), fc.string()),
      max: fc.oneof(fc.double().map(String), fc.string()),
      step: fc.double(),
      maxLength: fc.integer(),
      enumList: fc.array(fc.string()),
    },
    { requiredKeys: ['dataType'] },
  )
  const services = fc.array(
    fc.record({ serviceId: name, properties, eventTime: fc.option(json, { nil: undefined }) }),
  )

  fc.assert(
    fc.property(services, fc.dictionary(name, fc.dictionary(name, rule)), (reported, rules) => {
      const verdict = decideReport(compileModel(aModel(rules)), { kind: 'parsed', services: reported }, NOON)

      expect(verdict.services.map(({ values }) => values.map(({ property }) => property))).toEqual(
        reported.map((service) => Object.keys(service.properties)),
      )
      for (const { values } of verdict.services)
        for (const { outcome, code } of values) expect(code === undefined).toBe(outcome === 'stored')
      expect(Object.keys(reportCodes)).toContain(verdict.code)
    }),
  )
})

const codes = Object.entries(reportCodes).map(([code, text]) => ({ code, ...text }))
test.for(codes)('the text of $code stands in both languages and names the same parameters', ({ en, zh }) => {
  const names = (text: string): string[] =>
    [...text.matchAll(/\{(\w+)\}/g)].map(([, found]) => found ?? '').toSorted()

  expect(en.sentence).not.toBe('')
  expect(zh.sentence).toMatch(/\p{Script=Han}/u)
  expect(zh.remedy === '').toBe(en.remedy === '')
  expect(names(zh.sentence)).toEqual(names(en.sentence))
})

test('a report that was accepted reads as the same verdict without its model', () => {
  const free = compileModel(
    aModel({
      Any: Object.fromEntries(['a', 'b', 'c'].map((name) => [name, { dataType: 'jsonObject' as const }])),
    }),
  )
  const services = fc.array(
    fc.record({
      serviceId: fc.constantFrom('Any', '$sdk'),
      properties: fc.dictionary(
        fc.constantFrom('a', 'b', 'c', '__proto__'),
        fc.oneof(fc.constant({ deep: [1] }), fc.constant(null), fc.string()),
        { minKeys: 1 },
      ),
      eventTime: fc.constantFrom(undefined, null, '', 7, '20151212T121212Z', '2015-12-12T12:12:12Z', 'noon'),
    }),
    { minLength: 1 },
  )
  let accepted = 0
  fc.assert(
    fc.property(services, fc.boolean(), (all, lenientEventTime) => {
      const report = { kind: 'parsed', services: all.map(aServiceReport) } as const
      const verdict = decideReport(free, report, NOON, { lenientEventTime })
      if (verdict.outcome !== 'accepted') return
      accepted++
      expect(storedReport(report, NOON, { lenientEventTime })).toEqual(verdict)
    }),
  )
  expect(accepted).toBeGreaterThan(0)
})
