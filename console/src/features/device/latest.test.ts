import { expect, test } from 'vitest'
import { type Latest, shownServices, withReports } from './latest.ts'
import type { ReportedService } from './reports.ts'

const NOON = Date.UTC(2026, 10, 22, 12)
const iso = (at: number): string => new Date(at).toISOString()

const aReport = (part: Partial<ReportedService> & { readonly level?: unknown }): ReportedService => ({
  serviceId: 'Battery',
  time: part.time ?? NOON,
  receivedAt: part.receivedAt ?? NOON,
  values: part.values ?? [{ property: 'level', outcome: 'stored', seen: part.level }],
})

const nothing: Latest = { services: [] }
const levelOf = (latest: Latest) => latest.services[0]?.properties[0]

test('a report sets value and times', () => {
  const latest = withReports(nothing, [aReport({ level: 80, time: NOON - 1000 })])

  expect(latest.services).toEqual([
    {
      service_id: 'Battery',
      time: iso(NOON - 1000),
      received_at: iso(NOON),
      properties: [{ property: 'level', value: 80, time: iso(NOON - 1000), received_at: iso(NOON) }],
    },
  ])
})

test('what is older than what is known changes nothing, of equal age the later wins', () => {
  const known = withReports(nothing, [aReport({ level: 80 })])

  expect(levelOf(withReports(known, [aReport({ level: 1, time: NOON - 1 })]))?.value).toBe(80)
  expect(levelOf(withReports(known, [aReport({ level: 2 })]))?.value).toBe(2)
})

test('a clock that ran ahead does not keep later values out', () => {
  const ahead = withReports(nothing, [aReport({ level: 80, time: NOON + 1e10 })])

  const later = withReports(ahead, [aReport({ level: 81, time: NOON + 1, receivedAt: NOON + 1 })])

  expect(levelOf(later)?.value).toBe(81)
})

test('a refused value is marked beside the value that stands, until one is stored again', () => {
  const refusal = {
    property: 'level',
    outcome: 'refused',
    code: 'value-above-maximum',
    sentence: 'Too high.',
    remedy: 'Lower it.',
    seen: 300,
    rule: { max: '100' },
  } as const
  const refused = withReports(nothing, [
    aReport({ level: 80 }),
    aReport({ receivedAt: NOON + 5, values: [refusal] }),
  ])
  const stored = withReports(refused, [aReport({ level: 81, time: NOON + 9, receivedAt: NOON + 9 })])

  expect(levelOf(refused)).toMatchObject({
    value: 80,
    refused: { at: iso(NOON + 5), code: 'value-above-maximum', seen: 300 },
  })
  expect(levelOf(stored)).toMatchObject({ value: 81 })
  expect(levelOf(stored)).not.toHaveProperty('refused')
})

test('a null takes the value away', () => {
  const latest = withReports(nothing, [aReport({ level: 80 }), aReport({ level: null })])

  expect(levelOf(latest)).toEqual({ property: 'level' })
})

test('what the model names is shown although it was never reported, and what it no longer names is shown too', () => {
  const model = {
    service_capabilities: [
      {
        service_id: 'Battery',
        properties: [{ property_name: 'level', data_type: 'int', method: 'R', unit: '%' }],
      },
      { service_id: 'Lamp', properties: [{ property_name: 'on', data_type: 'int', method: 'RW' }] },
    ],
  } as unknown as NonNullable<Parameters<typeof shownServices>[0]>
  const latest: Latest = {
    services: [{ service_id: 'Old', properties: [{ property: 'gone', value: 'x' }] }],
  }

  const shown = shownServices(model, latest)

  expect(shown.map(({ serviceId, properties }) => [serviceId, properties.map(({ name }) => name)])).toEqual([
    ['Battery', ['level']],
    ['Lamp', ['on']],
    ['Old', ['gone']],
  ])
  expect(shown[0]?.properties[0]).toMatchObject({ model: { unit: '%' }, latest: undefined })
})
