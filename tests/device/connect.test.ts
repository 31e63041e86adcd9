import { expect, test } from 'vitest'
import vectors from '../vectors/device-protocol-vectors.json' with { type: 'json' }
import { admit, connack5, deferred, refuse, startBench } from '../support/listener-bench.ts'
import { connectPacket, hex, packet, publishPacket, text } from '../support/raw-client.ts'
import type { ConnectionCode } from '../../src/domain/verdict/connection-codes.ts'

const codeFor: { readonly [connack: number]: ConnectionCode } = {
  2: 'client-id-incomplete',
  3: 'server-unavailable',
  4: 'device-unknown',
  5: 'device-frozen',
}

for (const { id, code, hex: bytes, meaning } of vectors.connack_bytes_v311)
  test(`[MQTT-3.2.0-1] device protocol §2.8, vector ${id}: ${meaning}`, async () => {
    const refusal = codeFor[code]
    const bench = await startBench(refusal ? { authenticate: refuse(refusal) } : {})
    const client = await bench.open()

    client.send(code === 1 ? hex('10 0e 00 04 4d515454 02 02 003c 0002 6131') : connectPacket())

    expect(await client.take(4)).toBe(bytes)
    const isOpen = await Promise.race([
      client.ended().then(() => false),
      bench.until(() => bench.connected.length === 1).then(() => true),
    ])
    expect(isOpen, 'a refused connection is closed, an accepted one is not').toBe(code === 0)
  })

for (const { id, seconds, accept } of vectors.keepalive)
  test(`device protocol §1.3, vector ${id}: keep alive ${seconds} s reaches the verdict unchanged`, async () => {
    const bench = await startBench({
      authenticate: (attempt) =>
        accept ? Promise.resolve(admit(attempt)) : refuse('keep-alive-out-of-range')(attempt),
    })
    const client = await bench.open()

    client.send(connectPacket({ keepAlive: seconds }))

    expect(await client.take(4)).toBe(accept ? '20020000' : '20020002')
    expect(bench.attempts[0]?.connect.keepAliveSeconds).toBe(seconds)
  })

test('device protocol §1.4: a 5.0 CONNACK announces what is offered', async () => {
  const bench = await startBench()
  const client = await bench.open()

  client.send(connectPacket({ level: 5 }))

  expect(await client.take(connack5.length / 2)).toBe(connack5)
})

test('MQTT 5.0 §3.2.2.3.2: a session expiry that was asked for is answered with 0', async () => {
  const bench = await startBench()
  const client = await bench.open()

  client.send(connectPacket({ level: 5, properties: '11 0000003c' }))

  expect(await client.take(connack5.length / 2 + 5)).toBe(
    connack5
      .replace('20180000', '201d0000')
      .replace('000015', '00001a')
      .replace('1a2100', '1a11000000002100'),
  )
})

test('device protocol §1.6: MQTT 3.1 with a client id of 60 characters is let in', async () => {
  const bench = await startBench()
  const client = await bench.open()

  client.send(connectPacket({ level: 3, clientId: 'x'.repeat(60) }))

  expect(await client.take(4)).toBe('20020000')
  expect(bench.attempts[0]?.connect).toMatchObject({
    protocolLevel: 3,
    clientId: 'x'.repeat(60),
    username: 'dev1',
  })
})

test('device protocol §1.3, R17: a will is accepted and never published', async () => {
  const bench = await startBench()
  const will = Buffer.concat([text('$oc/devices/dev1/sys/messages/up'), text('gone')])
  const client = await bench.connect({ flags: 0x04, will })

  client.close()
  await bench.until(() => bench.disconnected.length === 1)

  expect(bench.disconnected[0]?.cause).toBe('connection-lost')
  expect(bench.uplinks).toEqual([])
})

test('device protocol §2.8, safety S2: 5.0 gets the 5.0 code', async () => {
  const bench = await startBench({ authenticate: refuse('device-unknown') })
  const client = await bench.open()

  client.send(connectPacket({ level: 5 }))

  expect(await client.ended()).toBe('2003008600')
  expect(bench.refusals.map(({ code }) => code)).toEqual(['device-unknown'])
})

test('MQTT 5.0 §4.12: an authentication method is refused with 0x8C', async () => {
  const bench = await startBench()
  const client = await bench.open()

  client.send(connectPacket({ level: 5, properties: '15 0001 78' }))

  expect(await client.ended()).toBe('2003008c00')
  expect(bench.refusals[0]?.code).toBe('authentication-method-unsupported')
  expect(bench.attempts).toEqual([])
})

test('R9: what follows CONNECT is not read before the verdict, and served after it', async () => {
  const verdict = deferred<void>()
  const bench = await startBench({ authenticate: (attempt) => verdict.promise.then(() => admit(attempt)) })
  const client = await bench.open()

  client.send(Buffer.concat([connectPacket(), publishPacket({ id: 7 }), hex('c000')]))
  await bench.until(() => bench.attempts.length === 1)
  expect(bench.uplinks).toEqual([])
  verdict.resolve()

  expect(await client.take(4)).toBe('20020000')
  expect(await client.take(6)).toMatch(/^(d00040020007|40020007d000)$/)
})

test('design §3.1: the CONNACK waits until the session is claimed', async () => {
  const claim = deferred<void>()
  const bench = await startBench({ onConnected: () => claim.promise })
  const client = await bench.open()

  client.send(connectPacket())
  await bench.until(() => bench.connected.length === 1)
  expect(client.socket.bytesRead).toBe(0)
  claim.resolve()

  expect(await client.take(4)).toBe('20020000')
  expect(bench.connected[0]?.connection).toBe('test-1')
})

test('a claim that cannot be written refuses with 3', async () => {
  const bench = await startBench({ onConnected: () => Promise.reject(new Error('disk full')) })
  const client = await bench.open()

  client.send(connectPacket())

  expect(await client.ended()).toBe('20020003')
  expect(bench.refusals[0]?.code).toBe('server-unavailable')
  expect(bench.disconnected).toEqual([])
})

test('R13: a throwing authenticate refuses that connection, is counted, and others are served', async () => {
  let isBroken = true
  const bench = await startBench({
    authenticate(attempt) {
      if (isBroken) throw new Error('a bug')
      return Promise.resolve(admit(attempt))
    },
  })
  const client = await bench.open()

  client.send(connectPacket())

  expect(await client.ended()).toBe('20020003')
  expect(bench.listener.stats().faults).toBe(1)
  isBroken = false
  await bench.connect()
})

test('R9: a verdict that does not come ends the connection with 3', async () => {
  const bench = await startBench({ authenticate: () => deferred<never>().promise })
  const client = await bench.open()
  client.send(connectPacket())
  await bench.until(() => bench.attempts.length === 1)

  bench.clock.advance(10_000)

  expect(await client.ended()).toBe('20020003')
})

test('R9: no CONNECT within 10 s closes the connection, and says why', async () => {
  const bench = await startBench()
  const client = await bench.open()
  client.send('10')

  bench.clock.advance(10_000)

  expect(await client.ended()).toBe('')
  expect(bench.refusals[0]).toMatchObject({ code: 'connect-timeout', params: { seconds: 10 } })
})

for (const [what, bytes, code] of [
  ['[MQTT-3.1.0-1] PUBLISH first', publishPacket(), 'packet-before-connect'],
  ['CVE-2021-28166, R14: CONNACK from a client', hex('20020000'), 'packet-before-connect'],
  ['TLS on the plain port', hex('1603010200010001fc0303'), 'tls-unexpected'],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'connect-malformed'],
  ['a zero byte', hex('0000'), 'connect-malformed'],
  ['R9: a remaining length of 256 MB', hex('10ffffff7f'), 'packet-too-large'],
  ['R15: a length of five bytes', hex('10ffffffff7f'), 'connect-malformed'],
  ['[MQTT-3.1.2-3] the reserved connect flag', connectPacket({ flags: 0x01 }), 'connect-malformed'],
  ['R15: U+0000 in the client id', connectPacket({ clientId: 'a\0b' }), 'connect-malformed'],
] as const)
  test(`${what} is closed without an answer: ${code}`, async () => {
    const bench = await startBench()
    const client = await bench.open()

    client.send(bytes)

    expect(await client.ended()).toBe('')
    expect(bench.refusals.map((verdict) => verdict.code)).toEqual([code])
    expect(bench.attempts).toEqual([])
  })

test('[MQTT-3.1.0-2] a second CONNECT closes the connection', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send(connectPacket({ level: 5 }))

  expect(await client.ended()).toMatch(/^e0..82/)
  expect(bench.disconnected[0]?.cause).toBe('protocol-error')
})

test('R9: sockets of one address are bounded', async () => {
  const bench = await startBench({ limits: { connectionsPerAddressMax: 1 } })
  const first = await bench.connect()
  const second = await bench.open()

  expect(await second.ended()).toBe('')
  first.send('c000')
  expect(await first.take(2)).toBe('d000')
  expect(bench.listener.stats()).toMatchObject({ socketsTurnedAway: 1, sockets: 1, connections: 1 })
})

test('safety S2: after too many refusals of an address the answers wait, and owners are still let in at once', async () => {
  const bench = await startBench({
    limits: { refusedPerAddressPerMinuteMax: 1 },
    authenticate: (attempt) =>
      attempt.connect.username === 'owner'
        ? Promise.resolve(admit(attempt))
        : refuse('device-unknown')(attempt),
  })
  const ask = async (level: 3 | 4, clientId: string) => {
    const client = await bench.open()
    client.send(connectPacket({ level, clientId }))
    return client
  }
  // The 3.1.1 CONNECT of the Java SDK and its fall-back to 3.1 count once (device protocol §1.6).
  expect(await (await ask(4, 'a')).ended()).toBe('20020004')
  expect(await (await ask(3, 'a')).ended()).toBe('20020004')

  const slow = await ask(4, 'b')
  await bench.until(() => bench.refusals.length === 3)
  await bench.connect({ deviceId: 'owner' })
  expect(slow.socket.bytesRead).toBe(0)
  bench.clock.advance(3_000)

  expect(await slow.ended()).toBe('20020004')
})

test('R9: a CONNECT in single bytes is understood', async () => {
  const bench = await startBench()
  const client = await bench.open()

  for (const byte of connectPacket()) client.send(Uint8Array.of(byte))

  expect(await client.take(4)).toBe('20020000')
})

test('[MQTT-3.1.4-1] leftovers in a CONNECT are malformed, told to a 5.0 client', async () => {
  const bench = await startBench()
  const client = await bench.open()
  const body = connectPacket({ level: 5 }).subarray(2)

  client.send(packet(0x10, body, hex('00')))

  expect(await client.ended()).toBe('2003008100')
  expect(bench.refusals[0]).toMatchObject({ code: 'connect-malformed', answer: { mqtt: null, mqtt5: 0x81 } })
})
