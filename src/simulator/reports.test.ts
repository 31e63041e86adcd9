import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aModel } from '../../tests/support/builders.ts'
import { parseReport } from '../codec/payload/report.ts'
import { compileModel } from '../domain/product-model/check-value.ts'
import { dataTypes, type PropertyModel, type ServiceModel } from '../domain/product-model/product-model.ts'
import { decideReport } from '../domain/report/decide-report.ts'
import { badReportsFor } from './bad-reports.ts'
import { readProduct, simulatedSensor, type WireProduct } from './product.ts'
import { createRandom } from './random.ts'
import { encodeReport, planReports } from './reports.ts'
import { planValues } from './values.ts'

const NOON = Date.UTC(2026, 10, 22, 12)
const sensor = readProduct({ product_id: 'p', ...simulatedSensor } as unknown as WireProduct)

const decimalText = fc
  .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 4 }))
  .map(([digits, scale]) => String(digits / 10 ** scale))
const aRule = fc.record(
  {
    dataType: fc.constantFrom(...dataTypes),
    min: fc.oneof(decimalText, fc.constantFrom('', 'none', '9223372036854775')),
    max: fc.oneof(decimalText, fc.constantFrom('', '9999999999999999')),
    step: fc.constantFrom(0, 0.1, 0.25, 0.3, 0.01, 1, 2, 5, 7, 1000, 1e-7),
    maxLength: fc.integer({ min: 0, max: 12 }),
    enumList: fc.array(fc.string({ maxLength: 8 }), { maxLength: 4 }),
  },
  { requiredKeys: ['dataType'] },
)
const aServices = fc
  .array(fc.array(aRule, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 })
  .map((services): ServiceModel[] =>
    services.map((rules, service) => ({
      serviceId: `service${service}`,
      serviceType: `service${service}`,
      properties: rules.map((rule, index): PropertyModel => ({
        name: `property${index}`,
        required: false,
        method: 'R',
        ...rule,
      })),
      commands: [],
      events: [],
      option: 'Optional',
    })),
  )

test('every value of every report fits the model that it was made for, whatever the model', () => {
  fc.assert(
    fc.property(aServices, fc.integer(), (services, seed) => {
      const compiled = compileModel(services)
      const { reporter, properties } = planReports(services)
      fc.pre(properties > 0)
      const device = reporter(seed)
      for (let report = 0; report < 20; report++) {
        const parsed = parseReport(encodeReport(device.next(NOON + report * 1000)))
        expect(decideReport(compiled, parsed, NOON)).toMatchObject({
          outcome: 'accepted',
          code: 'report-stored',
        })
      }
    }),
    { numRuns: 300 },
  )
})

test('a range with a fitting value gets one; one without is left out and named', () => {
  const { impossible, properties } = planReports(
    aModel({
      S: {
        narrow: { dataType: 'int', min: '0.2', max: '0.8' },
        stepped: { dataType: 'int', min: '1', max: '3', step: 0.5 },
        tight: { dataType: 'decimal', min: '1.5', max: '1.5' },
        wide: { dataType: 'long', min: '-9007199254740991', max: '9007199254740991' },
        written: { dataType: 'int', method: 'W' },
      },
    }),
  )

  expect(impossible).toEqual(['S.narrow'])
  expect(properties).toBe(3)
})

test('where few values fit, every device has one all the same', () => {
  const services = aModel({ S: { rare: { dataType: 'int', max: '12928.4', step: 0.01 } } })
  const { reporter, impossible } = planReports(services)
  expect(impossible).toEqual([])

  for (let seed = 0; seed < 200; seed++)
    expect(reporter(seed).next(NOON).services).toMatchObject([{ properties: { rare: 12928 } }])
})

test('numbers walk: they move, a little at a time', () => {
  const source = planValues({ dataType: 'decimal', required: false, min: '0', max: '100', step: 0.1 })(
    createRandom(7),
  )!
  const values = Array.from({ length: 200 }, () => source(NOON) as number)

  expect(new Set(values).size).toBeGreaterThan(50)
  const strides = values.slice(1).map((value, index) => Math.abs(value - values[index]!))
  expect(Math.max(...strides)).toBeLessThan(8)
})

test('the same seed gives the same device again', () => {
  const { reporter } = planReports(sensor.services)

  expect(reporter(5).next(NOON)).toEqual(reporter(5).next(NOON))
})

test('a model of more properties than a report may hold is reported in turns', () => {
  const properties = Object.fromEntries(Array.from({ length: 450 }, (_, n) => [`p${n}`, {}]))
  const device = planReports(aModel({ S: properties })).reporter(1)
  const seen = new Set(
    Array.from({ length: 3 }, () =>
      device.next(NOON).services.flatMap((service) => Object.keys(service.properties)),
    ).flat(),
  )

  expect(seen.size).toBe(450)
})

test('every kind of bad report gets the verdict that it was made for', () => {
  const services = [
    ...sensor.services,
    ...aModel({ Odd: { level: { dataType: 'int', min: '1', max: '99', step: 7 } } }),
  ]
  const good = planReports(services).reporter(1).next(NOON)
  const bad = badReportsFor(services)

  for (const { code, spoil } of bad)
    expect([code, decideReport(compileModel(services), parseReport(spoil(good)), NOON)]).toMatchObject([
      code,
      { outcome: 'refused', code },
    ])
  expect(new Set(bad.map(({ code }) => code)).size).toBe(bad.length)
  expect(bad.length).toBe(19)
})

test('a bad value breaks the rule it was made to break, whatever the model', () => {
  fc.assert(
    fc.property(aServices, (services) => {
      const compiled = compileModel(services)
      const good = { services: [] }
      for (const { code, spoil } of badReportsFor(services)) {
        const { outcome } = decideReport(compiled, parseReport(spoil(good)), NOON)
        expect([code, outcome]).toEqual([code, 'refused'])
      }
    }),
  )
})

test('a wrong clock spoils the time and nothing else', () => {
  const compiled = compileModel(sensor.services)
  const device = planReports(sensor.services).reporter(3)
  const codes = Array.from({ length: 60 }, () => {
    const verdict = decideReport(compiled, parseReport(encodeReport(device.next(NOON, true))), NOON)
    expect(verdict.outcome).toBe('accepted')
    return verdict.services[0]!
  })

  expect(codes.some(({ timeCode }) => timeCode === 'event-time-malformed')).toBe(true)
  expect(codes.some(({ time }) => time > NOON)).toBe(true)
  expect(codes.some(({ time }) => time === 0)).toBe(true)
})
