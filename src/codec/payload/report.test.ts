import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import vectors from '../../../tests/vectors/device-protocol-vectors.json' with { type: 'json' }
import { limits } from '../../base/limits.ts'
import { fill } from '../../base/refusal.ts'
import { reportCodes } from '../../domain/verdict/report-codes.ts'
import { parseReport } from './report.ts'

const parse = (payload: unknown) =>
  parseReport(Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)))

test('device protocol §3.3: services, properties and event times are read in their order', () => {
  const report = parse({
    services: [
      { service_id: 'Env', properties: { temperature: 21.5, humidity: 48 }, event_time: '20240102T030405Z' },
      { service_id: 'Power', properties: { battery: 91 } },
    ],
  })

  expect(report).toEqual({
    kind: 'parsed',
    services: [
      { serviceId: 'Env', properties: { temperature: 21.5, humidity: 48 }, eventTime: '20240102T030405Z' },
      { serviceId: 'Power', properties: { battery: 91 }, eventTime: undefined },
    ],
  })
})

test('device protocol §0.3: null is absent, unknown keys are ignored; a null value of a property is kept (§4.3)', () => {
  const report = parse({
    object_device_id: null,
    extra: 1,
    services: [{ service_id: 'Env', properties: { a: null }, event_time: null, event_id: null }],
  })

  expect(report).toEqual({
    kind: 'parsed',
    services: [{ serviceId: 'Env', properties: { a: null }, eventTime: undefined }],
  })
})

test('device protocol §4.1: an event time of any other form is passed on as it came', () => {
  for (const time of ['2024-01-02T03:04:05Z', '', 5, {}]) {
    expect(parse({ services: [{ service_id: 'S', properties: {}, event_time: time }] })).toMatchObject({
      services: [{ eventTime: time }],
    })
  }
})

test.each([
  ['services is missing', '{}', 'report-services-missing'],
  ['services is null', '{"services":null}', 'report-services-missing'],
  ['services is an object', '{"services":{}}', 'report-services-missing'],
  ['services is empty', '{"services":[]}', 'report-services-empty'],
  ['the payload is an array', '[]', 'report-not-object'],
  ['the payload is a text', '"services"', 'report-not-object'],
  ['the payload is null', 'null', 'report-not-object'],
  ['the payload is empty', '', 'report-not-json'],
  ['the payload is JavaScript', '{services:[]}', 'report-not-json'],
  ['the payload nests 33 deep', '['.repeat(33), 'report-too-deep'],
  ['the payload is 60,000 brackets', '['.repeat(60_000), 'report-too-deep'],
])('device protocol §4.2: %s: nothing is stored', (_what, payload, code) => {
  expect(parse(payload)).toMatchObject({ kind: 'unreadable', code })
})

test('safety R15: a payload that is not UTF-8 is unreadable', () => {
  expect(parseReport(Uint8Array.of(0x7b, 0xff, 0x7d))).toMatchObject({
    kind: 'unreadable',
    code: 'report-not-utf8',
  })
  expect(parseReport(Buffer.from('1f8b0800', 'hex'))).toMatchObject({
    kind: 'unreadable',
    code: 'report-not-utf8',
  })
})

test.each([
  ['service_id is missing', { properties: { a: 1 } }, 'service-id-missing'],
  ['service_id is null', { service_id: null, properties: { a: 1 } }, 'service-id-missing'],
  ['service_id is a number', { service_id: 5, properties: { a: 1 } }, 'service-id-missing'],
  ['service_id is empty', { service_id: '', properties: { a: 1 } }, 'service-id-missing'],
  ['the entry is a number', 5, 'service-id-missing'],
  ['the entry is null', null, 'service-id-missing'],
  ['properties is missing', { service_id: 'S' }, 'properties-missing'],
  ['properties is null', { service_id: 'S', properties: null }, 'properties-missing'],
  ['properties is an array', { service_id: 'S', properties: [1] }, 'properties-missing'],
])('device protocol §4.2: %s: that entry is skipped, the rest is kept', (_what, entry, code) => {
  const report = parse({ services: [entry, { service_id: 'Good', properties: { a: 1 } }] })

  expect(report).toMatchObject({
    kind: 'parsed',
    services: [
      { code, properties: {} },
      { serviceId: 'Good', properties: { a: 1 } },
    ],
  })
})

test('device protocol §3.3: 64 KB are taken, one byte more is not', () => {
  const head = '{"services":[{"service_id":"S","properties":{"a":"'
  const tail = '"}}]}'
  const sized = (bytes: number) => head + 'x'.repeat(bytes - head.length - tail.length) + tail

  expect(parse(sized(limits.reportBytesMax))).toMatchObject({ kind: 'parsed' })
  expect(parse(sized(limits.reportBytesMax + 1))).toEqual({
    kind: 'unreadable',
    code: 'report-too-large',
    params: { bytes: limits.reportBytesMax + 1, limit: limits.reportBytesMax },
  })
})

test('safety S11: 500 values are taken over all services, 501 are not; an entry counts as one at least', () => {
  const properties = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, i]))
  const report = (first: number, second: number) =>
    parse({ services: [first, second].map((count) => ({ service_id: 'S', properties: properties(count) })) })

  expect(report(250, 250)).toMatchObject({ kind: 'parsed' })
  expect(report(250, 251)).toMatchObject({
    code: 'report-too-many-properties',
    params: { count: 501, limit: 500 },
  })
  expect(parse({ services: Array.from({ length: 20_000 }, () => 0) })).toMatchObject({
    code: 'report-too-many-properties',
  })
})

test('safety S11: a property that holds a rounded integer is named, at any depth', () => {
  const report = parse(
    '{"services":[{"service_id":"S","properties":{"ok":1,"big":9007199254740993,"deep":{"a":[9007199254740993]}}}]}',
  )

  expect(report).toMatchObject({ services: [{ inexactProperties: ['big', 'deep'] }] })
})

test('safety §4: properties named __proto__ and constructor are plain data, and pollute nothing', () => {
  const report = parse(
    '{"__proto__":{"services":[]},"services":[{"service_id":"S","properties":{"__proto__":1,"constructor":2}}]}',
  )

  if (report.kind !== 'parsed') throw new Error(report.code)
  expect(Object.keys(report.services[0]?.properties ?? {})).toEqual(['__proto__', 'constructor'])
  expect(parse('{"__proto__":{"services":[{"service_id":"S","properties":{"a":1}}]}}')).toMatchObject({
    code: 'report-services-missing',
  })
})

test.each(vectors.gzip)('vector $id: the gunzipped payload is a report', (vector) => {
  const payload = gunzipSync(Buffer.from(vector.payload_base64, 'base64'))

  expect(parseReport(payload)).toMatchObject({ kind: 'parsed' })
})

test('safety Q1: any bytes give a report or a reason, and each reason’s sentence has its parameters', () => {
  const json = fc.jsonValue({ maxDepth: 4 }).map((value) => Buffer.from(JSON.stringify({ services: value })))
  const broken = fc.tuple(json, fc.nat(), fc.uint8Array({ maxLength: 3 })).map(([whole, at, noise]) => {
    const place = at % (whole.length + 1)
    return Buffer.concat([whole.subarray(0, place), noise, whole.subarray(place + 1)])
  })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), json, broken), (payload) => {
      const report = parseReport(payload)
      if (report.kind === 'parsed') return
      for (const text of [reportCodes[report.code].en, reportCodes[report.code].zh]) {
        expect(fill(text.sentence, report.params)).not.toMatch(
          /\{(bytes|limit|offset|detail|seen|example|count)\}/,
        )
        expect(fill(text.remedy, report.params)).not.toMatch(
          /\{(bytes|limit|offset|detail|seen|example|count)\}/,
        )
      }
    }),
    { numRuns: 3000 },
  )
})
