import { expect, test } from 'vitest'
import type { DeviceId } from '../../base/ids.ts'
import { limits } from '../../base/limits.ts'
import { eventPayload, parseEvents } from './events.ts'

const parse = (value: unknown) => parseEvents(Buffer.from(JSON.stringify(value)))
const parsed = (value: unknown) => {
  const result = parse(value)
  if (result.kind !== 'parsed') throw new Error(JSON.stringify(result))
  return result
}
const sdkInfo = { service_id: '$sdk_info', event_type: 'sdk_info_report', paras: { sw_version: null } }

test('device protocol §3.8.1: what the Java SDK sends, with its own id and an event id of null', () => {
  const result = parsed({
    object_device_id: 'demo_lamp1',
    services: [{ ...sdkInfo, event_time: '20240102T030405Z', event_id: null }],
  })

  expect(result).toMatchObject({
    objectDeviceId: 'demo_lamp1',
    faults: [],
    events: [
      {
        serviceId: '$sdk_info',
        eventType: 'sdk_info_report',
        eventTime: '20240102T030405Z',
        paras: { sw_version: null },
      },
    ],
  })
  expect(result.events[0]).not.toHaveProperty('eventId')
})

test.each([
  ['absent', {}],
  ['null', { object_device_id: null }],
  ['empty', { object_device_id: '' }],
])('device protocol §3.0.3: an object_device_id that is %s means the device itself', (_, envelope) => {
  expect(parsed({ ...envelope, services: [sdkInfo] })).not.toHaveProperty('objectDeviceId')
})

test('several events in one payload are kept in order; unknown keys are ignored', () => {
  const services = [sdkInfo, { ...sdkInfo, service_id: '$log', event_id: 'e1', more: 1, paras: null }]

  const { events } = parsed({ services, more: { deep: [] } })

  expect(events.map(({ serviceId, eventId }) => [serviceId, eventId])).toEqual([
    ['$sdk_info', undefined],
    ['$log', 'e1'],
  ])
  expect(events[1]?.paras).toEqual({})
})

test('an entry that cannot be read is skipped with its place, the others are kept', () => {
  const services = [
    { ...sdkInfo, service_id: 5 },
    'x',
    { ...sdkInfo, paras: [] },
    sdkInfo,
    { service_id: 'a' },
  ]

  const { events, faults } = parsed({ services })

  expect(events).toHaveLength(1)
  expect(faults.map(({ params }) => params['field'])).toEqual([
    'services[0].service_id',
    'services[1]',
    'services[2].paras',
    'services[4].event_type',
  ])
})

test('S11: no more events of one payload are looked at than the limit', () => {
  const many = Array.from({ length: limits.eventsPerUplinkMax + 1 }, () => sdkInfo)

  const { events, faults } = parsed({ services: many })

  expect(events).toHaveLength(limits.eventsPerUplinkMax)
  expect(faults).toEqual([
    {
      code: 'payload-invalid',
      params: { field: 'services', rule: `must have at most ${limits.eventsPerUplinkMax} entries` },
    },
  ])
})

test.each([
  ['no JSON', Buffer.from('{'), 'payload-not-json'],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'payload-not-json'],
  ['too deep', Buffer.from('['.repeat(50) + ']'.repeat(50)), 'payload-not-json'],
  ['empty', Buffer.from(''), 'payload-not-json'],
  ['no object', Buffer.from('[]'), 'payload-invalid'],
  ['no services', Buffer.from('{}'), 'payload-invalid'],
  ['services of null', Buffer.from('{"services":null}'), 'payload-invalid'],
  ['no service', Buffer.from('{"services":[]}'), 'payload-invalid'],
  ['a device id that is no text', Buffer.from('{"object_device_id":1,"services":[]}'), 'payload-invalid'],
])('S11: %s is unreadable, and says why', (_, payload, code) => {
  expect(parseEvents(payload)).toMatchObject({ kind: 'unreadable', fault: { code } })
})

test('a key named __proto__ is a key like any other', () => {
  const payload = Buffer.from(
    '{"services":[{"service_id":"a","event_type":"b","paras":{"__proto__":{"x":1}}}]}',
  )

  const result = parseEvents(payload)

  expect(result.kind === 'parsed' && Object.keys(result.events[0]?.paras ?? {})).toEqual(['__proto__'])
})

test('device protocol §0.3: an event for a device has no nulls and one entry', () => {
  const eventTime = Date.UTC(2024, 0, 2, 3, 4, 5)
  const own = eventPayload({ serviceId: '$ota', eventType: 'version_query', eventTime, paras: {} })
  const child = eventPayload({
    serviceId: '$file_manager',
    eventType: 'get_upload_url_response',
    eventTime,
    eventId: 'e1',
    objectDeviceId: 'demo_child' as DeviceId,
    paras: { expire: 3600 },
  })

  expect(own.toString()).toBe(
    '{"services":[{"service_id":"$ota","event_type":"version_query","event_time":"20240102T030405Z","paras":{}}]}',
  )
  expect(JSON.parse(child.toString())).toEqual({
    object_device_id: 'demo_child',
    services: [
      {
        service_id: '$file_manager',
        event_type: 'get_upload_url_response',
        event_time: '20240102T030405Z',
        event_id: 'e1',
        paras: { expire: 3600 },
      },
    ],
  })
})
