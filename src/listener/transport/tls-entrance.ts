import { Buffer } from 'node:buffer'
import { type Server, Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import type { Elapsed } from '../../base/instant.ts'
import type { Limits } from '../../base/limits.ts'
import { tlsCiphers, tlsGroups } from '../../base/tls-ciphers.ts'
import type { Entrance } from './entrance.ts'
import { peerCertificates } from './peer-certificates.ts'
import { createPortions } from './portions.ts'
import type { Peer } from './transport.ts'

/** Keys and certificates that a TLS server shows, side by side: ECDSA and RSA. PEM. */
export interface TlsIdentity {
  readonly keys: readonly string[]
  readonly certificates: readonly string[]
  /** 48 bytes, the same on all threads, so that a session can be resumed on each; absent: this thread's own. */
  readonly ticketKeys?: Uint8Array
}

/** A handshake that came to nothing. */
export interface FailedHandshake {
  readonly peer: Peer
  /** Of `elapsed`. */
  readonly openedAt: number
  /** OpenSSL's or Node's; undefined: the client left. */
  readonly error: NodeJS.ErrnoException | undefined
  /** DER of what the client presented: there is something when it was its own proof that failed. */
  readonly presented: readonly Uint8Array[]
}

export interface TlsEntranceOptions {
  readonly identity: TlsIdentity
  readonly limits: Limits
  readonly elapsed: Elapsed
  take(socket: TLSSocket, peer: Peer): void
  failed(handshake: FailedHandshake): void
}

export interface TlsEntrance {
  /** Sockets come in by this one. */
  readonly server: Server
  /** New handshakes show this; connections stay. */
  update(identity: TlsIdentity): void
  /** What time brings: handshakes that have taken too long end. `now` is of `elapsed`. */
  sweep(now: number): void
  /** Breaks off the handshakes that are under way. */
  destroyHandshakes(): void
}

const secureContext = ({ keys, certificates, ticketKeys }: TlsIdentity) => ({
  key: [...keys],
  cert: [...certificates],
  ciphers: tlsCiphers,
  ecdhCurve: tlsGroups,
  // Nobody: OpenSSL would look for an issuer of each certificate among the authorities of the web.
  ca: [],
  minVersion: 'TLSv1.2' as const,
  maxVersion: 'TLSv1.3' as const,
  ...(ticketKeys && { ticketKeys: Buffer.from(ticketKeys) }),
})

/** A socket on its way through the handshake. */
interface Handshake {
  readonly raw: Socket
  readonly peer: Peer
  readonly openedAt: number
}

/** Handshakes are counted and known by address and port before TLS reserves anything; the TLS server opens no port. */
export function createTlsEntrance(entrance: Entrance, options: TlsEntranceOptions): TlsEntrance {
  const { limits, elapsed, take } = options
  const { guarded } = entrance
  const handshakes = new Map<string, Handshake>()
  const tlsServer = createTlsServer({
    ...secureContext(options.identity),
    // Judged at CONNECT, where the cause of a refusal can be told (design §3.3); never by `authorized` (safety S8).
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: ['mqtt'],
    handshakeTimeout: limits.handshakeMillisMax,
  })
  const beginnings = createPortions<Socket>(limits.handshakesPerTurnMax, (raw) =>
    guarded(raw, () => raw.destroyed || tlsServer.emit('connection', raw)),
  )
  const begin = (raw: Socket, peer: Peer) => {
    handshakes.set(keyOf(raw), { raw, peer, openedAt: elapsed() })
    raw.on('error', ignore) // 'close' follows.
    // TLS reserves nothing for who says nothing; and see `readInPortions`.
    raw.once('readable', () =>
      guarded(raw, () => {
        raw.read = readInPortions
        beginnings.add(raw)
      }),
    )
  }
  const left = (raw: Socket) => {
    // Node.js remembers the address of a closed socket that was asked for it before.
    const key = keyOf(raw)
    const handshake = handshakes.get(key)
    if (handshake?.raw !== raw) return
    handshakes.delete(key)
    options.failed({ ...handshake, error: undefined, presented: [] })
  }
  const server = entrance.serve('mqtts', begin, (raw) => guarded(raw, () => left(raw)))
  tlsServer.on('secureConnection', (socket: TLSSocket) =>
    guarded(socket, () => {
      const handshake = handshakes.get(keyOf(socket))
      // Gone already: its address cannot be read any more, and nobody is there to talk to.
      if (!handshake) return void socket.destroy()
      handshakes.delete(keyOf(socket))
      const { raw } = handshake
      // Of Node.js, for a socket that is still to be connected: this one was accepted. `off` keeps the record of listeners
      // small, where `removeAllListeners` makes a table of it.
      for (const waiting of raw.rawListeners('connect')) raw.off('connect', waiting)
      take(socket, handshake.peer)
    }),
  )
  tlsServer.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) =>
    guarded(socket, () => {
      const key = keyOf(socket)
      const handshake = handshakes.get(key)
      const presented = peerCertificates(socket, limits.chainCertificatesMax)
      // Node leaves a socket open whose handshake timed out.
      socket.destroy()
      // Without an entry, the socket closed first, which told all there is to tell.
      if (!handshake) return
      handshakes.delete(key)
      handshake.raw.destroy()
      const hasLeft = error.code === 'ECONNRESET'
      options.failed({
        ...handshake,
        error: hasLeft ? undefined : error,
        presented: hasLeft ? [] : presented,
      })
    }),
  )
  return {
    server,
    update: (identity) => tlsServer.setSecureContext(secureContext(identity)),
    sweep(now) {
      for (const [key, handshake] of handshakes) {
        // In the order in which they were opened.
        if (now - handshake.openedAt < limits.handshakeMillisMax) break
        handshakes.delete(key)
        handshake.raw.destroy()
        options.failed({ ...handshake, error: handshakeTimeout(), presented: [] })
      }
    },
    destroyHandshakes() {
      for (const { raw } of handshakes.values()) raw.destroy()
    },
  }
}

/** As Node.js tells it of a handshake that it timed. */
const handshakeTimeout = (): NodeJS.ErrnoException =>
  Object.assign(new Error('TLS handshake timeout'), { code: 'ERR_TLS_HANDSHAKE_TIMEOUT' })

const ignore = (): void => undefined

const PORTION_BYTES = 1000

/**
 * `read` of a raw socket that is given to TLS with the first bytes of its client in it, which are taken over piece by
 * piece. Node.js keeps a buffer for what comes in as long as the connection lives: 64 kB when its first bytes come from
 * the system, 1 kB when they are handed to it in pieces that leave room in that, and larger only when more comes at once
 * (docs/performance/connect.md: 9 kB less of an idle connection).
 */
function readInPortions(this: Socket, size?: number): Buffer | null {
  const portion = Math.min(this.readableLength, PORTION_BYTES)
  return Reflect.apply(Socket.prototype.read, this, [
    size ?? (portion > 0 ? portion : undefined),
  ]) as Buffer | null
}

/** What a raw socket and the TLS socket over it have in common. */
const keyOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress}:${remotePort}`
