import { expect, test } from 'vitest'
import { limits } from '../base/limits.ts'
import { parseDeviceId, parseProjectId } from '../base/ids.ts'
import { formatTopic, parseTopic } from '../codec/topic/system-topics.ts'
import type { ConnectionGrant } from '../domain/verdict/verdict.ts'
import { route } from './route.ts'

const [deviceId, other, projectId] = [
  parseDeviceId('dev1'),
  parseDeviceId('dev2'),
  parseProjectId('0'.repeat(32)),
]
if (!deviceId || !other || !projectId) throw new Error('valid ids')
const grant: ConnectionGrant = { deviceId, projectId, productKey: 'p' }

const routed = (topic: string, payload: Uint8Array = new Uint8Array()) =>
  route(grant, { topic, payload, dup: false }, 5)

test('an uplink carries who sent it, when, and the request id of topic or query', () => {
  expect(routed('$oc/devices/dev1/sys/messages/up?request_id=r-1')).toEqual({
    kind: 'uplink',
    uplink: {
      kind: 'message-up',
      deviceId,
      projectId,
      productKey: 'p',
      topic: '$oc/devices/dev1/sys/messages/up?request_id=r-1',
      payload: new Uint8Array(),
      receivedAt: 5,
      redelivered: false,
      requestId: 'r-1',
    },
  })
  expect(routed('$oc/devices/dev1/sys/commands/response/request_id=c-1')).toMatchObject({
    uplink: { kind: 'response', requestId: 'c-1' },
  })
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
  ['$oc/devices/dev1/sys/gateway/sub_devices/properties/report', 'topic-not-served'],
  ['$oc/devices/dev1/sys/shadow/get/request_id=r', 'topic-not-served'],
  ['$oc/devices/dev1/sys/bootstrap/up', 'topic-not-served'],
  ['$oc/devices/dev1/user/a', 'topic-not-served'],
  ['$oc/bridges/dev1/devices/dev9/sys/login/request_id=1', 'topic-not-served'],
  ['$oc/m2m/to/dev2/from/dev1/request_id=1', 'topic-not-served'],
  ['/huawei/v1/devices/dev1/data/json', 'topic-not-served'],
  ['custom/topic', 'topic-not-served'],
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

test('device protocol §3.0.2: gzip is unpacked first, within the limit of its topic', () => {
  expect(routed('$oc/devices/dev1/sys/properties/report?encoding=gzip')).toEqual({
    kind: 'inflate',
    bytesMax: limits.reportBytesMax,
  })
  expect(routed('$oc/devices/dev1/sys/messages/up?encoding=gzip')).toEqual({
    kind: 'inflate',
    bytesMax: 1024 * 1024,
  })
  const topic = '$oc/devices/dev1/sys/messages/up?encoding=gzip'
  expect(route(grant, { topic, payload: Uint8Array.of(1), dup: false }, 5, Uint8Array.of(2))).toMatchObject({
    uplink: { payload: Uint8Array.of(2) },
  })
})

test('device protocol §6.1: a message of more than 1 MB is dropped; a report of more than 64 kB gets a verdict', () => {
  expect(routed('$oc/devices/dev1/sys/messages/up', new Uint8Array(1024 * 1024))).toMatchObject({
    kind: 'uplink',
  })
  expect(routed('$oc/devices/dev1/sys/messages/up', new Uint8Array(1024 * 1024 + 1))).toMatchObject({
    kind: 'drop',
    reasonCode: 0x97,
    code: 'payload-too-large',
  })
  expect(
    routed('$oc/devices/dev1/sys/properties/report', new Uint8Array(limits.reportBytesMax + 1)),
  ).toMatchObject({
    uplink: { report: { kind: 'unreadable', code: 'report-too-large' } },
  })
})

test('a sentence for a drop names no device and fits a reason string', () => {
  const result = routed('$oc/devices/dev2/sys/messages/up')

  expect(parseTopic('$oc/devices/dev2/sys/messages/up')).toMatchObject({ deviceId: other })
  expect(result.kind === 'drop' && result.sentence).not.toContain('dev2')
})
