import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limits } from '../../base/limits.ts'
import { legacyCommand, parseLegacyAnswer, parseLegacyReport } from './legacy.ts'
import { parseReport } from './report.ts'

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const read = (payload: Uint8Array | undefined): unknown =>
  payload && JSON.parse(Buffer.from(payload).toString())

test('device protocol §3.14: deviceReq reads as the report of the same values does, whatever they are', () => {
  const entry = fc.record(
    {
      id: fc.oneof(fc.string(), fc.constant(null)),
      values: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), fc.jsonValue()),
      time: fc.oneof(fc.constant('20240102T030405Z'), fc.jsonValue({ maxDepth: 1 })),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 5 }), (entries) => {
      const named = (id: string, values: string, time: string) =>
        entries.map((one) => ({
          ...('id' in one && { [id]: one.id }),
          ...('values' in one && { [values]: one.values }),
          ...('time' in one && { [time]: one.time }),
        }))
      const legacy = { msgType: 'deviceReq', data: named('serviceId', 'serviceData', 'eventTime') }
      const present = { services: named('service_id', 'properties', 'event_time') }

      expect(parseLegacyReport(bytes(legacy))).toEqual(parseReport(bytes(present)))
    }),
  )
})

test('safety S11: a number that changes in reading is told here, too', () => {
  const report = parseLegacyReport(
    bytes('{"msgType":"deviceReq","data":[{"serviceId":"Env","serviceData":{"n":9007199254740993}}]}'),
  )

  expect(report).toMatchObject({ services: [{ serviceId: 'Env', inexactProperties: ['n'] }] })
})

test.for([
  ['', 'report-not-json'],
  ['[]', 'report-not-object'],
  ['{}', 'report-type-unknown'],
  ['{"msgType":7}', 'report-type-unknown'],
  ['{"msgType":"cloudReq"}', 'report-type-unknown'],
  ['{"msgType":"deviceReq"}', 'report-data-missing'],
  ['{"msgType":"deviceReq","data":[]}', 'report-data-missing'],
  ['{"msgType":"deviceReq","data":{}}', 'report-data-missing'],
  [`{"msgType":"deviceReq","data":${'['.repeat(40)}${']'.repeat(40)}}`, 'report-too-deep'],
  [' '.repeat(limits.reportBytesMax + 1), 'report-too-large'],
] as const)('what is no report has a verdict of its own: %#', ([payload, code]) => {
  expect(parseLegacyReport(bytes(payload))).toMatchObject({ kind: 'unreadable', code })
})

test('device protocol §3.14, §3.8.0: deviceRsp reads as the answer on the present topic', () => {
  const answer = parseLegacyAnswer(
    bytes({ msgType: 'deviceRsp', mid: 17, errcode: 0, body: { state: 'on' } }),
  )

  expect(answer?.mid).toBe(17)
  expect(read(answer?.payload)).toEqual({ result_code: 0, paras: { state: 'on' } })
  expect(read(parseLegacyAnswer(bytes({ msgType: 'deviceRsp', mid: 1, body: null }))?.payload)).toEqual({})
})

test.for([0, 65_536, 1.5, -1, '17', null, {}, 1e300])('%j is no number of a command', (mid) => {
  expect(parseLegacyAnswer(bytes({ msgType: 'deviceRsp', mid }))).toMatchObject({ mid: undefined })
})

test('S11: any bytes are an answer, a report or refused, never thrown', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), fc.jsonValue().map(bytes)), (payload) => {
      expect(parseLegacyAnswer(payload)).toBeUndefined()
      expect(['parsed', 'unreadable']).toContain(parseLegacyReport(payload).kind)
    }),
  )
})

test('device protocol §3.14: a command in the form of the earlier platform; there is none for a child', () => {
  const command = { service_id: 'Lamp', command_name: 'switch', paras: { state: 'on' } }

  expect(read(legacyCommand(bytes(command), 17))).toEqual({
    msgType: 'cloudReq',
    serviceId: 'Lamp',
    cmd: 'switch',
    paras: { state: 'on' },
    mid: 17,
  })
  expect(legacyCommand(bytes({ ...command, object_device_id: 'child' }), 17)).toBeUndefined()
})
