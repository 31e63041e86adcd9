import { expect, test } from 'vitest'
import { startBench } from '../../support/listener-bench.ts'
import { hex, packet, publishPacket, subscribePacket, text } from '../../support/raw-client.ts'
import { deliver, down, farewell, none, subscribe, take } from './levels.ts'

for (const level of [4, 5] as const) {
  const properties = none(level) === undefined ? '' : '00'
  const publish = (topic: string) => packet(0x30, hex(topic), hex(properties))
  const subscription = (filter: string) => packet(0x82, hex(`0001 ${properties}`), hex(filter), hex('00'))
  const unsubscription = (filter: string) => packet(0xa2, hex(`0001 ${properties}`), hex(filter))
  for (const [clauses, what, bytes] of [
    ['3.1.1 [MQTT-1.5.3-1], 5.0 [MQTT-1.5.4-1]', 'a surrogate in a topic', publish('0003 eda080')],
    ['3.1.1 [MQTT-1.5.3-2], 5.0 [MQTT-1.5.4-2]', 'U+0000 in a topic', publish('0003 610062')],
    ['3.1.1 [MQTT-3.3.2-1], 5.0 [MQTT-3.3.2-1]', 'a topic that is not UTF-8', publish('0002 61ff')],
    ['3.1.1 [MQTT-3.3.2-1], 5.0 [MQTT-3.3.2-1]', 'a topic that does not end', packet(0x30, hex('0009 6162'))],
    ['3.1.1 [MQTT-3.8.3-1], 5.0 [MQTT-3.8.3-1]', 'a filter that is not UTF-8', subscription('0002 61ff')],
    ['3.1.1 [MQTT-4.7.3-2], 5.0 [MQTT-4.7.3-2]', 'U+0000 in a filter', subscription('0002 6100')],
    [
      '3.1.1 [MQTT-3.10.3-1], 5.0 [MQTT-3.10.3-1]',
      'UNSUBSCRIBE of what is not UTF-8',
      unsubscription('0002 61ff'),
    ],
    [
      '3.1.1 [MQTT-2.3.1-1], 5.0 [MQTT-2.2.1-3]',
      'SUBSCRIBE with packet id 0',
      subscribePacket(0, [['a', 0]], none(level)),
    ],
    ['3.1.1 [MQTT-2.2.2-1] [MQTT-2.2.2-2], 5.0 [MQTT-2.1.3-1]', 'reserved flags of PUBACK', hex('41020001')],
    ['3.1.1 [MQTT-3.6.1-1], 5.0 [MQTT-3.6.1-1]', 'reserved flags of PUBREL', hex('60020001')],
    [
      '3.1.1 [MQTT-3.8.1-1], 5.0 [MQTT-3.8.1-1]',
      'reserved flags of SUBSCRIBE',
      packet(0x80, hex(`0001 ${properties}`), text('a'), hex('00')),
    ],
    [
      '3.1.1 [MQTT-3.10.1-1], 5.0 [MQTT-3.10.1-1]',
      'reserved flags of UNSUBSCRIBE',
      packet(0xa0, hex(`0001 ${properties}`), text('a')),
    ],
    ['3.1.1 [MQTT-3.14.1-1], 5.0 [MQTT-3.14.1-1]', 'reserved flags of DISCONNECT', hex('e100')],
    ['3.1.1 [MQTT-4.8.0-1], 5.0 [MQTT-4.13.1-1] [MQTT-4.13.2-1]', 'packet type 0', hex('0000')],
  ] as const)
    test(`${clauses}: ${what} closes a level ${level} connection, 5.0 with 0x81`, async () => {
      const bench = await startBench()
      const client = await bench.connect({ level })

      client.send(bytes)

      expect(await client.ended()).toMatch(farewell(level, '81'))
      expect(bench.uplinks).toEqual([])
    })

  test(`3.1.1 [MQTT-1.5.3-3], 5.0 [MQTT-1.5.4-3]: level ${level} keeps U+FEFF where it stands`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    await subscribe(client, level, '\ufeffa', 0)

    expect(await deliver(bench, 'a')).toBe('not-subscribed')
    expect(await deliver(bench, '\ufeffa')).toBe('written')
    const expected = down(level, { topic: '\ufeffa', qos: 0 })
    expect(await take(client, expected)).toBe(expected)
  })
}

for (const [clause, what, properties] of [
  ['5.0 [MQTT-1.5.7-1]', 'the name of a user property', '26 0002 61ff 0001 62'],
  ['5.0 [MQTT-1.5.7-1]', 'the value of a user property', '26 0001 61 0002 62ff'],
  ['5.0 [MQTT-3.3.2-13]', 'a response topic', '08 0002 61ff'],
  ['5.0 [MQTT-3.3.2-19]', 'a content type', '03 0002 61ff'],
] as const)
  test(`${clause}: ${what} that is not UTF-8 ends the connection with 0x81`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level: 5 })

    client.send(publishPacket({ properties }))

    expect(await client.ended()).toMatch(/^e0..81/)
    expect(bench.uplinks).toEqual([])
  })

test('5.0 [MQTT-1.5.5-1]: a property length that is not in its shortest form ends the connection with 0x81', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send(packet(0x30, text('a'), hex('8000')))

  expect(await client.ended()).toMatch(/^e0..81/)
})

test('5.0 [MQTT-3.15.1-1]: reserved flags of AUTH end the connection with 0x81', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send('f1 02 18 00')

  expect(await client.ended()).toMatch(/^e0..81/)
})
