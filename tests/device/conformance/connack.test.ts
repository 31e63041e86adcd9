import { expect, test } from 'vitest'
import { connack5, startBench } from '../../support/listener-bench.ts'
import { connectPacket, hex, publishPacket, subscribePacket } from '../../support/raw-client.ts'
import { ping, pong } from './levels.ts'

test('5.0 [MQTT-3.2.0-1] [MQTT-3.2.0-2] [MQTT-3.2.2-1] [MQTT-3.2.2-9] [MQTT-4.12.0-6]: one CONNACK comes first, reserved flags 0, with Maximum QoS 1 and no authentication method', async () => {
  const bench = await startBench()
  const client = await bench.open()

  client.send(connectPacket({ level: 5 }))
  client.send(hex(ping))

  expect(await client.take(connack5.length / 2)).toBe(connack5)
  expect(connack5).toContain('2401')
  expect(await client.take(2), 'and no second one').toBe(pong)
})

test('3.1.1 [MQTT-7.1.1-1], 5.0 [MQTT-4.2.0-1]: TCP carries both levels', async () => {
  const bench = await startBench()

  await bench.connect()
  await bench.connect({ level: 5, deviceId: 'dev2' })

  expect(bench.attempts.map(({ connect }) => connect.protocolLevel)).toEqual([4, 5])
})

test('5.0 [MQTT-3.1.2-28]: response information is returned neither unasked nor asked for', async () => {
  const bench = await startBench()
  for (const properties of ['19 00', '19 01']) {
    const client = await bench.open()

    client.send(connectPacket({ level: 5, properties }))

    expect(await client.take(connack5.length / 2)).toBe(connack5)
  }
})

test('5.0 [MQTT-3.2.2-10]: a SUBSCRIBE of any QoS is accepted, at the quality that is offered', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send(
    subscribePacket(
      1,
      [
        ['a', 0],
        ['b', 1],
        ['c', 2],
      ],
      '',
    ),
  )

  expect(await client.take(8)).toBe('9006000100000101')
})

test('5.0 [MQTT-3.2.2-12]: a PUBLISH above Maximum QoS is ended with 0x9B', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send(publishPacket({ qos: 2, properties: '' }))

  expect(await client.ended()).toMatch(/^e0..9b/)
})

test('5.0 [MQTT-3.2.2-13]: a PUBLISH with RETAIN, which is announced as unavailable, is ended with 0x9A', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send(publishPacket({ retain: true, properties: '' }))

  expect(await client.ended()).toMatch(/^e0..9a/)
})

test('5.0 [MQTT-3.1.2-24] [MQTT-3.2.0-1]: a client that cannot take the CONNACK is refused with 0x95, and its owner reads why', async () => {
  const bench = await startBench()
  const [client, mute] = [await bench.open(), await bench.open()]

  client.send(connectPacket({ level: 5, properties: '27 00000019' }))
  mute.send(connectPacket({ level: 5, properties: '27 00000004' }))

  expect(await client.ended()).toBe('2003009500')
  expect(await mute.ended(), 'not even that').toBe('')
  expect(bench.connected).toEqual([])
  expect(bench.refusals).toMatchObject([
    { code: 'maximum-packet-size-too-small', params: { bytes: 25 }, answer: { mqtt5: 0x95 } },
    { code: 'maximum-packet-size-too-small', params: { bytes: 4 } },
  ])
})
