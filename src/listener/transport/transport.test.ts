import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  type Issued,
  makeCa,
  openWorkbench,
  signLeaf,
  type Workbench,
} from '../../../tests/support/openssl.ts'
import { READ_BYTES, transportOf } from './handle-transport.ts'
import { SocketTransport } from './socket-transport.ts'
import { handleOf } from './stream-handle.ts'
import type { Transport } from './transport.ts'

let bench: Workbench
let ca: Issued
let server: Issued
beforeAll(() => {
  bench = openWorkbench()
  ca = makeCa(bench, { name: 'ca', subject: '/CN=CA', key: 'p256' })
  const extensions = ['subjectAltName=DNS:localhost']
  server = signLeaf(bench, ca, { name: 'server', subject: '/CN=localhost', key: 'p256', extensions })
})
afterAll(() => bench.dispose())

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

/** A real connection: the peer's socket, and our side as a transport that notes what it is told. */
async function connected(kind: 'TCP' | 'TLS', make: (socket: Socket) => Transport) {
  const secure = kind === 'TLS'
  const listening = secure ? createTlsServer({ key: server.keyPem, cert: server.pem }) : createServer()
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address() as { port: number }
  const accepted = once(listening, secure ? 'secureConnection' : 'connection')
  const raw = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  raw.on('error', () => undefined)
  const peer = secure ? connectTls({ socket: raw, servername: 'localhost', ca: ca.pem }) : raw
  peer.on('error', () => undefined)
  const [socket] = (await accepted) as [Socket]
  const told: string[] = []
  const chunks: Buffer[] = []
  let wake: (() => void)[] = []
  const tell = (what?: string) => {
    if (what) told.push(what)
    for (const resolve of wake.splice(0)) resolve()
  }
  const transport = make(socket)
  transport.open({
    received(bytes, length) {
      chunks.push(Buffer.from(bytes.subarray(0, length)))
      tell()
    },
    drained: () => tell('drained'),
    ending: () => tell('ending'),
    closed: () => tell('closed'),
  })
  open.push(
    () => listening.close(),
    () => peer.destroy(),
    () => transport.destroy(),
  )
  return {
    raw,
    peer,
    socket,
    transport,
    told,
    received: () => Buffer.concat(chunks).toString(),
    async until(isMet: () => boolean) {
      while (!isMet()) await new Promise<void>((resolve) => (wake = [...wake, resolve]))
    },
  }
}

/** Everything the peer gets until our side ends. */
async function readAll(peer: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of peer) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const readBuffer = Buffer.alloc(READ_BYTES)
const ways = [
  ['below the stream', (socket: Socket) => transportOf(socket, readBuffer)],
  ['as a stream', (socket: Socket) => new SocketTransport(socket)],
] as const
const kinds = ['TCP', 'TLS'] as const

test.each(kinds)('the pinned Node.js has handles of the kind that is expected, of %s', async (kind) => {
  const { socket } = await connected(kind, (raw) => new SocketTransport(raw))

  expect(handleOf(socket)).toBeDefined()
})

describe.each(ways)('%s', (_, make) => {
  test.each(kinds)(
    'what is written in one turn and ended arrives whole and in order, over %s',
    async (kind) => {
      const { peer, transport, until, told } = await connected(kind, make)
      const large = Buffer.alloc(3_000_000, 'b')

      for (const bytes of [Buffer.from('a'), large, Buffer.from('c'), Buffer.from('d')])
        transport.write(bytes)
      transport.end()
      transport.write(Buffer.from('too late'))
      const isWritable = [transport.isWritable]
      const [got] = await Promise.all([readAll(peer), transport.sent()])
      peer.end()
      await until(() => told.includes('closed'))

      expect(isWritable).toEqual([false])
      expect(got.equals(Buffer.concat([Buffer.from('a'), large, Buffer.from('cd')]))).toBe(true)
      expect(told.at(-1)).toBe('closed')
    },
  )

  test.each(kinds)(
    'R11: a peer that does not read makes it full, and one that reads again drains it, over %s',
    async (kind) => {
      const { peer, transport, until, told } = await connected(kind, make)
      peer.pause()
      const piece = Buffer.alloc(100_000, 'x')

      let written = 0
      for (let quietTurns = 0; quietTurns < 20;) {
        quietTurns = transport.isFull ? quietTurns + 1 : 0
        if (!transport.isFull) {
          transport.write(piece)
          written += piece.length
        }
        await new Promise((resolve) => setImmediate(resolve))
      }
      const seen = { isFull: transport.isFull, holds: transport.unsentBytes >= piece.length }
      told.length = 0
      const got = readAll(peer)
      await until(() => told.includes('drained'))
      transport.end()

      expect(seen).toEqual({ isFull: true, holds: true })
      expect((await got).length).toBe(written)
    },
  )

  test.each(kinds)(
    'what comes while it is paused comes after it, and the end behind all, over %s',
    async (kind) => {
      const { peer, transport, until, told, received } = await connected(kind, make)
      peer.write('first ')
      await until(() => received() === 'first ')

      transport.pause()
      const isPaused = transport.isPaused
      await new Promise<void>((resolve) => peer.write('second', () => resolve()))
      peer.end()
      await new Promise((resolve) => setImmediate(resolve))
      const before = [received(), ...told]
      transport.resume()
      await until(() => told.includes('ending'))

      expect([isPaused, before]).toEqual([true, ['first ']])
      expect(received()).toBe('first second')
      peer.resume()
      await until(() => told.includes('closed'))
    },
  )

  test.each(kinds)(
    'a peer that is gone is told once, and writing to it does nothing, over %s',
    async (kind) => {
      const { raw, transport, until, told } = await connected(kind, make)

      raw.resetAndDestroy()
      await until(() => told.includes('closed'))
      transport.write(Buffer.from('a'))
      transport.pause()
      transport.resume()
      transport.end()
      await transport.sent()

      expect(told.filter((what) => what === 'closed')).toHaveLength(1)
      expect(transport.isWritable).toBe(false)
    },
  )

  test.each(kinds)(
    'a peer that is reset while much is unsent is told of once, and nothing is held any more, over %s',
    async (kind) => {
      const { raw, peer, transport, until, told } = await connected(kind, make)
      peer.pause()
      transport.write(Buffer.alloc(20_000_000))
      transport.write(Buffer.from('behind'))

      raw.resetAndDestroy()
      await until(() => told.includes('closed'))
      await transport.sent()
      transport.write(Buffer.from('too late'))
      await new Promise((resolve) => setImmediate(resolve))

      expect(told.filter((what) => what === 'closed')).toHaveLength(1)
      expect(transport.isWritable).toBe(false)
    },
  )

  test.each(kinds)(
    'what was written before a peer closed its side still arrives whole, over %s',
    async (kind) => {
      const { peer, transport, until, told } = await connected(kind, make)
      const large = Buffer.alloc(3_000_000, 'b')
      peer.pause()
      transport.write(large)
      transport.write(Buffer.from('behind'))

      peer.end()
      await until(() => told.includes('ending'))
      const got = await readAll(peer)
      await until(() => told.includes('closed'))

      expect(got.length).toBe(large.length + 'behind'.length)
      expect(got.subarray(-6).toString()).toBe('behind')
    },
  )

  test.each(kinds)('destroyed while much is unsent, it closes at once, over %s', async (kind) => {
    const { peer, transport, until, told } = await connected(kind, make)
    peer.pause()
    transport.write(Buffer.alloc(20_000_000))
    transport.write(Buffer.from('behind'))
    transport.end()

    transport.destroy()
    await until(() => told.includes('closed'))
    await transport.sent()

    expect(told.at(-1)).toBe('closed')
  })
})
