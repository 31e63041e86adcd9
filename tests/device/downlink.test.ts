import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { parseDeviceId, parseProjectId, parseSpaceId } from '../../src/base/ids.ts'
import type { Downlink } from '../../src/domain/downlink/downlink.ts'
import { type Bench, startBench } from '../support/listener-bench.ts'
import { publishPacket, subscribePacket } from '../support/raw-client.ts'

const dev1 = parseDeviceId('dev1')
if (!dev1) throw new Error('a valid id')
const topic = '$oc/devices/dev1/sys/messages/down'
const downlink = (over: Partial<Downlink> = {}): Downlink => ({
  ...{ deviceId: dev1, topic, payload: Buffer.from('{}'), reach: 'implicit', isRetried: false },
  ...over,
})
const down = (fields: Parameters<typeof publishPacket>[0] = {}) =>
  publishPacket({ topic, payload: '{}', ...fields }).toString('hex')
const deliver = (bench: Bench, over?: Partial<Downlink>, connection = 'test-1') =>
  bench.listener.deliver(connection, downlink(over))
const subscribe = async (
  client: Awaited<ReturnType<Bench['connect']>>,
  filter: string,
  qos: 0 | 1,
  v5 = false,
) => {
  client.send(subscribePacket(1, [[filter, qos]], v5 ? '' : undefined))
  await client.take(v5 ? 6 : 5)
}
const puback = (id: number) => Uint8Array.of(0x40, 2, id >> 8, id & 255)

test('device protocol §1.5 point 1: a system topic reaches a device that never subscribed, at QoS 0', async () => {
  const bench = await startBench()
  const client = await bench.connect()
  const young = await bench.connect({ level: 5, deviceId: 'dev1' })

  expect(await deliver(bench, {}, 'test-2')).toBe('written')
  expect(await young.take(down({ qos: 0, properties: '' }).length / 2)).toBe(down({ qos: 0, properties: '' }))
  expect(await client.ended(), 'the older connection was taken over').toBe('')
})

test('device protocol §1.5 point 2: an explicit filter raises it to the granted QoS, delivered once; UNSUBSCRIBE falls back', async () => {
  const bench = await startBench()
  const client = await bench.connect()
  await subscribe(client, '$oc/devices/dev1/sys/#', 0)
  await subscribe(client, '$oc/devices/dev1/sys/messages/+', 1)

  const delivered = deliver(bench)
  expect(await client.take(down({ id: 1 }).length / 2)).toBe(down({ id: 1 }))
  client.send(puback(1))
  expect(await delivered).toBe('acknowledged')

  const filter = Buffer.from('$oc/devices/dev1/sys/messages/+')
  client.send(Buffer.concat([Buffer.from([0xa2, 4 + filter.length, 0, 9, 0, filter.length]), filter]))
  expect(await client.take(4)).toBe('b0020009')
  expect(await deliver(bench)).toBe('written')
  expect(await client.take(down({ qos: 0 }).length / 2)).toBe(down({ qos: 0 }))
})

test('device protocol §1.5 point 3: a topic of its own reaches nobody who has not subscribed', async () => {
  const bench = await startBench()
  const client = await bench.connect()

  expect(await deliver(bench, { topic: 'a/b', reach: 'subscribed' })).toBe('not-subscribed')
  await subscribe(client, 'a/+', 0)
  expect(await deliver(bench, { topic: 'a/b', reach: 'subscribed' })).toBe('written')
  expect(await client.take(down({ topic: 'a/b', qos: 0 }).length / 2)).toBe(down({ topic: 'a/b', qos: 0 }))
})

test('device protocol §1.5 point 4: on 3.1.1 a message is sent again with DUP every 2 s, 3 times, then given up', async () => {
  const bench = await startBench()
  const client = await bench.connect()
  await subscribe(client, topic, 1)

  const delivered = deliver(bench, { isRetried: true })
  expect(await client.take(down().length / 2)).toBe(down())
  for (let repeat = 0; repeat < 3; repeat++) {
    bench.clock.advance(2000)
    expect(await client.take(down().length / 2)).toBe(down({ dup: true }))
  }
  bench.clock.advance(2000)
  expect(await delivered).toBe('unacknowledged')
  client.send(puback(1)) // Too late, and no harm.
  expect(await deliver(bench, { topic: '$oc/devices/dev1/sys/events/down' })).toBe('written')
})

test('[MQTT-4.4.0-1] on 5.0 nothing is sent again on one connection; device protocol §1.5 point 6: nor is a command', async () => {
  const bench = await startBench()
  const young = await bench.connect({ level: 5 })
  await subscribe(young, topic, 1, true)
  const delivered = deliver(bench, { isRetried: true })
  expect(await young.take(down({ properties: '' }).length / 2)).toBe(down({ properties: '' }))

  for (let i = 0; i < 4; i++) {
    bench.clock.advance(2000)
    await new Promise((resolve) => setTimeout(resolve, 20)) // A few looks at the clock.
  }
  expect(await delivered).toBe('unacknowledged')
  young.send(Uint8Array.of(0xc0, 0))
  expect(await young.take(2), 'nothing lies between').toBe('d000')
})

test('[MQTT-3.3.4-9] no more is under way than the Receive Maximum of the client; the rest follows its PUBACKs', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5, properties: '210001' })
  await subscribe(client, topic, 1, true)
  const length = down({ properties: '' }).length / 2

  const first = deliver(bench)
  const second = deliver(bench)
  expect(await client.take(length)).toBe(down({ id: 1, properties: '' }))
  client.send(Uint8Array.of(0xc0, 0))
  expect(await client.take(2), 'the second waits').toBe('d000')
  client.send(puback(1))
  expect(await first).toBe('acknowledged')
  expect(await client.take(length)).toBe(down({ id: 2, properties: '' }))
  client.send(Uint8Array.of(0x40, 3, 0, 2, 0x80))
  expect(await second, 'a PUBACK that says failure').toBe('unacknowledged')
})

test('device protocol §1.4: properties go to 5.0 devices, and are left out on 3.x', async () => {
  const bench = await startBench()
  const properties = {
    correlationData: Buffer.from('c1'),
    responseTopic: 'r',
    userProperties: [['k', 'v']] as const,
  }
  const young = await bench.connect({ level: 5, deviceId: 'dev1' })
  expect(await deliver(bench, { properties })).toBe('written')
  const expected = down({ qos: 0, properties: '0900026331' + '08000172' + '2600016b000176' })
  expect(await young.take(expected.length / 2)).toBe(expected)

  const old = await bench.connect()
  expect(await deliver(bench, { properties }, 'test-2')).toBe('written')
  expect(await old.take(down({ qos: 0 }).length / 2)).toBe(down({ qos: 0 }))
})

test('[MQTT-3.1.2-24] what is larger than the client takes is not sent', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5, properties: '2700000050' })

  expect(await deliver(bench, { payload: Buffer.alloc(100) })).toBe('too-large')
  client.send(Uint8Array.of(0xc0, 0))
  expect(await client.take(2)).toBe('d000')
})

test('safety R11: who takes nothing is not given more than a bounded queue, and learns of the rest', async () => {
  const bench = await startBench({ limits: { downlinksInflightMax: 1, downlinksWaitingMax: 1 } })
  const client = await bench.connect()
  await subscribe(client, topic, 1)

  const first = deliver(bench)
  const second = deliver(bench)
  expect(await deliver(bench)).toBe('busy')
  client.close()
  expect(await first).toBe('connection-lost')
  expect(await second).toBe('connection-lost')
  expect(await deliver(bench)).toBe('offline')
})

test('safety S3: what is for another device, or for an older connection of it, reaches nobody', async () => {
  const bench = await startBench()
  await bench.connect()
  const dev2 = parseDeviceId('dev2')
  if (!dev2) throw new Error('a valid id')

  expect(await bench.listener.deliver('test-1', downlink({ deviceId: dev2 }))).toBe('offline')
  expect(await deliver(bench, {}, 'test-9')).toBe('offline')
})

test.for([4, 5] as const)(
  'safety R12: a broadcast over MQTT level %i is answered though a subscriber of QoS 1 is mute',
  async (level) => {
    const bench = await startBench()
    const [mute, one] = [await bench.connect({ level }), await bench.connect({ level, deviceId: 'dev2' })]
    const broadcastTopic = '$oc/broadcast/notice'
    await subscribe(mute, broadcastTopic, 1, level === 5)
    await subscribe(one, broadcastTopic, 0, level === 5)
    const [projectId, spaceId] = [parseProjectId('0'.repeat(32)), parseSpaceId('1'.repeat(32))]
    if (!projectId || !spaceId) throw new Error('valid ids')

    // The clock of the bench stands still: whoever waits for a PUBACK waits for ever.
    const broadcast = { projectId, spaceId, topic: broadcastTopic, payload: Buffer.from('{}') }
    expect(await bench.listener.broadcast(broadcast)).toBe(2)
    const properties = level === 5 ? { properties: '' } : {}
    const first = down({ topic: broadcastTopic, id: 1, ...properties })
    expect(await mute.take(first.length / 2)).toBe(first)
    const other = down({ topic: broadcastTopic, qos: 0, ...properties })
    expect(await one.take(other.length / 2)).toBe(other)
  },
)

test('device protocol §3.12: a broadcast reaches the subscribers of its resource space alone', async () => {
  const bench = await startBench()
  const [one, two] = [await bench.connect(), await bench.connect({ deviceId: 'dev2' })]
  const broadcastTopic = '$oc/broadcast/notice'
  await subscribe(one, broadcastTopic, 0)
  const [projectId, spaceId, elsewhere] = [
    parseProjectId('0'.repeat(32)),
    parseSpaceId('1'.repeat(32)),
    parseSpaceId('2'.repeat(32)),
  ]
  if (!projectId || !spaceId || !elsewhere) throw new Error('valid ids')
  const broadcast = { projectId, topic: broadcastTopic, payload: Buffer.from('{}') }

  expect(await bench.listener.broadcast({ ...broadcast, spaceId: elsewhere })).toBe(0)
  expect(await bench.listener.broadcast({ ...broadcast, spaceId })).toBe(1)
  const expected = down({ topic: broadcastTopic, qos: 0 })
  expect(await one.take(expected.length / 2)).toBe(expected)
  two.send(Uint8Array.of(0xc0, 0))
  expect(await two.take(2)).toBe('d000')
})
