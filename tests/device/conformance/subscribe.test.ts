import { expect, test } from 'vitest'
import { startBench } from '../../support/listener-bench.ts'
import { hex, packet, subscribePacket, text } from '../../support/raw-client.ts'
import {
  deliver,
  down,
  farewell,
  none,
  ping,
  pong,
  puback,
  subscribe,
  take,
  unsubscribePacket,
} from './levels.ts'

for (const level of [4, 5] as const) {
  const properties = none(level) === undefined ? '' : '00'

  test(`3.1.1 [MQTT-2.3.1-7] [MQTT-3.8.4-1] [MQTT-3.8.4-2], 5.0 [MQTT-2.2.1-6] [MQTT-3.8.4-1] [MQTT-3.8.4-2]: level ${level}: SUBSCRIBE is answered by SUBACK with its packet id`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })

    for (const id of [1, 0x1234, 0xffff]) {
      client.send(subscribePacket(id, [['a', 0]], none(level)))
      const head = level === 5 ? '9004' : '9003'
      expect(await client.take(level === 5 ? 6 : 5)).toBe(
        `${head}${id.toString(16).padStart(4, '0')}${properties}00`,
      )
    }
  })

  test(`3.1.1 [MQTT-3.8.4-4] [MQTT-3.8.4-5] [MQTT-3.9.3-1] [MQTT-3.9.3-2], 5.0 [MQTT-3.8.4-5] [MQTT-3.8.4-6] [MQTT-3.8.4-7] [MQTT-3.9.3-1] [MQTT-3.9.3-2]: level ${level}: many filters get one SUBACK, a code each, in their order`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })

    client.send(
      subscribePacket(
        7,
        [
          ['a', 1],
          ['$oc/devices/other/#', 1],
          ['b', 0],
          ['c', 2],
        ],
        none(level),
      ),
    )

    expect(await client.take(level === 5 ? 9 : 8)).toBe(
      level === 5 ? '900700070001870001' : '9006000701800001',
    )
    const delivered = deliver(bench, 'c')
    const expected = down(level, { topic: 'c', id: 1 })
    expect(await take(client, expected)).toBe(expected)
    client.send(puback(1))
    expect(await delivered).toBe('acknowledged')
  })

  test(`3.1.1 [MQTT-3.8.4-3], 5.0 [MQTT-3.8.4-3]: level ${level}: the same filter again takes the place of the earlier one`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    await subscribe(client, level, 'a', 1)
    await subscribe(client, level, 'a', 0)

    expect(await deliver(bench, 'a'), 'of QoS 0 now').toBe('written')

    const expected = down(level, { topic: 'a', qos: 0 })
    expect(await take(client, expected)).toBe(expected)
    client.send(ping)
    expect(await client.take(2), 'and one copy').toBe(pong)
  })

  test(`3.1.1 [MQTT-3.8.4-6], 5.0 [MQTT-3.8.4-8]: level ${level}: a message comes at the quality that was granted`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    for (const [topic, qos] of [
      ['a', 0],
      ['b', 1],
    ] as const) {
      await subscribe(client, level, topic, qos)

      const delivered = deliver(bench, topic)

      const expected = down(level, { topic, qos })
      expect(await take(client, expected)).toBe(expected)
      if (qos === 1) client.send(puback(1))
      expect(await delivered).toBe(qos === 1 ? 'acknowledged' : 'written')
    }
  })

  test(`3.1.1 [MQTT-3.8.3-3], 5.0 [MQTT-3.8.3-2]: SUBSCRIBE without a filter closes a level ${level} connection`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })

    client.send(packet(0x82, hex(`0001 ${properties}`)))

    expect(await client.ended()).toMatch(farewell(level, '82'))
  })

  for (const options of ['03', '40', '80'])
    test(`3.1.1 [MQTT-3-8.3-4], 5.0 [MQTT-3.8.3-5]: options 0x${options} close a level ${level} connection`, async () => {
      const bench = await startBench()
      const client = await bench.connect({ level })

      client.send(packet(0x82, hex(`0001 ${properties}`), text('a'), hex(options)))

      expect(await client.ended()).toMatch(farewell(level, '81'))
    })

  test(`3.1.1 [MQTT-3.8.3-2]: level ${level}: filters with wildcards are granted and match`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    await subscribe(client, level, 'a/+/#', 0)

    expect(await deliver(bench, 'a/b')).toBe('written')
    expect(await deliver(bench, 'a/b/c/d')).toBe('written')
    expect(await deliver(bench, 'b/a')).toBe('not-subscribed')
  })

  test(`3.1.1 [MQTT-3.10.4-1], 5.0 [MQTT-3.10.4-1]: level ${level}: UNSUBSCRIBE ends the filter that is the same byte for byte, and no other`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    await subscribe(client, level, 'a/+', 0)

    client.send(unsubscribePacket(level, 1, ['a/b', 'A/+', 'a/#']))
    await client.take(level === 5 ? 8 : 4)
    expect(await deliver(bench, 'a/b')).toBe('written')
    const expected = down(level, { topic: 'a/b', qos: 0 })
    expect(await take(client, expected)).toBe(expected)
    client.send(unsubscribePacket(level, 2, ['a/+']))
    await client.take(level === 5 ? 6 : 4)

    expect(await deliver(bench, 'a/b')).toBe('not-subscribed')
  })

  test(`3.1.1 [MQTT-3.10.4-2] [MQTT-3.10.4-3], 5.0 [MQTT-3.10.4-2] [MQTT-3.10.4-3]: level ${level}: behind UNSUBSCRIBE nothing new comes, and what is under way is completed`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    await subscribe(client, level, 'a', 1)
    const underWay = deliver(bench, 'a')
    const expected = down(level, { topic: 'a', id: 1 })
    expect(await take(client, expected)).toBe(expected)

    client.send(unsubscribePacket(level, 2, ['a']))
    await client.take(level === 5 ? 6 : 4)

    expect(await deliver(bench, 'a')).toBe('not-subscribed')
    client.send(puback(1))
    expect(await underWay).toBe('acknowledged')
  })

  test(`3.1.1 [MQTT-3.10.4-4] [MQTT-3.10.4-5] [MQTT-3.10.4-6], 5.0 [MQTT-3.10.4-4] [MQTT-3.10.4-5] [MQTT-3.10.4-6] [MQTT-3.11.3-1] [MQTT-3.11.3-2]: level ${level}: each UNSUBSCRIBE gets one UNSUBACK with its packet id, 5.0 a code a filter, in their order`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    await subscribe(client, level, 'b', 0)

    client.send(unsubscribePacket(level, 0x1234, ['a', 'b', 'b']))
    expect(await client.take(level === 5 ? 8 : 4)).toBe(level === 5 ? 'b006123400110011' : 'b0021234')
    client.send(unsubscribePacket(level, 2, ['a']))
    expect(await client.take(level === 5 ? 6 : 4)).toBe(level === 5 ? 'b00400020011' : 'b0020002')
  })

  test(`3.1.1 [MQTT-3.10.3-2], 5.0 [MQTT-3.10.3-2]: UNSUBSCRIBE without a filter closes a level ${level} connection`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })

    client.send(unsubscribePacket(level, 1, []))

    expect(await client.ended()).toMatch(farewell(level, '82'))
  })
}

test('5.0 [MQTT-3.8.3-4]: No Local on a shared subscription is ended with 0x82', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send(packet(0x82, hex('0001 00'), text('$share/g/a'), hex('05')))

  expect(await client.ended()).toMatch(/^e0..82/)
})

test('5.0 [MQTT-3.1.2-24]: where the SUBACK or UNSUBACK is larger than the client takes, DISCONNECT 0x95 says so', async () => {
  const bench = await startBench()
  const filters = Array.from({ length: 40 }, (_, index) => `t/${index}`)
  for (const bytes of [
    subscribePacket(
      1,
      filters.map((filter) => [filter, 0]),
      '',
    ),
    unsubscribePacket(5, 1, filters),
  ]) {
    const client = await bench.connect({ level: 5, properties: '27 00000020' })

    client.send(bytes)

    expect(await client.ended()).toMatch(/^e0(0195|029500)$/)
  }
})
