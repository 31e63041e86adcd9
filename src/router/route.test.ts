import { expect, test } from 'vitest'
import { limits } from '../base/limits.ts'
import { parseDeviceId, parseProductId, parseProjectId, parseSpaceId } from '../base/ids.ts'
import { formatTopic, parseTopic } from '../codec/topic/system-topics.ts'
import type { ConnectionGrant } from '../domain/verdict/verdict.ts'
import { type DecideTopic, routeTopic, unpackedBytesMax, uplinkOf } from './route.ts'

const [deviceId, other, projectId, spaceId, productId] = [
  parseDeviceId('dev1'),
  parseDeviceId('dev2'),
  parseProjectId('0'.repeat(32)),
  parseSpaceId('0'.repeat(32)),
  parseProductId('meter'),
]
if (!deviceId || !other || !projectId || !spaceId || !productId) throw new Error('valid ids')
const grant: ConnectionGrant = { deviceId, projectId, spaceId, productKey: 'p', productId, clientId: 'dev1' }

const allowing: DecideTopic = () => ({ kind: 'allowed', policy: 'open', statement: 1, boundTo: 'app' })
const routed = (topic: string) => routeTopic(grant, topic, allowing)
const uplinkOn = (topic: string) => {
  const route = routed(topic)
  if (route.kind === 'drop') throw new Error(route.sentence)
  return uplinkOf(grant, route, new Uint8Array(), 5, false)
}

test('an uplink carries who sent it, when, and the request id of topic or query', () => {
  expect(uplinkOn('$oc/devices/dev1/sys/messages/up?request_id=r-1')).toEqual({
    kind: 'message-up',
    deviceId,
    projectId,
    productKey: 'p',
    topic: '$oc/devices/dev1/sys/messages/up?request_id=r-1',
    payload: new Uint8Array(),
    receivedAt: 5,
    redelivered: false,
    requestId: 'r-1',
    isPlainReport: false,
    properties: undefined,
  })
  expect(uplinkOn('$oc/devices/dev1/sys/commands/response/request_id=c-1')).toMatchObject({
    kind: 'response',
    requestId: 'c-1',
  })
})

test('S3, device protocol §3.11: without anybody to ask about policies no custom topic is handed on', () => {
  expect(routeTopic(grant, 'custom/topic')).toMatchObject({
    kind: 'drop',
    code: 'policy-refused',
    byPolicy: { code: 'publish-not-allowed', params: { topic: 'custom/topic' } },
  })
})

test('a report is plain on the very topic of the device alone', () => {
  const report = '$oc/devices/dev1/sys/properties/report'

  expect(uplinkOn(report)).toMatchObject({ kind: 'report', isPlainReport: true })
  expect(uplinkOn(`${report}?request_id=r`)).toMatchObject({ kind: 'report', isPlainReport: false })
  expect(uplinkOn(`${report}?`)).toMatchObject({ kind: 'report', isPlainReport: false })
})

test('S3: no topic of another device is handed on, whatever its kind', () => {
  const kinds = ['message-up', 'property-report', 'event-up', 'gateway-property-report'] as const
  for (const kind of kinds) {
    expect(routed(formatTopic({ kind, deviceId: other }))).toMatchObject({
      kind: 'drop',
      code: 'topic-foreign',
    })
  }
})

for (const [topic, code] of [
  ['$oc/devices/dev2/sys/gateway/sub_devices/properties/report', 'topic-foreign'],
  ['$oc/devices/dev1/sys/bootstrap/up', 'topic-not-served'],
  ['$oc/bridges/dev1/devices/dev9/sys/login/request_id=1', 'topic-not-served'],
  ['$oc/devices/dev2/user/a', 'topic-foreign'],
  ['$oc/devices/dev1/user/a//b', 'topic-unknown'],
  ['/huawei/v1/devices/dev2/data/json', 'topic-foreign'],
  ['$oc/m2m/to/dev1/from/dev2/request_id=1', 'topic-foreign'],
  ['$oc/broadcast/a', 'topic-downward'],
  ['$oc/devices/dev1/sys/commands/request_id=1', 'topic-downward'],
  ['$oc/devices/dev1/sys/messages/up/', 'topic-unknown'],
  ['$oc/devices/dev1//sys/messages/up', 'topic-unknown'],
  ['$oc/devices/dev1/sys/commands/response/request_id=', 'topic-unknown'],
  ['$oc/devices//sys/messages/up', 'topic-unknown'],
  ['a/'.repeat(8) + 'a', 'topic-unknown'],
] as const)
  test(`default deny: ${topic} is dropped, ${code}`, () => {
    expect(routed(topic)).toMatchObject({ kind: 'drop', code })
  })

for (const [topic, kind] of [
  ['$oc/devices/dev1/sys/gateway/sub_devices/properties/report', 'gateway-report'],
  ['$oc/devices/dev1/user/a/b', 'message-up'],
  ['custom/topic', 'message-up'],
  ['$oc/m2m/to/dev2/from/dev1/request_id=1', 'message-up'],
  ['/huawei/v1/devices/dev1/data/json', 'report'],
  ['/huawei/v1/devices/dev1/data/binary', 'message-up'],
  ['$oc/devices/dev1/sys/sub_device_manage/messages/up', 'message-up'],
  ['$oc/devices/dev1/sys/shadow/get/request_id=r', 'request'],
  ['$oc/devices/child/sys/shadow/get/request_id=r', 'request'],
] as const)
  test(`device protocol §3.0.1: ${topic} is a ${kind}`, () => {
    expect(uplinkOn(topic)).toMatchObject({ kind, deviceId, topic })
  })

test('device protocol §1.4: of a message, what MQTT 5 says beside its payload is handed on', () => {
  const route = routed('custom/topic')
  if (route.kind === 'drop') throw new Error(route.sentence)

  expect(uplinkOf(grant, route, new Uint8Array(), 5, false, { contentType: 'text/plain' })).toMatchObject({
    properties: { contentType: 'text/plain' },
  })
})

test('device protocol §3.0.2, §6.1: what a topic takes, packed or unpacked; a report that is larger gets a verdict', () => {
  const limitOf = (topic: string) => {
    const route = routed(topic)
    return route.kind === 'served' && [route.isPacked, route.bytesMax, unpackedBytesMax(route)]
  }

  expect(limitOf('$oc/devices/dev1/sys/properties/report?encoding=gzip')).toEqual([
    true,
    undefined,
    limits.reportBytesMax,
  ])
  expect(limitOf('$oc/devices/dev1/sys/messages/up?encoding=gzip')).toEqual([true, 1024 * 1024, 1024 * 1024])
  expect(limitOf('$oc/devices/dev1/sys/messages/up')).toEqual([false, 1024 * 1024, 1024 * 1024])
})

test('a sentence for a drop names no device and fits a reason string', () => {
  const result = routed('$oc/devices/dev2/sys/messages/up')

  expect(parseTopic('$oc/devices/dev2/sys/messages/up')).toMatchObject({ deviceId: other })
  expect(result.kind === 'drop' && result.sentence).not.toContain('dev2')
})
