import { expect, test } from 'vitest'
import { startBench } from '../../support/listener-bench.ts'
import { hex, publishPacket, subscribePacket } from '../../support/raw-client.ts'
import { deliver, down, farewell, none, ping, pong, puback, subscribe, take } from './levels.ts'

for (const level of [4, 5] as const) {
  test(`3.1.1 [MQTT-4.1.0-1] [MQTT-4.1.0-2], 5.0 [MQTT-4.1.0-1]: level ${level}: subscriptions last as long as the connection`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level, keepAlive: 30 })
    await subscribe(client, level, 'a', 0)

    for (let look = 0; look < 5; look++) {
      bench.clock.advance(30_000)
      client.send(ping)
      expect(await client.take(2)).toBe(pong)
    }

    expect(await deliver(bench, 'a')).toBe('written')
  })

  test(`3.1.1 [MQTT-2.3.1-4] [MQTT-4.3.2-1], 5.0 [MQTT-2.2.1-4] [MQTT-4.3.2-1] [MQTT-4.3.2-2] [MQTT-4.3.2-3]: level ${level}: messages of QoS 1 have ids that are not 0 and not in use, with DUP 0, until their PUBACK`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    await subscribe(client, level, 'a', 1)

    const [first, second] = [deliver(bench, 'a'), deliver(bench, 'a')]
    for (const id of [1, 2]) {
      const expected = down(level, { topic: 'a', id })
      expect(await take(client, expected)).toBe(expected)
    }
    let isPending = true
    void first.finally(() => (isPending = false))
    client.send(puback(2))
    expect(await second).toBe('acknowledged')
    client.send(ping)
    expect(await client.take(2), 'all that was sent before is dealt with').toBe(pong)
    expect(isPending, 'its own PUBACK is awaited').toBe(true)
    client.send(puback(1))
    expect(await first).toBe('acknowledged')
  })

  test(`3.1.1 [MQTT-4.6.0-5] [MQTT-4.6.0-6], 5.0 [MQTT-4.6.0-5] [MQTT-4.6.0-6]: level ${level}: messages of a topic come in the order they were given`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    await subscribe(client, level, 'a', 1)
    const payloads = Array.from({ length: 10 }, (_, index) => `{"n":${index}}`)

    const delivered = payloads.map((payload) => deliver(bench, 'a', { payload: Buffer.from(payload) }))

    for (const [index, payload] of payloads.entries()) {
      const expected = down(level, { topic: 'a', payload, id: index + 1 })
      expect(await take(client, expected)).toBe(expected)
      client.send(puback(index + 1))
    }
    expect(new Set(await Promise.all(delivered))).toEqual(new Set(['acknowledged']))
  })

  test(`3.1.1 [MQTT-4.7.2-1], 5.0 [MQTT-4.7.2-1]: level ${level}: a filter that begins with a wildcard does not match a topic that begins with $`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    await subscribe(client, level, '#', 0)
    await subscribe(client, level, '+/devices/dev1/sys/messages/down', 0)

    expect(await deliver(bench, '$oc/devices/dev1/sys/messages/down')).toBe('not-subscribed')
    expect(await deliver(bench, 'oc/devices')).toBe('written')
  })

  test(`3.1.1 [MQTT-4.7.3-4], 5.0 [MQTT-4.7.3-4]: level ${level}: topics and filters are compared as they are`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    await subscribe(client, level, 'a//\u00c5', 0)

    for (const topic of ['a/\u00c5', 'A//\u00c5', 'a//A\u030a', 'a//\u00c5/', ' a//\u00c5'])
      expect(await deliver(bench, topic), topic).toBe('not-subscribed')
    expect(await deliver(bench, 'a//\u00c5')).toBe('written')
  })

  test(`3.1.1 [MQTT-4.7.3-1], 5.0 [MQTT-4.7.3-1]: an empty filter closes a level ${level} connection`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    const properties = none(level) === undefined ? '' : '00'

    client.send(hex(level === 5 ? `82 06 0001 ${properties} 0000 00` : '82 05 0001 0000 00'))

    expect(await client.ended()).toMatch(farewell(level, '8f'))
  })

  for (const [clauses, filter] of [
    ['3.1.1 [MQTT-4.7.1-2], 5.0 [MQTT-4.7.1-1]', 'a/#/b'],
    ['3.1.1 [MQTT-4.7.1-2], 5.0 [MQTT-4.7.1-1]', 'a#'],
    ['3.1.1 [MQTT-4.7.1-3], 5.0 [MQTT-4.7.1-2]', 'a+/b'],
    ['3.1.1 [MQTT-4.7.1-3], 5.0 [MQTT-4.7.1-2]', 'a/+b'],
  ] as const)
    test(`${clauses}: the filter ${filter} closes a level ${level} connection`, async () => {
      const bench = await startBench()
      const client = await bench.connect({ level })

      client.send(subscribePacket(1, [[filter, 0]], none(level)))

      expect(await client.ended()).toMatch(farewell(level, '8f'))
    })

  test(`3.1.1 [MQTT-4.7.3-3], 5.0 [MQTT-4.7.3-3]: a topic of 65,535 bytes, the longest there is, is read as one and turned away by our own bound on level ${level}`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    const properties = none(level)

    client.send(publishPacket({ topic: 'x'.repeat(65_535), ...(properties !== undefined && { properties }) }))

    expect(await client.ended()).toMatch(farewell(level, '90'))
  })
}

test('3.1.1 [MQTT-2.3.1-4] [MQTT-3.3.1-1] [MQTT-4.6.0-1] [MQTT-4.6.0-6]: what is sent again has its packet id and DUP, in the order it was sent first', async () => {
  const bench = await startBench()
  const client = await bench.connect()
  await subscribe(client, 4, 'a', 1)
  void deliver(bench, 'a', { isRetried: true })
  void deliver(bench, 'a', { isRetried: true })
  const twice = (dup: boolean) => [1, 2].map((id) => down(4, { topic: 'a', id, dup })).join('')
  expect(await take(client, twice(false))).toBe(twice(false))

  bench.clock.advance(2_000)

  expect(await take(client, twice(true))).toBe(twice(true))
})

test('5.0 [MQTT-4.4.0-1] [MQTT-4.4.0-2]: what a PUBACK refused frees its place and is not sent again on the connection', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5, properties: '21 0001' })
  await subscribe(client, 5, 'a', 1)
  const first = deliver(bench, 'a', { isRetried: true })
  const expected = (id: number) => down(5, { topic: 'a', id })
  expect(await take(client, expected(1))).toBe(expected(1))

  client.send('40 03 0001 83')

  expect(await first).toBe('unacknowledged')
  void deliver(bench, 'a')
  expect(await take(client, expected(2)), 'the next and not the same').toBe(expected(2))
})

test('5.0 [MQTT-3.3.4-9] [MQTT-3.3.4-10] [MQTT-4.9.0-1] [MQTT-4.9.0-2] [MQTT-4.9.0-3]: with the Receive Maximum reached no further QoS 1 goes out, and all else does', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5, properties: '21 0002' })
  await subscribe(client, 5, 'a', 1)
  await subscribe(client, 5, 'b', 0)
  const under = [deliver(bench, 'a'), deliver(bench, 'a'), deliver(bench, 'a')]
  for (const id of [1, 2]) {
    const expected = down(5, { topic: 'a', id })
    expect(await take(client, expected)).toBe(expected)
  }

  client.send(ping)
  expect(await client.take(2)).toBe(pong)
  client.send(publishPacket({ id: 9, properties: '' }))
  expect(await client.take(4)).toBe('40020009')
  expect(await deliver(bench, 'b')).toBe('written')
  const free = down(5, { topic: 'b', qos: 0 })
  expect(await take(client, free)).toBe(free)
  client.send(puback(1))

  const third = down(5, { topic: 'a', id: 3 })
  expect(await take(client, third)).toBe(third)
  client.send(Buffer.concat([puback(2), puback(3)]))
  expect(await Promise.all(under)).toEqual(['acknowledged', 'acknowledged', 'acknowledged'])
})
