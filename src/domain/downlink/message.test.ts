import { describe, expect, test } from 'vitest'
import { deviceId, projectId } from '../../../tests/support/registry.ts'
import type { RowKey } from '../../base/ids.ts'
import type { Delivery } from './downlink.ts'
import { decideAfterTry, decidePushedOut, type Message, messageDownlink } from './message.ts'

const device = deviceId('dev1')
const gateway = deviceId('gw1')
const aMessage = (over: Partial<Message> = {}): Message => ({
  key: '0'.repeat(24) as RowKey,
  projectId: projectId('0'.repeat(32)),
  deviceKey: '1'.repeat(24) as RowKey,
  deviceId: device,
  carrierId: device,
  messageId: 'm-1',
  content: 'hello',
  encoding: 'none',
  payloadFormat: 'standard',
  topic: { kind: 'system' },
  ttlMinutes: 1440,
  status: 'PENDING',
  createdAt: 0,
  expiresAt: 1,
  ...over,
})
const payloadOf = (over: Partial<Message>) => Buffer.from(messageDownlink(aMessage(over)).payload).toString()

describe('device protocol §3.2: payload and topic', () => {
  test('the standard form has no key beside its four, and its content is text', () => {
    expect(payloadOf({ name: 'display', content: { line1: 'hello' } })).toBe(
      '{"name":"display","id":"m-1","content":"{\\"line1\\":\\"hello\\"}"}',
    )
    expect(payloadOf({})).toBe('{"id":"m-1","content":"hello"}')
  })

  test('a child is named, and reached through its gateway', () => {
    const message = aMessage({ carrierId: gateway })

    expect(messageDownlink(message)).toMatchObject({
      deviceId: gateway,
      topic: '$oc/devices/gw1/sys/messages/down',
      reach: 'implicit',
      isRetried: true,
    })
    expect(payloadOf({ carrierId: gateway })).toBe('{"object_device_id":"dev1","id":"m-1","content":"hello"}')
  })

  test('raw and base64 are the bytes themselves', () => {
    expect(payloadOf({ payloadFormat: 'raw' })).toBe('hello')
    expect(payloadOf({ payloadFormat: 'raw', content: { a: [1] } })).toBe('{"a":[1]}')
    const { payload } = messageDownlink(aMessage({ encoding: 'base64', content: 'AAEC/w==' }))
    expect([...payload]).toEqual([0, 1, 2, 255])
  })

  test.for([
    [{ kind: 'user', suffix: 'a/b' }, '$oc/devices/dev1/user/a/b', 'subscribed'],
    [{ kind: 'full', name: '/v1/x' }, '/v1/x', 'subscribed'],
    [
      { kind: 'full', name: '$oc/devices/dev1/sys/messages/down' },
      '$oc/devices/dev1/sys/messages/down',
      'implicit',
    ],
  ] as const)('%j goes to %s', ([topic, name, reach]) => {
    expect(messageDownlink(aMessage({ topic }))).toMatchObject({ topic: name, reach })
  })

  test('§1.4: properties for MQTT 5', () => {
    const properties = {
      correlationData: 'c-1',
      responseTopic: 'answers',
      userProperties: [{ key: 'k', value: 'v' }],
    }

    expect(messageDownlink(aMessage({ properties })).properties).toEqual({
      correlationData: Buffer.from('c-1'),
      responseTopic: 'answers',
      userProperties: [['k', 'v']],
    })
  })
})

const kept = { ttlMinutes: 5 }
const uncached = { ttlMinutes: 0 }
describe('device protocol §1.5 point 4: after a try', () => {
  test.for([
    ['written', kept, 'none', { kind: 'delivered' }],
    ['acknowledged', uncached, 'none', { kind: 'delivered' }],
    ['offline', kept, 'none', { kind: 'waits', until: 'connect', code: 'device-offline' }],
    ['offline', uncached, 'none', { kind: 'failed', code: 'device-offline' }],
    ['connection-lost', kept, 3, { kind: 'waits', until: 'connect', code: 'connection-lost' }],
    ['not-subscribed', kept, 3, { kind: 'waits', until: 'subscribe', code: 'device-not-subscribed' }],
    ['not-subscribed', uncached, 'none', { kind: 'failed', code: 'device-not-subscribed' }],
    ['busy', kept, 'none', { kind: 'waits', until: 'again', code: 'downlink-queue-full' }],
    ['too-large', kept, 4, { kind: 'failed', code: 'downlink-too-large' }],
    ['unacknowledged', kept, 'none', { kind: 'waits', until: 'subscribe', code: 'downlink-unacknowledged' }],
    ['unacknowledged', kept, 1, { kind: 'waits', until: 'again', code: 'downlink-unacknowledged' }],
    ['unacknowledged', kept, 0, { kind: 'failed', code: 'downlink-unacknowledged' }],
  ] as const satisfies readonly (readonly [Delivery, object, number | 'none', object])[])(
    '%s with %j, %s tries left',
    ([delivery, message, triesLeft, after]) => {
      expect(decideAfterTry(message, delivery, triesLeft)).toEqual(after)
    },
  )
})

test('device protocol §3.2: the newest pushes out the oldest, those that have ended first', () => {
  const of = (statuses: string) =>
    statuses.split('').map((letter, at) => ({
      at,
      status: letter === 'P' ? ('PENDING' as const) : ('FAILED' as const),
    }))
  const goneOf = (statuses: string, max: number) => decidePushedOut(of(statuses), max).map(({ at }) => at)

  expect(goneOf('PPP', 4)).toEqual([])
  expect(goneOf('PPP', 3)).toEqual([0])
  expect(goneOf('PPF', 3)).toEqual([2])
  expect(goneOf('PFPF', 2)).toEqual([1, 3, 0])
})
