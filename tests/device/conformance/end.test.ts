import { expect, test } from 'vitest'
import { startBench } from '../../support/listener-bench.ts'
import { connectPacket, hex, packet, publishPacket, text } from '../../support/raw-client.ts'
import { none, ping, pong } from './levels.ts'

for (const level of [4, 5] as const) {
  test(`3.1.1 [MQTT-3.12.4-1], 5.0 [MQTT-3.12.4-1]: level ${level}: each PINGREQ gets a PINGRESP`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })

    client.send(hex(ping.repeat(3)))

    expect(await client.take(6)).toBe(pong.repeat(3))
  })

  test(`3.1.1 [MQTT-3.14.4-1] [MQTT-3.14.4-2], 5.0 [MQTT-3.14.4-1] [MQTT-3.14.4-2]: level ${level}: what a client sends behind its DISCONNECT is not processed`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level })
    const properties = none(level)

    client.send(
      Buffer.concat([hex('e000'), publishPacket(properties === undefined ? {} : { properties }), hex(ping)]),
    )

    expect(await client.ended()).toBe('')
    expect(bench.uplinks).toEqual([])
    expect(bench.disconnected.map(({ cause }) => cause)).toEqual(['closed-by-device'])
  })

  test(`3.1.1 [MQTT-3.1.2-10] [MQTT-3.1.2-12] [MQTT-3.14.4-3], 5.0 [MQTT-3.1.2-10] [MQTT-3.14.4-3]: level ${level}: DISCONNECT ends the will, which is not published`, async () => {
    const bench = await startBench()
    const will = Buffer.concat([
      hex(level === 5 ? '00' : ''),
      text('$oc/devices/dev1/sys/messages/up'),
      text('gone'),
    ])
    const client = await bench.connect({ level, flags: 0x04, will })

    client.send('e000')
    expect(await client.ended()).toBe('')

    expect(bench.uplinks).toEqual([])
  })
}

test('5.0 [MQTT-3.14.0-1]: before a CONNACK that lets in there is no DISCONNECT', async () => {
  const bench = await startBench()
  const [first, malformed] = [await bench.open(), await bench.open()]

  first.send(publishPacket({ properties: '' }))
  malformed.send(packet(0x10, connectPacket({ level: 5 }).subarray(2), hex('00')))

  expect(await first.ended()).toBe('')
  expect(await malformed.ended()).toBe('2003008100')
})

test('5.0 [MQTT-3.14.2-1]: a DISCONNECT with a code that only a server may say is ended with 0x82', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send('e0 01 8e')

  expect(await client.ended()).toMatch(/^e0..82/)
})

test('5.0 [MQTT-3.14.2-2] [MQTT-3.14.4-1] [MQTT-3.14.4-2]: the DISCONNECT of the server has no session expiry, and is the last that comes', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send(Buffer.concat([hex('d000'), hex(ping), publishPacket({ properties: '' })]))

  const [first, length, code, properties, property] = hex(await client.ended())
  expect([first, code]).toEqual([0xe0, 0x82])
  expect(length).toBe((properties ?? 0) + 2)
  expect(property, 'a reason string and nothing else').toBe(0x1f)
  expect(bench.uplinks).toEqual([])
})

test('5.0 [MQTT-3.14.2-3]: a reason string that would make a DISCONNECT larger than the client takes is left out', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5, properties: '27 0000001a' })

  client.send('d000')

  expect(await client.ended()).toMatch(/^e0(0182|028200)$/)
})

test('5.0 [MQTT-3.15.2-1] [MQTT-4.12.0-7]: AUTH of a client that named no method is ended with 0x82', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send('f0 02 18 00')

  expect(await client.ended()).toMatch(/^e0..82/)
})

test('5.0 [MQTT-4.12.0-1]: a method that is not offered is refused with 0x8C and closed', async () => {
  const bench = await startBench()
  const client = await bench.open()

  client.send(connectPacket({ level: 5, properties: '15 0003 4b4552' }))

  expect(await client.ended()).toBe('2003008c00')
})
