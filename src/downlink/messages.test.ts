import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { aDispatchBench, type DispatchBench } from '../../tests/support/dispatch-bench.ts'
import { limits } from '../base/limits.ts'
import type { Device } from '../domain/device/device.ts'
import { dueBits } from '../domain/device/due.ts'
import { findMessage, listMessages } from '../store/messages.ts'
import type { Delivery } from '../domain/downlink/downlink.ts'
import type { NewMessage } from './messages.ts'

let bench: DispatchBench
let device: Device
beforeEach(async () => {
  bench = await aDispatchBench()
  device = await bench.aDevice()
})
afterEach(() => bench.close())

const aMessage = (messageId: string, over: Partial<NewMessage> = {}): NewMessage => ({
  projectId: device.projectId,
  deviceKey: device.key,
  deviceId: device.deviceId,
  carrierId: device.deviceId,
  messageId,
  content: messageId,
  encoding: 'none',
  payloadFormat: 'raw',
  topic: { kind: 'system' },
  ttlMinutes: 1440,
  ...over,
})
const create = (messageId: string, over?: Partial<NewMessage>) =>
  bench.dispatch.messages.create(aMessage(messageId, over))
const texts = () => bench.sent().map(({ payload }) => Buffer.from(payload).toString())
const stands = async (messageId: string) => {
  const { status, code } = (await findMessage(bench.store, device.key, messageId)) ?? {}
  return [status, code].filter(Boolean).join(' ')
}
const connect = () => bench.dispatch.messages.connected(device.deviceId)

test('northbound §4.6: a device that is there gets it at once', async () => {
  bench.deliver(() => 'written')

  const message = await create('m-1')

  expect(message).toMatchObject({ status: 'DELIVERED', finishedAt: bench.clock.now() })
  expect(texts()).toEqual(['m-1'])
  expect(bench.steps()).toEqual(['m-1 pending', 'm-1 delivered'])
  expect(await bench.due(device.deviceId)).toBe(0)
})

test('device protocol §3.2: for a device that is away messages are kept, and sent oldest first when it comes', async () => {
  for (const id of ['m-1', 'm-2', 'm-3']) expect(await create(id)).toMatchObject({ status: 'PENDING' })
  expect(await bench.due(device.deviceId)).toBe(dueBits.messages)
  bench.sent()
  bench.deliver(() => 'acknowledged')

  await connect()

  expect(texts()).toEqual(['m-1', 'm-2', 'm-3'])
  expect(await stands('m-3')).toBe('DELIVERED')
  expect(await bench.due(device.deviceId)).toBe(0)
})

test('device protocol §2.11: a new message does not overtake those that wait', async () => {
  await create('m-1')
  bench.sent()
  bench.deliver(() => 'written')

  await create('m-2')

  expect(texts()).toEqual(['m-1', 'm-2'])
})

test('safety R5: what waits survives a restart, and is sent once', async () => {
  await create('m-1')
  bench.sent()
  bench.deliver(() => 'written')
  const after = bench.restarted()

  await after.messages.connected(device.deviceId)
  await after.messages.connected(device.deviceId)

  expect(texts()).toEqual(['m-1'])
})

test('device protocol §3.2: the 21st pushes out the oldest', async () => {
  for (let n = 1; n <= limits.messagesPerDeviceMax + 1; n++) await create(`m-${n}`)

  const kept = (await listMessages(bench.store, device.key)).map(({ messageId }) => messageId)
  expect(kept).toEqual(Array.from({ length: 20 }, (_, n) => `m-${n + 2}`))
  expect(bench.steps()).toContain('m-1 failed message-pushed-out')
})

test('northbound §4.6: an id that the device has already is refused, and nothing is sent', async () => {
  await create('m-1')
  bench.sent()

  expect(await create('m-1')).toBe('exists')
  expect(texts()).toEqual([])
})

test('northbound §4.6: with ttl 0 nothing is kept: the device is there, or it has failed', async () => {
  expect(await create('m-1', { ttlMinutes: 0 })).toMatchObject({ status: 'FAILED', code: 'device-offline' })
  await create('m-2')
  expect(await create('m-3', { ttlMinutes: 0 }), 'another waits before it').toMatchObject({
    status: 'FAILED',
  })
  bench.deliver(() => 'not-subscribed')
  expect(await create('m-4', { ttlMinutes: 0 })).toMatchObject({
    status: 'FAILED',
    code: 'device-not-subscribed',
  })
})

test('with ttl 0 a message that a crash has cut off is not sent later', async () => {
  bench.deliver(() => new Promise<Delivery>(() => undefined))
  void create('m-1', { ttlMinutes: 0 })
  await bench.timers.pass(0)
  bench.sent()
  bench.deliver(() => 'written')

  await bench.restarted().messages.connected(device.deviceId)

  expect(texts()).toEqual([])
  expect(await stands('m-1')).toBe('FAILED device-offline')
})

describe('device protocol §1.5 point 4', () => {
  test('unacknowledged when it was made: it waits for the next connect or subscribe', async () => {
    bench.deliver(() => 'unacknowledged')
    await create('m-1')
    await bench.timers.pass(60_000)
    expect(texts(), 'once').toEqual(['m-1'])
    expect(await stands('m-1')).toBe('PENDING downlink-unacknowledged')

    bench.deliver(() => 'acknowledged')
    await connect()

    expect(texts()).toEqual(['m-1'])
    expect(await stands('m-1')).toBe('DELIVERED')
  })

  test('after a connect every 10 s, 5 times, and then it has failed', async () => {
    await create('m-1')
    bench.sent()
    bench.deliver(() => 'unacknowledged')

    await connect()
    for (const tries of [1, 1, 1, 1, 1, 0]) {
      expect(texts()).toHaveLength(tries)
      await bench.timers.pass(limits.messageAgainMillis)
    }

    expect(await stands('m-1')).toBe('FAILED downlink-unacknowledged')
    expect(await bench.due(device.deviceId)).toBe(0)
  })

  test('a connection that is lost on the way: it is sent by the next one', async () => {
    let lose: (delivery: Delivery) => void = () => undefined
    bench.deliver(() => new Promise((resolve) => (lose = resolve)))
    const created = create('m-1')
    await bench.timers.pass(limits.messageTryMillisMax)
    expect(await created).toMatchObject({ status: 'PENDING' })
    bench.deliver(() => 'acknowledged')

    await connect()
    expect(texts(), 'the old connection has not told yet').toEqual(['m-1'])
    lose('connection-lost')
    await bench.timers.pass(0)

    expect(texts()).toEqual(['m-1'])
    expect(await stands('m-1')).toBe('DELIVERED')
  })

  test('a SUBSCRIBE that comes while the message is under way', async () => {
    let tell: (delivery: Delivery) => void = () => undefined
    bench.deliver(() => new Promise((resolve) => (tell = resolve)))
    const created = create('m-1', { topic: { kind: 'user', suffix: 'a' } })
    await bench.timers.pass(0)
    const connecting = connect()
    tell('not-subscribed')
    bench.deliver(() => 'written')
    await Promise.all([created, connecting])
    await bench.timers.pass(0)

    expect(texts()).toEqual(['m-1', 'm-1'])
    expect(await stands('m-1')).toBe('DELIVERED')
  })

  test('a device that connects while nobody knew of the message is looked at again', async () => {
    await create('m-1')
    bench.sent()
    bench.deliver(() => 'written')

    await bench.timers.pass(limits.messageAgainMillis)

    expect(texts()).toEqual(['m-1'])
  })

  test('one that stays away is not asked for again and again', async () => {
    await create('m-1')
    bench.sent()

    await bench.timers.pass(10 * limits.messageAgainMillis)

    expect(texts()).toEqual(['m-1'])
  })

  test('a topic that the device has not subscribed to: it waits for that', async () => {
    bench.deliver(({ reach }) => (reach === 'subscribed' ? 'not-subscribed' : 'written'))
    await create('m-1', { topic: { kind: 'user', suffix: 'a' } })
    expect(await stands('m-1')).toBe('PENDING device-not-subscribed')
    expect(await create('m-2'), 'others go on').toMatchObject({ status: 'DELIVERED' })
    bench.sent()
    bench.deliver(() => 'written')

    await connect()

    expect(texts()).toEqual(['m-1'])
  })
})

test('a device that acknowledges nothing gets the next one all the same, a second later', async () => {
  bench.deliver(() => new Promise<Delivery>(() => undefined))
  const both = [create('m-1'), create('m-2')]
  await bench.timers.pass(0)
  expect(texts()).toEqual(['m-1'])

  await bench.timers.pass(2 * limits.messageTryMillisMax)

  expect(texts()).toEqual(['m-2'])
  expect((await Promise.all(both)).map((one) => one !== 'exists' && one.status)).toEqual([
    'PENDING',
    'PENDING',
  ])
})

test('northbound §4.6: a message that waits and is deleted is not sent', async () => {
  await create('m-1')
  bench.sent()
  const message = await findMessage(bench.store, device.key, 'm-1')
  if (message) await bench.dispatch.messages.withdraw(message)
  bench.deliver(() => 'written')

  await connect()

  expect(texts()).toEqual([])
  expect(await bench.due(device.deviceId)).toBe(0)
  expect(bench.steps()).toContain('m-1 failed message-withdrawn')
})

test('device protocol §3.0.3: a child gets it through its gateway, and the entry names the child', async () => {
  const gateway = await bench.aDevice()
  device = await bench.aDevice({ gatewayId: gateway.deviceId })
  await create('m-1', { carrierId: gateway.deviceId, payloadFormat: 'standard' })
  expect(await bench.due(gateway.deviceId)).toBe(dueBits.messages)
  bench.sent()
  bench.deliver(() => 'written')

  await bench.dispatch.messages.connected(gateway.deviceId)

  expect(bench.sent()).toMatchObject([
    { deviceId: gateway.deviceId, topic: `$oc/devices/${gateway.deviceId}/sys/messages/down` },
  ])
  expect(bench.logged().map(({ deviceId }) => deviceId)).toEqual([device.deviceId, device.deviceId])
})

test('a log that cannot be written keeps no message from its device', async () => {
  const dispatch = bench.restarted({ append: () => Promise.reject(new Error('the disk is full')) })
  bench.deliver(() => 'written')

  expect(await dispatch.messages.create(aMessage('m-1'))).toMatchObject({ status: 'DELIVERED' })
})

test('safety R5: whatever happens on the way, what is kept is delivered, and nothing is left marked', async () => {
  const outcomes = [
    'written',
    'acknowledged',
    'unacknowledged',
    'offline',
    'connection-lost',
    'busy',
    'not-subscribed',
  ]
  const step = fc.oneof(
    fc.record({ act: fc.constant('create' as const) }),
    fc.record({ act: fc.constant('connect' as const) }),
    fc.record({ act: fc.constant('restart' as const) }),
    fc.record({ act: fc.constant('pass' as const), millis: fc.constantFrom(0, 1_000, 10_000, 60_000) }),
    fc.record({ act: fc.constant('answer' as const), how: fc.constantFrom(...(outcomes as Delivery[])) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const one = await aDispatchBench()
      const own = await one.aDevice()
      const fields = { deviceKey: own.key, deviceId: own.deviceId, carrierId: own.deviceId }
      let { messages } = one.dispatch
      let made = 0
      const creating: Promise<unknown>[] = []
      for (const { act, ...more } of steps) {
        if (act === 'create') {
          creating.push(messages.create(aMessage(`m-${made++}`, { ...fields, projectId: own.projectId })))
          await one.timers.pass(0)
        } else if (act === 'connect') {
          const connecting = messages.connected(own.deviceId)
          await one.timers.pass(limits.messagesPerDeviceMax * limits.messageTryMillisMax)
          await connecting
        } else if (act === 'restart') messages = one.restarted().messages
        else if ('millis' in more) await one.timers.pass(more.millis)
        else if ('how' in more) one.deliver(() => more.how)
      }
      one.deliver(() => 'acknowledged')
      const last = messages.connected(own.deviceId)
      await one.timers.pass(limits.messageAgainMillis)
      await Promise.all([last, ...creating])
      await messages.connected(own.deviceId)

      const kept = await listMessages(one.store, own.key)
      expect(kept).toHaveLength(Math.min(made, limits.messagesPerDeviceMax))
      for (const { status, code } of kept)
        expect(status === 'DELIVERED' || (status === 'FAILED' && code === 'downlink-unacknowledged')).toBe(
          true,
        )
      expect(await one.due(own.deviceId)).toBe(0)
      await one.close()
    }),
    { numRuns: 60 },
  )
})
