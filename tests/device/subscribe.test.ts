import { expect, test } from 'vitest'
import { startBench } from '../support/listener-bench.ts'
import { hex, packet, subscribePacket, text } from '../support/raw-client.ts'

const filters = [
  ['own topics with #', '$oc/devices/dev1/sys/commands/#', 1, '01', '01'],
  ['own topics with +', '$oc/devices/dev1/+/events/down', 0, '00', '00'],
  ['everything of our own', '$oc/devices/dev1/#', 0, '00', '00'],
  ['QoS 2 is granted 1', '$oc/devices/dev1/sys/messages/down', 2, '01', '01'],
  ['a custom topic', 'a/+/c', 1, '01', '01'],
  ['a broadcast topic', '$oc/broadcast/notice', 1, '01', '01'],
  ['# never matches $oc', '#', 0, '00', '00'],
  ['a foreign id', '$oc/devices/dev2/sys/messages/down', 1, '80', '87'],
  ['a wildcard for the id', '$oc/devices/+/sys/messages/down', 1, '80', '87'],
  ['all devices', '$oc/devices/#', 1, '80', '87'],
  ['all of $oc', '$oc/#', 1, '80', '87'],
  ['a prefix of our id', '$oc/devices/dev/#', 1, '80', '87'],
  ['$SYS', '$SYS/#', 1, '80', '87'],
  ['the legacy topics of another device', '/huawei/v1/devices/dev2/#', 1, '80', '87'],
  ['a shared subscription', '$share/g/a', 1, '80', '9e'],
  ['8 separators', 'a/b/c/d/e/f/g/h/i', 1, '80', '8f'],
  ['129 bytes', 'a'.repeat(129), 1, '80', '8f'],
] as const

for (const [what, filter, qos, granted, granted5] of filters)
  test(`device protocol §3.0.2, S3: SUBSCRIBE to ${what}`, async () => {
    const bench = await startBench()
    const old = await bench.connect()
    old.send(subscribePacket(0x1234, [[filter, qos]]))
    expect(await old.take(5)).toBe(`90031234${granted}`)

    const young = await bench.connect({ level: 5 })
    young.send(subscribePacket(0x1234, [[filter, qos]], ''))

    expect(await young.take(6)).toBe(`9004123400${granted5}`)
  })

test('dojot 2022, S3: every filter of a packet is checked', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send(
    subscribePacket(
      1,
      filters.map(([, filter, qos]) => [filter, qos]),
      '',
    ),
  )

  expect(await client.take(5 + filters.length)).toBe(
    `90${(3 + filters.length).toString(16)}000100${filters.map(([, , , , code]) => code).join('')}`,
  )
})

test('device protocol §1.3: the 101st subscription is refused, a known filter is not', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })
  client.send(
    subscribePacket(
      1,
      Array.from({ length: 100 }, (_, index) => [`t/${index}`, 1] as const),
      '',
    ),
  )
  await client.take(2 + 3 + 100)

  client.send(
    subscribePacket(
      2,
      [
        ['one/more', 1],
        ['t/7', 0],
      ],
      '',
    ),
  )

  expect(await client.take(7)).toBe('90050002009700')
})

test('R10: a packet of more than 100 filters closes the connection', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send(
    subscribePacket(
      1,
      Array.from({ length: 101 }, (_, index) => [`t/${index}`, 1] as const),
      '',
    ),
  )

  expect(await client.ended()).toMatch(/^e0..97/)
})

test('MQTT 5.0 §3.2.2.3.12: a subscription identifier gets DISCONNECT 0xA1', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send(subscribePacket(1, [['a', 0]], '0b01'))

  expect(await client.ended()).toMatch(/^e0..a1/)
})

for (const [what, bytes] of [
  ['[MQTT-3.8.3-3] no filter', packet(0x82, hex('0001'))],
  ['[MQTT-3.8.1-1] wrong flags', packet(0x80, hex('0001'), text('a'), hex('00'))],
  ['[MQTT-3-8.3-4] QoS 3', subscribePacket(1, [['a', 3]])],
  ['[MQTT-4.7.1-2] # in the middle', subscribePacket(1, [['a/#/b', 0]])],
  ['[MQTT-4.7.3-1] an empty filter', subscribePacket(1, [['', 0]])],
  ['CVE-2019-11779 65,400 slashes', subscribePacket(1, [['/'.repeat(65_400), 0]])],
] as const)
  test(`R14: SUBSCRIBE with ${what} closes the connection`, async () => {
    const bench = await startBench()
    const client = await bench.connect()

    client.send(bytes)

    expect(await client.ended()).toBe('')
  })

test('[MQTT-3.10.4-4] UNSUBSCRIBE is answered, and 5.0 learns what had been subscribed to', async () => {
  const bench = await startBench()
  const old = await bench.connect({ deviceId: 'dev2' })
  old.send(packet(0xa2, hex('0007'), text('a')))
  expect(await old.take(4)).toBe('b0020007')

  const young = await bench.connect({ level: 5 })
  young.send(subscribePacket(1, [['a', 0]], ''))
  await young.take(6)
  young.send(packet(0xa2, hex('0002 00'), text('a'), text('b')))

  expect(await young.take(7)).toBe('b0050002000011')
})
