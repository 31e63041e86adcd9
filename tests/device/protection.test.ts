import { once } from 'node:events'
import { connect as connectPlain } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bench, startBench } from '../support/listener-bench.ts'
import { openWorkbench, type Workbench } from '../support/openssl.ts'
import { connectPacket, hex, publishPacket, type RawClient, rawClient, text } from '../support/raw-client.ts'
import { openTlsBench, type TlsBench } from '../support/tls-bench.ts'

/*
 * Safety R9 to R13 on sockets: what strangers, slow and greedy peers do, and that others do not feel it. Which test
 * holds which clause: docs/develop/protection.md.
 */

let bench: Workbench
let tls: TlsBench

beforeAll(() => {
  bench = openWorkbench()
  tls = openTlsBench(bench)
})
afterAll(() => bench.dispose())

const ping = hex('c000')
const messages = '$oc/devices/dev1/sys/messages/up'

/** A round trip: what was sent on other connections before it has been read by then. */
async function pingOn(client: RawClient): Promise<void> {
  client.send(ping)
  expect(await client.take(2)).toBe('d000')
}

const dialPlain = ({ listener }: Bench): RawClient =>
  rawClient(connectPlain({ port: listener.ports.mqtts ?? 0, host: '127.0.0.1' }))

/** What OpenSSL sends first, for this server name. */
async function clientHello(servername = 'localhost'): Promise<Buffer> {
  const wire = new Duplex({ read: () => undefined })
  const hello = new Promise<Buffer>((resolve) => {
    wire._write = (chunk: Buffer, _, done) => {
      resolve(chunk)
      done()
    }
  })
  const socket = connectTls({ socket: wire, servername })
  socket.on('error', () => undefined)
  const bytes = await hello
  socket.destroy()
  return bytes
}

// Slow on purpose

for (const [what, bytes] of [
  ['that comes byte by byte', 'trickles'],
  ['that stops in the middle', 'stops'],
] as const)
  test(`R9: a TLS handshake ${what} is cut when its time is over`, async () => {
    const server = await tls.start({ limits: { handshakeMillisMax: 200 } })
    const hello = await clientHello()
    const client = dialPlain(server)

    if (bytes === 'stops') client.send(hello)
    // Never whole: it has more bytes than there are rounds in its time.
    else
      for (const byte of hello.subarray(0, -1)) {
        if (client.socket.readableEnded || client.socket.destroyed) break
        client.send(Uint8Array.of(byte))
        await pause(5)
      }
    await client.ended()
    await server.until(() => server.refusals.length === 1)

    expect(server.refusals[0]?.code).toBe('tls-handshake-timeout')
    expect(server.listener.stats()).toMatchObject({ tlsHandshakesFailed: 1, faults: 0 })
    while (server.listener.stats().sockets > 0) await nextTurn()
  })

test('R9: a peer that says nothing behind its TLS handshake is cut after 10 s', async () => {
  const server = await tls.start()
  const client = rawClient(await tls.dial(server, { maxVersion: 'TLSv1.2' }))
  const other = await server.connect()
  await pingOn(other)

  server.clock.advance(10_000)

  expect(await client.ended()).toBe('')
  expect(server.refusals[0]).toMatchObject({ code: 'connect-timeout', params: { seconds: 10 } })
  await pingOn(other)
})

test('R9: a CONNECT that comes byte by byte has 10 s in all, not for each byte', async () => {
  const server = await startBench()
  const other = await server.connect({ deviceId: 'dev2' })
  const client = await server.open()
  const bytes = connectPacket()

  for (const byte of bytes.subarray(0, 10)) {
    client.send(Uint8Array.of(byte))
    await pingOn(other)
    server.clock.advance(1000)
  }

  expect(await client.ended()).toBe('')
  expect(server.refusals.map(({ code }) => code)).toEqual(['connect-timeout'])
})

test('R9, CVE-2020-13849: bytes of a packet that never ends are no sign of life', async () => {
  const server = await startBench()
  const other = await server.connect({ deviceId: 'dev2', keepAlive: 1200 })
  const client = await server.connect({ keepAlive: 30 })
  const bytes = publishPacket()

  for (const byte of bytes.subarray(0, 9)) {
    client.send(Uint8Array.of(byte))
    await pingOn(other)
    server.clock.advance(5000)
  }

  expect(await client.ended()).toBe('')
  expect(server.disconnected.map(({ cause }) => cause)).toEqual(['keep-alive'])
  expect(server.uplinks).toEqual([])
})

// Greedy

test('R9, R10, CVE-2017-7651: a length that is declared reserves nothing, before CONNECT and after it', async () => {
  const server = await startBench()
  const other = await server.connect({ deviceId: 'other' })
  const count = 100
  const strangers = await Promise.all(Array.from({ length: count }, () => server.open()))
  const devices = await Promise.all(
    Array.from({ length: count }, (_, index) => server.connect({ deviceId: `d${index}` })),
  )
  const before = process.memoryUsage().arrayBuffers

  // 64 kB of CONNECT and 1 MB of PUBLISH; of each the first bytes.
  for (const stranger of strangers) stranger.send(hex('10fdff03 00044d515454'))
  for (const device of devices) device.send(Buffer.concat([hex('32f0ff3f'), text(messages)]))
  await pingOn(other)

  expect(server.listener.stats().sockets).toBe(2 * count + 1)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024)
})

test('[MQTT-3.2.2-15] R10: a megabyte of payload is taken, and a byte more than the bound ends the connection, 5.0 with 0x95', async () => {
  const server = await tls.start({ limits: { packetBytesMax: 1024 * 1024 + 100 } })
  const giant = (payload: number) =>
    publishPacket({ topic: messages, payload: Buffer.alloc(payload, 'x'), properties: '' })
  const connected = async (): Promise<RawClient> => {
    const client = rawClient(await tls.dial(server))
    client.send(connectPacket({ level: 5 }))
    expect(await client.take(26)).toMatch(/^20180000/)
    return client
  }
  const one = await connected()

  one.send(giant(1024 * 1024))
  expect(await one.take(4)).toBe('40020001')
  // Refused by its length, of which the first bytes tell.
  one.send(giant(1024 * 1024 + 100).subarray(0, 100))

  expect(await one.ended()).toMatch(/^e0..95/)
  expect(server.uplinks).toHaveLength(1)
})

test('R11: a device that reports and does not read is not read from; when it reads on, every PUBACK is there', async () => {
  const reasonString = 'r'.repeat(8000)
  const server = await startBench({ accept: () => Promise.resolve({ reasonCode: 0x99, reasonString }) })
  const other = await server.connect({ deviceId: 'dev2' })
  const socket = connectPlain({ port: server.listener.ports.mqtt ?? 0, host: '127.0.0.1' })
  socket.write(connectPacket({ level: 5 }))
  const [connack] = (await once(socket, 'data')) as [Buffer]
  expect(connack.toString('hex')).toMatch(/^20180000/)
  socket.pause()
  const count = 4000

  // Their answers are 32 MB, which the system's buffers do not hold.
  socket.write(
    Buffer.concat(Array.from({ length: count }, (_, n) => publishPacket({ id: n + 1, properties: '' }))),
  )
  let seen = -1
  while (seen < server.uplinks.length) {
    seen = server.uplinks.length
    for (let turn = 0; turn < 100; turn++) await pingOn(other)
  }
  expect(seen).toBeGreaterThan(0)
  expect(seen).toBeLessThan(count)

  // First byte, length of two bytes, packet id, reason code, length of the properties, the reason as a property.
  const answerBytes = 1 + 2 + 2 + 1 + 2 + 1 + 2 + reasonString.length
  const chunks: Buffer[] = []
  let missing = count * answerBytes
  for await (const chunk of socket.resume() as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    missing -= chunk.length
    if (missing <= 0) break
  }
  const answers = Buffer.concat(chunks)
  const ids = Array.from({ length: count }, (_, n) => answers.readUInt16BE(n * answerBytes + 3))
  expect(ids).toEqual(Array.from({ length: count }, (_, n) => n + 1))
  expect(server.listener.stats().slowReadersCut).toBe(0)
})

// Many at once

test('R9: sockets are bounded in all, before TLS does anything for them, and one that leaves makes room', async () => {
  const server = await tls.start({ limits: { connectionsMax: 3 } })
  const first = await server.connect()
  const second = await tls.dial(server)
  const third = await server.open()

  const surplus = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => (n % 2 === 0 ? server.open() : dialPlain(server))),
  )
  for (const each of surplus) expect(await each.ended()).toBe('')

  expect(server.listener.stats()).toMatchObject({ sockets: 3, socketsTurnedAway: 20 })
  expect(server.refusals).toEqual([])
  await pingOn(first)
  third.close()
  // Its end and our next attempt come by different sockets.
  let next = await server.open()
  while (server.listener.stats().sockets < 3 || next.socket.readableEnded) next = await server.open()
  second.destroy()
})

test('R12: beside a storm of TLS handshakes an established connection is served in between', async () => {
  const server = await tls.start()
  const other = await server.connect()
  const count = 200
  let done = 0
  const storm = Array.from({ length: count }, async () => {
    const socket = await tls.dial(server)
    done++
    return socket
  })
  await Promise.race(storm)

  await pingOn(other)
  const before = done
  const sockets = await Promise.all(storm)

  expect(before).toBeLessThan(count / 2)
  expect(server.listener.stats()).toMatchObject({ sockets: count + 1, tlsHandshakesFailed: 0 })
  for (const socket of sockets) socket.destroy()
})

test('R13, CVE-2026-21637: ClientHellos and packets of garbage end their own sockets, and nothing is a fault', async () => {
  const server = await tls.start()
  const other = await server.connect()
  const hellos = await Promise.all(['localhost', 'x'.repeat(250), 'ä.example', 'a..b'].map(clientHello))
  // By a fixed rule, so that a failure comes again: every byte of a ClientHello is once another one.
  const garbage = hellos.flatMap((hello) =>
    Array.from({ length: 60 }, (_, n) => {
      const bytes = Buffer.from(hello)
      const at = Math.floor((n * bytes.length) / 60)
      bytes[at] = (bytes[at] ?? 0) ^ 0xff
      return bytes
    }),
  )
  const clients = garbage.map((bytes, n) => {
    const client = dialPlain(server)
    client.send(bytes)
    // Half of them leave in the middle, the other half when they have had an answer or none.
    if (n % 2 === 0) client.socket.end()
    return client
  })
  for (const client of clients) {
    client.socket.end()
    await client.ended()
  }
  await server.until(() => server.refusals.length >= garbage.length)

  expect(server.listener.stats()).toMatchObject({ faults: 0, connections: 1 })
  await pingOn(other)
  const client = rawClient(await tls.dial(server))
  client.send(connectPacket({ deviceId: 'dev2' }))
  expect(await client.take(4)).toBe('20020000')
})
