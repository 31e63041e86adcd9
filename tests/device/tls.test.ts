import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect as connectPlain, createServer as createPlainServer } from 'node:net'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { clientIdOf, connectOnce, publish } from '../support/device-client.ts'
import { admit, type Bench, type BenchOptions } from '../support/listener-bench.ts'
import {
  intermediateExtensions,
  type Issued,
  makeCa,
  openWorkbench,
  signLeaf,
  type Workbench,
} from '../support/openssl.ts'
import { connectPacket, hex, publishPacket, rawClient, report } from '../support/raw-client.ts'
import { openTlsBench, type TlsBench } from '../support/tls-bench.ts'

let bench: Workbench
let tls: TlsBench
let platformCa: Issued
let deviceCa: Issued
let intermediate: Issued
let leaf: Issued

beforeAll(() => {
  bench = openWorkbench()
  tls = openTlsBench(bench)
  platformCa = tls.platformCa
  deviceCa = makeCa(bench, { name: 'device-ca', subject: '/CN=Device CA', key: 'p256' })
  intermediate = signLeaf(bench, deviceCa, {
    name: 'intermediate',
    subject: '/CN=Intermediate',
    key: 'p256',
    extensions: intermediateExtensions,
  })
  leaf = signLeaf(bench, intermediate, { name: 'leaf', subject: '/CN=dev1', key: 'p256' })
})
afterAll(() => bench.dispose())

const startTlsBench = (options?: BenchOptions): Promise<Bench> => tls.start(options)
const dial = (server: Bench, options?: ConnectionOptions): Promise<TLSSocket> => tls.dial(server, options)

const device = () => ({ key: leaf.keyPem, cert: leaf.pem + intermediate.pem })

test('guide S101–S110: MQTT.js connects over TLS with a client certificate and an empty password, and reports', async () => {
  const server = await startTlsBench()

  const { code, client } = await connectOnce(`mqtts://localhost:${server.listener.ports.mqtts}`, {
    clientId: clientIdOf('dev1'),
    username: 'dev1',
    password: '',
    ca: platformCa.pem,
    ...device(),
  })
  expect(code).toBe(0)
  if (client) await publish(client, '$oc/devices/dev1/sys/properties/report', report)
  await client?.endAsync()

  expect(server.uplinks).toMatchObject([{ kind: 'report', deviceId: 'dev1' }])
  expect(server.attempts[0]).toMatchObject({
    listener: 'mqtts',
    tls: { version: 'TLSv1.3', serverName: 'localhost', resumed: false },
    connect: { clientId: clientIdOf('dev1'), username: 'dev1' },
  })
})

for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const)
  test(`design §3.3, safety S9: the chain arrives as DER, leaf first, over ${maxVersion}`, async () => {
    const server = await startTlsBench()
    const client = rawClient(await dial(server, { ...device(), maxVersion }))

    client.send(connectPacket())

    expect(await client.take(4)).toBe('20020000')
    expect(server.attempts[0]?.tls?.version).toBe(maxVersion)
    expect(server.attempts[0]?.tls?.certificates.map((der) => new X509Certificate(der).subject)).toEqual([
      'CN=dev1',
      'CN=Intermediate',
    ])
    client.close()
  })

test('a self-signed certificate is its own issuer, and its chain ends there', async () => {
  const server = await startTlsBench()
  const client = rawClient(await dial(server, { key: deviceCa.keyPem, cert: deviceCa.pem }))

  client.send(connectPacket())

  expect(await client.take(4)).toBe('20020000')
  expect(server.attempts[0]?.tls?.certificates).toHaveLength(1)
  client.close()
})

test('design §3.3: a device without a certificate gets its CONNACK too', async () => {
  const server = await startTlsBench()
  const client = rawClient(await dial(server))

  client.send(connectPacket())

  expect(await client.take(4)).toBe('20020000')
  expect(server.attempts[0]?.tls?.certificates).toEqual([])
  client.close()
})

test('safety S8, CVE-2025-23419: a resumed session is judged again, on the leaf that TLS remembers', async () => {
  const server = await startTlsBench()
  const first = await dial(server, device())
  const session = new Promise<Buffer>((resolve) => first.once('session', resolve))
  const one = rawClient(first)
  one.send(connectPacket())
  await one.take(4)
  const remembered = await session
  one.close()

  const two = rawClient(await dial(server, { ...device(), session: remembered }))
  two.send(connectPacket())

  expect(await two.take(4)).toBe('20020000')
  expect(server.attempts.map(({ tls }) => tls?.resumed)).toEqual([false, true])
  expect(Buffer.from(server.attempts[1]?.tls?.certificates[0] ?? []).equals(leaf.der)).toBe(true)
  two.close()
})

test('S10: a new server certificate is shown without a restart, and sessions of before are not resumed', async () => {
  const server = await startTlsBench()
  const first = await dial(server)
  const session = new Promise<Buffer>((resolve) => first.once('session', resolve))
  const one = rawClient(first)
  one.send(connectPacket({ deviceId: 'dev2' }))
  await one.take(4)
  const remembered = await session
  const next = signLeaf(bench, platformCa, {
    name: 'server-next',
    subject: '/CN=next',
    key: 'p256',
    extensions: ['subjectAltName=DNS:localhost'],
  })

  server.listener.updateTls({ keys: [next.keyPem], certificates: [next.pem] })
  const socket = await dial(server, { session: remembered })

  expect(socket.getPeerX509Certificate()?.subject).toBe('CN=next')
  expect(socket.isSessionReused()).toBe(false)
  one.send('c000')
  expect(await one.take(2), 'connections stay').toBe('d000')
  for (const each of [one.socket, socket]) each.destroy()
})

for (const [what, sigalgs, subject] of [
  ['ECDSA', undefined, 'ecdsa'],
  ['RSA', 'RSA-PSS+SHA256', 'rsa'],
] as const)
  test(`design §3.3: a client that can verify ${what} is shown such a certificate`, async () => {
    const server = await startTlsBench()
    const socket = await dial(server, sigalgs ? { sigalgs } : {})

    expect(socket.getPeerX509Certificate()?.publicKey.asymmetricKeyType).toBe(
      subject === 'rsa' ? 'rsa' : 'ec',
    )
    socket.destroy()
  })

for (const [what, options, code] of [
  [
    'TLS 1.1',
    { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
    'tls-version-too-old',
  ],
  ['no common cipher suite', { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' }, 'tls-no-shared-cipher'],
  ['another protocol by ALPN', { ALPNProtocols: ['h2'] }, 'tls-handshake-failed'],
  ['a server it does not trust', { ca: [] }, 'tls-client-left'],
] as const satisfies readonly (readonly [string, ConnectionOptions, string])[])
  test(`S7: a client with ${what} fails in the handshake, and the verdict says ${code}`, async () => {
    const server = await startTlsBench()

    await expect(dial(server, { ...options, ...('ca' in options && { ca: deviceCa.pem }) })).rejects.toThrow()
    await server.until(() => server.refusals.length === 1)

    expect(server.refusals[0]).toMatchObject({
      code,
      outcome: 'refused',
      answer: { mqtt: null, mqtt5: null },
      subject: { listener: 'mqtts', address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string },
    })
    expect(server.listener.stats().tlsHandshakesFailed).toBe(1)
  })

test('a client that sends an alert because it does not trust the platform CA is told apart', async () => {
  const server = await startTlsBench()
  const args = [
    's_client',
    '-connect',
    `127.0.0.1:${server.listener.ports.mqtts}`,
    '-verify_return_error',
    '-verify',
    '3',
  ]

  const child = execFile('openssl', args, () => undefined)
  child.stdin?.end()
  await server.until(() => server.refusals.length === 1)

  expect(server.refusals[0]).toMatchObject({
    code: 'tls-client-distrusts-server',
    params: { detail: 'tlsv1 alert unknown ca' },
  })
})

for (const [what, bytes] of [
  ['plain MQTT', connectPacket()],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
] as const)
  test(`${what} on the TLS port is closed, and the verdict says that TLS is expected`, async () => {
    const server = await startTlsBench()
    const client = rawClient(connectPlain({ port: server.listener.ports.mqtts ?? 0, host: '127.0.0.1' }))

    client.send(bytes)
    await client.ended()
    await server.until(() => server.refusals.length === 1)

    expect(server.refusals[0]?.code).toBe('tls-expected')
  })

test('R9: a handshake that does not end is cut', async () => {
  const server = await startTlsBench({ limits: { handshakeMillisMax: 50 } })
  const client = rawClient(connectPlain({ port: server.listener.ports.mqtts ?? 0, host: '127.0.0.1' }))

  client.send(hex('1603'))
  await client.ended()
  await server.until(() => server.refusals.length === 1)

  expect(server.refusals[0]?.code).toBe('tls-handshake-timeout')
})

test('R9: a client that opens a TLS connection and says nothing is cut, and told of', async () => {
  const server = await startTlsBench({})
  const client = rawClient(connectPlain({ port: server.listener.ports.mqtts ?? 0, host: '127.0.0.1' }))

  await expect.poll(() => server.listener.stats().sockets).toBe(1)
  server.clock.advance(10_000)
  await client.ended()
  await server.until(() => server.refusals.length === 1)

  expect(server.refusals[0]?.code).toBe('tls-handshake-timeout')
})

test('a first message of TLS that comes in many pieces, or is long, is read as any other', async () => {
  const server = await startTlsBench({})
  const through = createPlainServer((near) => {
    const far = connectPlain({ port: server.listener.ports.mqtts ?? 0, host: '127.0.0.1', noDelay: true })
    far.pipe(near)
    near.on('error', () => far.destroy())
    near.on('close', () => far.destroy())
    far.on('error', () => near.destroy())
    let isFirst = true
    near.on('data', (bytes: Buffer) => {
      if (!isFirst) return void far.write(bytes)
      isFirst = false
      for (const byte of bytes.subarray(0, 7)) far.write(Buffer.of(byte))
      setImmediate(() => far.write(bytes.subarray(7)))
    })
  })
  onTestFinished(() => void through.close())
  await new Promise<void>((resolve) => through.listen(0, '127.0.0.1', resolve))
  const { port } = through.address() as AddressInfo
  // Many protocols: a hello of some kilobytes.
  const ALPNProtocols = ['mqtt', ...Array.from({ length: 60 }, (_, i) => `${i}-${'x'.repeat(60)}`)]
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols })

  await once(socket, 'secureConnect')
  expect(socket.alpnProtocol).toBe('mqtt')
  socket.destroy()
})

test('R13: a fault in the callbacks of TLS ends that socket alone', async () => {
  const server = await startTlsBench({
    onRefused() {
      throw new Error('a bug')
    },
  })
  const client = rawClient(connectPlain({ port: server.listener.ports.mqtts ?? 0, host: '127.0.0.1' }))

  client.send(connectPacket())
  await client.ended()
  await server.until(() => server.refusals.length === 1)

  expect(server.listener.stats().faults).toBe(1)
  const other = rawClient(await dial(server))
  other.send(connectPacket())
  expect(await other.take(4)).toBe('20020000')
  other.close()
})

test('a client that leaves after the handshake, before CONNECT, is explained', async () => {
  const server = await startTlsBench()
  const socket = await dial(server, { maxVersion: 'TLSv1.2' })

  socket.destroy()
  await server.until(() => server.refusals.length === 1)

  expect(server.refusals[0]).toMatchObject({
    code: 'tls-client-left',
    params: { when: 'after the TLS handshake' },
  })
})

test('safety X9: what is cut over TLS is cut, 5.0 with 0x98', async () => {
  const server = await startTlsBench({
    authenticate: (attempt) => Promise.resolve(admit(attempt, { anchorKey: 'ca' })),
  })
  const client = rawClient(await dial(server, device()))
  client.send(connectPacket({ level: 5 }))
  await client.take(26)

  expect(await server.listener.cutAnchor('ca')).toBe(1)

  expect(await client.ended()).toMatch(/^e0..98/)
})

test('R12: of a hundred handshakes that begin at once each is served, what a client sent before its turn included', async () => {
  const server = await startTlsBench({ limits: { handshakesPerTurnMax: 2 } })

  const clients = await Promise.all(
    Array.from({ length: 100 }, async () => rawClient(await dial(server, device()))),
  )
  for (const [index, client] of clients.entries()) client.send(connectPacket({ deviceId: `dev${index}` }))

  expect(await Promise.all(clients.map((client) => client.take(4)))).toEqual(clients.map(() => '20020000'))
  for (const client of clients) client.close()
})

test('R11: what TLS has unpacked when reading stops is kept, in order, and read when it goes on', async () => {
  const gate = Promise.withResolvers<void>()
  const server = await startTlsBench({
    limits: { inflightMax: 2 },
    accept: () => gate.promise.then(() => ({ reasonCode: 0 })),
  })
  const client = rawClient(await dial(server, { cert: leaf.pem, key: leaf.keyPem }))
  client.send(connectPacket())
  expect(await client.take(4)).toBe('20020000')
  const count = 300

  // Far more than one record of TLS holds, in one write.
  client.send(Buffer.concat(Array.from({ length: count }, (_, n) => publishPacket({ id: n + 1 }))))
  await server.until(() => server.uplinks.length === 2)
  gate.resolve()

  const acknowledged = hex(await client.take(4 * count))
  const ids = Array.from({ length: count }, (_, n) => acknowledged.readUInt16BE(4 * n + 2))
  expect(ids).toEqual(Array.from({ length: count }, (_, n) => n + 1))
  expect(server.listener.stats().faults).toBe(0)
})
