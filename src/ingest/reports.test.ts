import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseReport } from '../codec/payload/report.ts'
import { compileModel } from '../domain/product-model/check-value.ts'
import { decideReport } from '../domain/report/decide-report.ts'
import { aModel, NOON } from '../../tests/support/builders.ts'
import { QuickReports } from './reports.ts'

const model = compileModel(
  aModel({
    Meter: { kwh: { dataType: 'decimal', min: '0', max: '100' }, note: { dataType: 'string', maxLength: 4 } },
    Lamp: { on: { dataType: 'boolean' }, level: { dataType: 'int', min: '0' } },
  }),
)

const meter = (kwh: string, note = '"ok"') =>
  Buffer.from(`{"services":[{"service_id":"Meter","properties":{"kwh":${kwh},"note":${note}}}]}`)

test('a layout is learned from one report, and the next one is judged by the same checks', () => {
  const reports = new QuickReports(model)

  expect(reports.areAllStored(meter('1'))).toBe(false)
  reports.learn(meter('1'), parseReport(meter('1')))

  expect(reports.areAllStored(meter('99.5'))).toBe(true)
  expect(reports.areAllStored(meter('100.5'))).toBe(false)
  expect(reports.areAllStored(meter('"5"'))).toBe(false)
  expect(reports.areAllStored(meter('5', '"too long"'))).toBe(false)
})

test('property: the quick way says yes only where the long way stores every value', () => {
  const value = fc.constantFrom(
    '1',
    '0',
    '-1',
    '100',
    '101',
    '1.5',
    '1e2',
    'null',
    '"ok"',
    '"longer"',
    'true',
    'false',
    '{}',
  )
  const member = (names: readonly string[]) =>
    fc.array(fc.tuple(fc.constantFrom(...names), value), { minLength: 1, maxLength: 3 })
  const service = fc
    .tuple(fc.constantFrom('Meter', 'Lamp', '$sdk', 'Other'), member(['kwh', 'note', 'on', 'level', 'x']))
    .map(([id, members]) => {
      const properties = members.map(([name, text]) => `"${name}":${text}`).join(',')
      return `{"service_id":"${id}","properties":{${properties}}}`
    })
  const report = fc
    .array(service, { minLength: 1, maxLength: 2 })
    .map((services) => Buffer.from(`{"services":[${services.join(',')}]}`))
  const reports = new QuickReports(model)
  let quick = 0
  fc.assert(
    fc.property(report, (payload) => {
      const parsed = parseReport(payload)
      const stored = decideReport(model, parsed, NOON).outcome === 'accepted'
      const isQuick = reports.areAllStored(payload)
      expect(isQuick && !stored).toBe(false)
      if (isQuick) quick++
      else if (stored) reports.learn(payload, parsed)
    }),
    { numRuns: 20_000 },
  )
  expect(quick).toBeGreaterThan(100)
})
