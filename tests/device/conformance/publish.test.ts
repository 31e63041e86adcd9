import { expect, test } from 'vitest'
import { deferred, startBench } from '../../support/listener-bench.ts'
import { connectPacket, hex, publishPacket } from '../../support/raw-client.ts'
import type { PublishAnswer } from '../../../src/session/session.ts'
import { deliver, down, farewell, none, ping, pong, puback, subscribe, take } from './levels.ts'

const publish = (level: 4 | 5, fields: Parameters<typeof publishPacket>[0] = {}) => {
  const properties = none(level)
  return publishPacket({ ...(properties !== undefined && { properties }), ...fields })
}

for (const level of [4, 5] as const) {
  test(`3.1.1 [MQTT-3.3.1-2], 5.0 [MQTT-3.3.1-2]: DUP of QoS 0 closes a level ${level} connection`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })

    client.send(publish(level, { qos: 0, dup: true }))

    expect(await client.ended()).toMatch(farewell(level, '81'))
  })

  test(`3.1.1 [MQTT-3.3.1-4], 5.0 [MQTT-3.3.1-4]: both QoS bits close a level ${level} connection`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    const bytes = publish(level)
    bytes[0] = 0x36

    client.send(bytes)

    expect(await client.ended()).toMatch(farewell(level, '81'))
  })

  test(`3.1.1 [MQTT-3.3.2-2] [MQTT-4.7.1-1], 5.0 [MQTT-3.3.2-2] [MQTT-4.7.0-1]: a wildcard in a topic closes a level ${level} connection`, async () => {
    const bench = await startBench()
    for (const topic of ['a/#', 'a/+/b', '#']) {
      const client = await bench.connect({ level })

      client.send(publish(level, { topic }))

      expect(await client.ended()).toMatch(farewell(level, '90'))
    }
    expect(bench.uplinks).toEqual([])
  })

  test(`3.1.1 [MQTT-2.3.1-5] [MQTT-2.3.1-6] [MQTT-3.3.4-1] [MQTT-4.3.2-2], 5.0 [MQTT-2.2.1-2] [MQTT-2.2.1-5] [MQTT-3.3.4-1] [MQTT-4.3.2-4]: level ${level}: QoS 0 has no packet id and no answer, QoS 1 a PUBACK of its id`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })

    client.send(publish(level, { qos: 0 }))
    client.send(publish(level, { id: 0xfffe }))

    expect(await client.take(4)).toBe('4002fffe')
    expect(bench.uplinks.map(({ payload }) => Buffer.from(payload).toString().slice(0, 12))).toEqual([
      '{"services":',
      '{"services":',
    ])
  })

  test(`3.1.1 [MQTT-4.3.2-2], 5.0 [MQTT-4.3.2-5]: level ${level}: behind its PUBACK an id stands for a new message, whatever DUP says`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })

    for (const dup of [false, true, false]) {
      client.send(publish(level, { id: 3, dup }))
      expect(await client.take(4)).toBe('40020003')
    }

    expect(bench.uplinks).toHaveLength(3)
  })

  test(`3.1.1 [MQTT-3.3.2-3], 5.0 [MQTT-3.3.2-3]: level ${level}: a message comes with a topic that the filter matches`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    await subscribe(client, level, 'a/+/c', 0)

    expect(await deliver(bench, 'a/b/d')).toBe('not-subscribed')
    expect(await deliver(bench, 'a/b/c')).toBe('written')

    const expected = down(level, { topic: 'a/b/c', qos: 0 })
    expect(await take(client, expected)).toBe(expected)
  })

  test(`3.1.1 [MQTT-3.3.5-1] [MQTT-3.8.4-6], 5.0 [MQTT-3.3.4-2]: level ${level}: of overlapping subscriptions the highest quality counts, and one copy comes`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    for (const [filter, qos] of [
      ['a/#', 0],
      ['a/b', 1],
      ['+/b', 0],
    ] as const)
      await subscribe(client, level, filter, qos)

    const delivered = deliver(bench, 'a/b')
    const expected = down(level, { topic: 'a/b', id: 1 })
    expect(await take(client, expected)).toBe(expected)
    client.send(puback(1))
    expect(await delivered).toBe('acknowledged')
    client.send(hex(ping))
    expect(await client.take(2)).toBe(pong)
  })

  test(`3.1.1 [MQTT-3.3.1-3] [MQTT-3.3.1-9] [MQTT-4.3.1-1], 5.0 [MQTT-3.3.1-3] [MQTT-3.3.1-12] [MQTT-4.3.1-1]: level ${level}: a message of QoS 0 goes out with DUP 0, RETAIN 0 and no packet id`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    await subscribe(client, level, 'a', 0)

    await deliver(bench, 'a')

    const expected = down(level, { topic: 'a', qos: 0 })
    expect(expected.slice(0, 2)).toBe('30')
    expect(await take(client, expected)).toBe(expected)
  })
}

test('5.0 [MQTT-3.3.2-7]: topic aliases end with their connection', async () => {
  const bench = await startBench()
  const first = await bench.connect({ level: 5 })
  first.send(publishPacket({ properties: '23 0001' }))
  await first.take(4)
  const second = await bench.connect({ level: 5 })

  second.send(publishPacket({ topic: '', properties: '23 0001' }))

  expect(await second.ended()).toMatch(/^e0..82/)
  expect(bench.uplinks).toHaveLength(1)
})

test('5.0 [MQTT-3.3.2-12]: every topic alias from 1 to the announced maximum is taken', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  for (let alias = 1; alias <= 32; alias++) {
    const properties = `23 00${alias.toString(16).padStart(2, '0')}`
    client.send(publishPacket({ id: 1, properties }))
    expect(await client.take(4)).toBe('40020001')
    client.send(publishPacket({ id: 2, topic: '', properties }))
    expect(await client.take(4)).toBe('40020002')
  }

  expect(bench.uplinks).toHaveLength(64)
})

for (const [clause, properties] of [
  ['5.0 [MQTT-3.1.2-27]', ''],
  ['5.0 [MQTT-3.1.2-26] [MQTT-3.3.2-8] [MQTT-3.3.2-11]', '22 0005'],
] as const)
  test(`${clause}: a client that takes ${properties ? '5' : 'no'} topic aliases is sent none`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level: 5, properties })
    await subscribe(client, 5, 'a', 0)

    for (let message = 0; message < 3; message++) {
      await deliver(bench, 'a')
      const expected = down(5, { topic: 'a', qos: 0 })
      expect(await take(client, expected)).toBe(expected)
    }
  })

for (const [clause, answer] of [
  ['5.0 [MQTT-3.4.2-2]', { reasonString: 'r'.repeat(200) }],
  ['5.0 [MQTT-3.4.2-3]', { userProperties: [['k', 'v'.repeat(200)]] }],
] as const)
  test(`${clause}: what would make a PUBACK larger than the client takes is left out`, async () => {
    const bench = await startBench({ accept: () => Promise.resolve({ reasonCode: 0x99, ...answer }) })
    const client = await bench.connect({ level: 5, properties: '27 00000020' })

    client.send(publishPacket({ properties: '' }))

    expect(await client.take(5)).toMatch(/^400[34]000199/)
  })

test('5.0 [MQTT-3.1.2-25]: a message that is larger than the client takes is left out, and the next one comes', async () => {
  const bench = await startBench()
  const client = await bench.open()
  client.send(connectPacket({ level: 5, properties: '27 00000028' }))
  await client.take(26)
  await subscribe(client, 5, 'a', 1)

  expect(await deliver(bench, 'a', { payload: Buffer.alloc(100) })).toBe('too-large')
  const delivered = deliver(bench, 'a')
  const expected = down(5, { topic: 'a', id: 1 })
  expect(await take(client, expected)).toBe(expected)
  client.send(puback(1))
  expect(await delivered).toBe('acknowledged')
})

test('5.0 [MQTT-3.4.2-1]: a PUBACK with a code that it has not is ended with 0x82', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send('40 03 0001 01')

  expect(await client.ended()).toMatch(/^e0..82/)
})

test('5.0 [MQTT-3.3.4-7]: one publish more than the Receive Maximum is ended with 0x93', async () => {
  const bench = await startBench({
    accept: () => deferred<PublishAnswer>().promise,
    limits: { inflightMax: 1 },
  })
  const client = await bench.connect({ level: 5 })

  client.send(
    Buffer.concat([publishPacket({ id: 1, properties: '' }), publishPacket({ id: 2, properties: '' })]),
  )

  expect(await client.ended()).toMatch(/^e0..93/)
})
