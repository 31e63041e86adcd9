import fc from 'fast-check'
import { expect, test } from 'vitest'
import vectors from '../../../tests/vectors/device-protocol-vectors.json' with { type: 'json' }
import type { BridgeId, DeviceId } from '../../base/ids.ts'
import { formatTopic, parseTopic, topicDirection } from './system-topics.ts'
import type { NamedTopic, Topic } from './system-topics.ts'

const id = (text: string) => text as DeviceId
const bridge = 'b' as BridgeId

/** The vectors write kinds in snake_case. */
const kindOf = (vectorKind: string) => vectorKind.replaceAll('_', '-')

test.each(vectors.topics)('vector $id: $topic is $kind', (vector) => {
  const { request_id: requestId, options = {} } = vector as VectorTopic
  const { request_id: optional, encoding } = options

  expect(parseTopic(vector.topic)).toMatchObject({
    kind: kindOf(vector.kind),
    ...(requestId && { requestId }),
    ...(vector.options && {
      options: { ...(optional && { requestId: optional }), ...(encoding && { encoding }) },
    }),
  })
})

interface VectorTopic {
  readonly request_id?: string
  readonly options?: { readonly request_id?: string; readonly encoding?: string }
}

// Device protocol §3.0.1, row by row.
test.each<[string, Topic['kind'], 'up' | 'down']>([
  ['sys/messages/up', 'message-up', 'up'],
  ['sys/messages/down', 'message-down', 'down'],
  ['sys/properties/report', 'property-report', 'up'],
  ['sys/gateway/sub_devices/properties/report', 'gateway-property-report', 'up'],
  ['sys/properties/set/request_id=r', 'property-set', 'down'],
  ['sys/properties/set/response/request_id=r', 'property-set-response', 'up'],
  ['sys/properties/get/request_id=r', 'property-get', 'down'],
  ['sys/properties/get/response/request_id=r', 'property-get-response', 'up'],
  ['sys/shadow/get/request_id=r', 'shadow-get', 'up'],
  ['sys/shadow/get/response/request_id=r', 'shadow-get-response', 'down'],
  ['sys/commands/request_id=r', 'command', 'down'],
  ['sys/commands/response/request_id=r', 'command-response', 'up'],
  ['sys/events/up', 'event-up', 'up'],
  ['sys/events/down', 'event-down', 'down'],
  ['sys/bootstrap/up', 'bootstrap-up', 'up'],
  ['sys/bootstrap/down', 'bootstrap-down', 'down'],
  ['sys/sub_device_manage/messages/up', 'sub-device-message-up', 'up'],
])('device protocol §3.0.1: $oc/devices/{id}/%s is %s, sent %s', (path, kind, direction) => {
  const request = path.endsWith('request_id=r') ? { requestId: 'r' } : {}

  expect(parseTopic(`$oc/devices/d_1/${path}`)).toEqual({ kind, deviceId: 'd_1', ...request, options: {} })
  expect(topicDirection(kind)).toBe(direction)
})

test.each<[string, Topic['kind']]>([
  ['sys/messages/up', 'bridge-message-up'],
  ['sys/properties/report', 'bridge-property-report'],
  ['sys/gateway/sub_devices/properties/report', 'bridge-gateway-property-report'],
  ['sys/commands/response/request_id=r', 'bridge-command-response'],
  ['sys/login/request_id=r', 'bridge-login'],
  ['sys/login/response/request_id=r', 'bridge-login-response'],
  ['sys/logout/request_id=r', 'bridge-logout'],
  ['sys/reset_secret/request_id=r', 'bridge-reset-secret'],
  ['sys/disconnect', 'bridge-disconnect'],
])('device protocol §3.10: $oc/bridges/{b}/devices/{d}/%s is %s', (path, kind) => {
  expect(parseTopic(`$oc/bridges/br/devices/d/${path}`)).toMatchObject({
    kind,
    bridgeId: 'br',
    deviceId: 'd',
  })
})

test('device protocol §3.0.2: the query suffix is stripped, unknown keys and values are ignored', () => {
  const options = (query: string) => {
    const topic = parseTopic(`$oc/devices/d/sys/properties/report?${query}`)
    return 'options' in topic && topic.kind === 'property-report' ? topic.options : undefined
  }

  expect(options('request_id=42-a&encoding=gzip')).toEqual({ requestId: '42-a', encoding: 'gzip' })
  expect(options('colour=red&encoding=gzip')).toEqual({ encoding: 'gzip' })
  expect(options('encoding=brotli')).toEqual({})
  expect(options('request_id=a&request_id=b')).toEqual({ requestId: 'a' })
  expect(options('request_id=with blank')).toEqual({})
  expect(options('')).toEqual({})
  expect(options('__proto__=x&&=&encoding')).toEqual({})
  expect(parseTopic('$oc/devices/d/sys/commands/response/request_id=r?encoding=gzip')).toMatchObject({
    requestId: 'r',
    options: { encoding: 'gzip' },
  })
})

test.each([
  '$oc',
  '$oc/',
  '$oc/devices',
  '$oc/devices/d',
  '$oc/devices/d/',
  '$oc/devices//sys/messages/up',
  '$oc/devices/d d/sys/messages/up',
  `$oc/devices/${'d'.repeat(129)}/sys/messages/up`,
  '$oc/devices/d/sys/messages/up/',
  '$oc/devices/d/sys//messages/up',
  '$oc/devices/d/SYS/messages/up',
  '$oc/devices/d/messages/up',
  '$oc/devices/d/sys/commands',
  '$oc/devices/d/sys/commands/',
  '$oc/devices/d/sys/commands/request_id=',
  '$oc/devices/d/sys/commands/request_id=a/b',
  `$oc/devices/d/sys/commands/request_id=${'r'.repeat(129)}`,
  '$oc/devices/d/sys/messages/up/request_id=r',
  '$oc/devices/d/sys/login/request_id=r',
  '$oc/bridges/b/devices/d/sys/bootstrap/up',
  '$oc/bridges/b/sys/messages/up',
  '$oc/broadcast/',
  '$oc/m2m/to/a/from/b',
  '$oc/m2m/to/a/from/b/request_id=',
  '$SYS/broker/uptime',
  '$share/g/a',
  '/huawei/v1/devices/d/data/xml',
  '/huawei/v2/devices/d/data/json',
  '/huawei/',
])('device protocol §3.11: "%s" is reserved and in no row: unknown', (topic) => {
  expect(parseTopic(topic)).toEqual({ kind: 'unknown', why: 'unlisted' })
})

test('device protocol §3.11 A: a user suffix is 1 to 64 letters, digits, _ and single slashes', () => {
  const user = (suffix: string) => parseTopic(`$oc/devices/d/user/${suffix}`)

  expect(user('a/b_1')).toEqual({ kind: 'user', deviceId: 'd', suffix: 'a/b_1' })
  expect(user('x'.repeat(64))).toMatchObject({ kind: 'user' })
  for (const suffix of ['', '/', 'a//b', '/a', 'a/', 'a-b', 'a?x=1', 'x'.repeat(65), '中']) {
    expect(user(suffix)).toEqual({ kind: 'unknown', why: 'unlisted' })
  }
})

test('device protocol §1.3: custom topics have at most 128 bytes and 7 separators, $oc topics 512 bytes', () => {
  expect(parseTopic('/v1/d/up')).toEqual({ kind: 'custom' })
  expect(parseTopic('huawei/v1')).toEqual({ kind: 'custom' })
  expect(parseTopic('x'.repeat(128))).toEqual({ kind: 'custom' })
  expect(parseTopic('x'.repeat(129))).toEqual({ kind: 'unknown', why: 'too-long' })
  expect(parseTopic('中'.repeat(43))).toEqual({ kind: 'unknown', why: 'too-long' })
  expect(parseTopic('a/b/c/d/e/f/g/h')).toEqual({ kind: 'custom' })
  expect(parseTopic('a/b/c/d/e/f/g/h/i')).toEqual({ kind: 'unknown', why: 'too-deep' })

  const report = '$oc/devices/d/sys/properties/report?x='
  expect(parseTopic(report + 'y'.repeat(512 - report.length))).toMatchObject({ kind: 'property-report' })
  expect(parseTopic(report + 'y'.repeat(513 - report.length))).toEqual({ kind: 'unknown', why: 'too-long' })
  expect(
    parseTopic(`$oc/devices/${'d'.repeat(128)}/sys/gateway/sub_devices/properties/report`),
  ).toMatchObject({
    kind: 'gateway-property-report',
  })
})

test('device protocol §3.12, §3.13, §3.14: broadcast, device to device, legacy', () => {
  expect(parseTopic('$oc/broadcast/a/b')).toEqual({ kind: 'broadcast', suffix: 'a/b' })
  expect(parseTopic('$oc/m2m/to/a/from/b/request_id=r')).toEqual({
    kind: 'm2m',
    to: 'a',
    from: 'b',
    requestId: 'r',
  })
  expect(parseTopic('/huawei/v1/devices/d/command/binary')).toEqual({
    kind: 'legacy-command-binary',
    deviceId: 'd',
  })
  expect(topicDirection('broadcast')).toBe('down')
  expect(topicDirection('custom')).toBe('both')
  expect(topicDirection('unknown')).toBe('none')
})

const named: readonly NamedTopic[] = [
  { kind: 'message-down', deviceId: id('d') },
  { kind: 'property-set', deviceId: id('d'), requestId: 'r-1' },
  { kind: 'property-get', deviceId: id('d'), requestId: 'r-1' },
  { kind: 'shadow-get-response', deviceId: id('d'), requestId: 'r-1' },
  { kind: 'command', deviceId: id('d'), requestId: 'r-1' },
  { kind: 'event-down', deviceId: id('d') },
  { kind: 'bootstrap-down', deviceId: id('d') },
  { kind: 'bridge-command', bridgeId: bridge, deviceId: id('d'), requestId: 'r' },
  { kind: 'bridge-login-response', bridgeId: bridge, deviceId: id('d'), requestId: 'r' },
  { kind: 'bridge-disconnect', bridgeId: bridge, deviceId: id('d') },
  { kind: 'bridge-gateway-property-report', bridgeId: bridge, deviceId: id('d') },
  { kind: 'user', deviceId: id('d'), suffix: 'a/b' },
  { kind: 'broadcast', suffix: 'x' },
  { kind: 'm2m', to: id('a'), from: id('b'), requestId: 'r' },
  { kind: 'legacy-command-json', deviceId: id('d') },
]

test.each(named)('a topic of kind $kind is parsed as it was formatted', (topic) => {
  expect(parseTopic(formatTopic(topic))).toMatchObject(topic)
})

test('device protocol §1.6: nothing stands behind the request id of a downlink, and no = in front of it', () => {
  expect(formatTopic({ kind: 'command', deviceId: id('d'), requestId: 'r-1' })).toBe(
    '$oc/devices/d/sys/commands/request_id=r-1',
  )
})

test('a topic that needs a request id is not formatted without one, nor the other way round', () => {
  expect(() => formatTopic({ kind: 'command', deviceId: id('d') })).toThrow('request id')
  expect(() => formatTopic({ kind: 'message-down', deviceId: id('d'), requestId: 'r' })).toThrow('request id')
  expect(() => formatTopic({ kind: 'command', deviceId: id('d'), requestId: 'a/b' })).toThrow('request id')
})

test('any text is parsed to some kind; what carries ids carries well-formed ones', () => {
  const part = fc.constantFrom(
    '$oc',
    'devices',
    'bridges',
    'd',
    'sys',
    'user',
    'request_id=r',
    '',
    '?',
    'x'.repeat(200),
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(part, { maxLength: 9 }).map((all) => all.join('/')),
  )
  fc.assert(
    fc.property(text, (topic) => {
      const parsed = parseTopic(topic)
      const ids = Object.entries(parsed).filter(([name]) => name.endsWith('Id'))
      for (const [, value] of ids) expect(value).toMatch(/^[A-Za-z0-9_-]{1,128}$/)
    }),
    { numRuns: 2000 },
  )
})
