import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import type { DeviceId } from '../base/ids.ts'
import { tlsCiphers, tlsGroups } from '../base/tls-ciphers.ts'
import type { ListenerName } from '../domain/verdict/verdict.ts'
import type { CutCause } from '../session/session.ts'
import { createAdmission } from './admission.ts'
import { Connection, type Hub, type Peer } from './connection.ts'
import { type ListenerCounters, type ListenerDeps, noCounts } from './ports.ts'
import { refusal, type Unjudged } from './refusals.ts'
import { fingerprintOf, peerCertificates } from './peer-certificates.ts'
import { createPortions } from './portions.ts'
import { createConnectionTable } from './table.ts'
import { explainTlsFault } from './tls-faults.ts'

/** Keys and certificates that a TLS server shows, side by side: ECDSA and RSA. PEM. */
export interface TlsIdentity {
  readonly keys: readonly string[]
  readonly certificates: readonly string[]
  /** 48 bytes, the same on all threads, so that a session can be resumed on each; absent: this thread's own. */
  readonly ticketKeys?: Uint8Array
}

export interface ListenerOptions {
  /** First part of connection names: unique over threads and starts. */
  readonly threadName: string
  /** Address to listen on. */
  readonly host: string
  /** 0: a free port; absent: not served. */
  readonly mqttPort?: number
  /** Needs `tls`. */
  readonly mqttsPort?: number
  readonly tls?: TlsIdentity
  /** Several threads listen on the same port, and the system shares connections out (design §3.4). */
  readonly reusePort: boolean
  /** How often time is looked at: keep alive, slow CONNECTs, lingering sockets. */
  readonly sweepMillis?: number
}

export interface ListenerStats extends Readonly<ListenerCounters> {
  /** Sockets open now, handshakes included. */
  readonly sockets: number
  /** Devices connected now. */
  readonly connections: number
  /** Uplinks that are not answered yet. */
  readonly inflight: number
}

/** A running listener of one thread; `close` ends it. */
export interface Listener {
  /** Ports in use. */
  readonly ports: { readonly mqtt?: number; readonly mqtts?: number }
  /**
   * Ends the device's connection on this thread, unless it is called `except`, and has a connection of the device
   * that is being judged judged again. Resolves with how many were ended, their last packets having left.
   */
  cut(deviceId: DeviceId, cause: CutCause, except?: string): Promise<number>
  /**
   * Ends this very connection, if it is still the device's: for take-overs by another thread, since a younger
   * connection of the device may have come up here meanwhile, which must stay.
   */
  cutConnection(deviceId: DeviceId, name: string, cause: CutCause): Promise<number>
  /** Ends the connections whose chains rest on this CA certificate (safety X9). */
  cutAnchor(anchorKey: string): Promise<number>
  /** The device has changed: a connection of it that is being judged is judged again. */
  recheck(deviceId: DeviceId): void
  stats(): ListenerStats
  /** New handshakes show this; connections stay. Sessions of before cannot be resumed unless the ticket keys are the same. */
  updateTls(identity: TlsIdentity): void
  /**
   * Stops accepting and reading, lets what is under way be answered (within half of `shutdownMillisMax`), says
   * DISCONNECT 0x8B to 5.0 clients and closes (safety R7). Resolves when every `onDisconnected` has.
   */
  close(): Promise<void>
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

const READ_BYTES = 64 * 1024

/** A socket on its way through the handshake. */
interface Handshake {
  readonly raw: Socket
  readonly peer: Peer
  readonly openedAt: number
}

/** Opens the ports and serves them; rejects when one cannot be had (`EADDRINUSE`, `EACCES`). */
export async function startListener(options: ListenerOptions, deps: ListenerDeps): Promise<Listener> {
  const { clock, elapsed, limits, logger } = deps
  const counters = noCounts()
  const admission = createAdmission(limits)
  const table = createConnectionTable<Connection>()
  const adopted = new Set<Promise<void>>()
  const handshakes = new Map<string, Handshake>()
  let lastNumber = 0
  let sockets = 0

  const fault = (err: unknown, what: string) => {
    counters.faults++
    logger.error({ err }, `${what} failed`)
  }
  const hub: Hub = {
    deps,
    counters,
    admission,
    table,
    underWay: { bytes: 0 },
    // As much as one read of the runtime takes at most.
    readBuffer: Buffer.allocUnsafeSlow(READ_BYTES),
    flushSoon: createFlusher(),
    adopt(work, what) {
      if (!work) return
      const owned: Promise<void> = work
        .catch((err: unknown) => fault(err, what))
        .finally(() => adopted.delete(owned))
      adopted.add(owned)
    },
  }
  /** Runs a server's callback; what it throws ends the socket and nothing else (safety R13). */
  const guarded = (socket: Socket, work: () => void) => {
    try {
      work()
    } catch (err) {
      fault(err, 'a callback of the listener')
      socket.destroy()
    }
  }

  /** Counts a socket in, or turns it away before anything is reserved for it (safety R9). */
  const enter = (listener: ListenerName, socket: Socket): Peer | undefined => {
    const { remoteAddress, remotePort } = socket
    const host = (remoteAddress ?? '').replace(/^::ffff:/, '')
    if (host === '' || !admission.enter(host)) {
      counters.socketsTurnedAway++
      socket.destroy()
      return undefined
    }
    counters.socketsOpened++
    sockets++
    socket.once('close', () => {
      sockets--
      admission.leave(host)
    })
    lastNumber++
    return {
      listener,
      host,
      address: host.includes(':') ? `[${host}]:${remotePort}` : `${host}:${remotePort}`,
      name: `${options.threadName}-${lastNumber}`,
    }
  }

  const mqttServer = createServer({ noDelay: true }, (socket) =>
    guarded(socket, () => {
      const peer = enter('mqtt', socket)
      if (peer) new Connection(hub, socket, peer)
    }),
  )

  // Handshakes are counted and known by address and port before TLS reserves anything; the TLS server opens no port.
  const tlsServer =
    options.tls &&
    createTlsServer({
      ...secureContext(options.tls),
      // Judged at CONNECT, where the cause of a refusal can be told (design §3.3); never by `authorized` (safety S8).
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ['mqtt'],
      handshakeTimeout: limits.handshakeMillisMax,
    })
  const beginnings = createPortions<Socket>(limits.handshakesPerTurnMax, (raw) =>
    guarded(raw, () => raw.destroyed || tlsServer?.emit('connection', raw)),
  )
  const mqttsServer = createServer({ noDelay: true }, (raw) =>
    guarded(raw, () => {
      const peer = enter('mqtts', raw)
      if (!peer) return
      const key = keyOf(raw)
      handshakes.set(key, { raw, peer, openedAt: elapsed() })
      raw.on('error', () => undefined) // 'close' follows.
      raw.once('close', () => guarded(raw, () => endHandshake(key, raw)))
      beginnings.add(raw)
    }),
  )
  tlsServer?.on('secureConnection', (socket: TLSSocket) =>
    guarded(socket, () => {
      const handshake = handshakes.get(keyOf(socket))
      // Gone already: its address cannot be read any more, and nobody is there to talk to.
      if (!handshake) return void socket.destroy()
      handshakes.delete(keyOf(socket))
      new Connection(hub, socket, handshake.peer)
    }),
  )
  tlsServer?.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) =>
    guarded(socket, () => {
      const key = keyOf(socket)
      const handshake = handshakes.get(key)
      // There is one when it was its own proof that failed, e.g. because it does not hold the key.
      const presented = peerCertificates(socket, limits.chainCertificatesMax)
      // Node leaves a socket open whose handshake timed out.
      socket.destroy()
      // Without an entry, the socket closed first, which told all there is to tell.
      if (!handshake) return
      handshakes.delete(key)
      handshake.raw.destroy()
      if (error.code !== 'ECONNRESET')
        handshakeFailed(handshake, explainTlsFault(error, limits.handshakeMillisMax / 1000), presented)
      else
        handshakeFailed(handshake, { code: 'tls-client-left', params: { when: 'during the TLS handshake' } })
    }),
  )

  const endHandshake = (key: string, raw: Socket) => {
    const handshake = handshakes.get(key)
    if (handshake?.raw !== raw) return
    handshakes.delete(key)
    handshakeFailed(handshake, { code: 'tls-client-left', params: { when: 'during the TLS handshake' } })
  }
  const handshakeFailed = (
    { peer, openedAt }: Handshake,
    unjudged: Unjudged,
    presented: readonly Uint8Array[] = [],
  ) => {
    counters.tlsHandshakesFailed++
    const [leaf] = presented
    const { address, listener } = peer
    const subject = { address, listener, ...(leaf && { fingerprint: fingerprintOf(leaf) }) }
    const verdict = refusal(unjudged, 'tls', subject, clock.now(), elapsed() - openedAt)
    hub.adopt(deps.onRefused(verdict, presented), 'onRefused')
  }

  const sweep = () => {
    const now = elapsed()
    for (const connection of table.all) connection.sweep(now)
  }

  const { host, reusePort, mqttPort, mqttsPort } = options
  const servers: Server[] = []
  const open = async (server: Server, port: number): Promise<number> => {
    servers.push(server)
    server.on('error', (err) => logger.error({ err }, 'a listening socket failed'))
    server.listen({ host, port, reusePort, backlog: 4096 })
    await once(server, 'listening')
    const address = server.address()
    return typeof address === 'object' && address ? address.port : port
  }
  const ports: { mqtt?: number; mqtts?: number } = {}
  try {
    if (mqttPort !== undefined) ports.mqtt = await open(mqttServer, mqttPort)
    if (mqttsPort !== undefined && tlsServer) ports.mqtts = await open(mqttsServer, mqttsPort)
  } catch (err) {
    for (const server of servers) server.close()
    throw err
  }
  const timer = setInterval(sweep, options.sweepMillis ?? 250)

  return {
    ports,
    cut: (deviceId, cause, except) => table.cut(deviceId, cause, except),
    cutConnection: (deviceId, name, cause) => table.cutConnection(deviceId, name, cause),
    cutAnchor: (anchorKey) => table.cutAnchor(anchorKey),
    recheck: (deviceId) => table.recheck(deviceId),
    stats() {
      const all = [...table.all]
      return {
        ...counters,
        sockets,
        connections: all.filter((connection) => connection.isConnected).length,
        inflight: all.reduce((sum, { inflight }) => sum + inflight, 0),
      }
    },
    updateTls: (identity) => tlsServer?.setSecureContext(secureContext(identity)),
    async close() {
      for (const server of servers) server.close()
      for (const { raw } of handshakes.values()) raw.destroy()
      const connections = [...table.all]
      const each = limits.shutdownMillisMax / 4
      await within(2 * each, Promise.all(connections.map((connection) => connection.settle())))
      await within(each, Promise.all(connections.map((connection) => connection.cut('shutdown'))))
      await within(each, Promise.all(adopted))
      clearInterval(timer)
      for (const connection of table.all) connection.destroy()
    },
  }
}

/**
 * One callback for all connections that have something to say in a turn, behind its promises: so that what one commit
 * acknowledges leaves in one write a connection.
 */
function createFlusher(): Hub['flushSoon'] {
  let waiting: { flush(): void }[] = []
  const flushAll = (): void => {
    const due = waiting
    waiting = []
    for (const connection of due) connection.flush()
  }
  return (connection) => {
    if (waiting.length === 0) process.nextTick(flushAll)
    waiting.push(connection)
  }
}

/** What a raw socket and the TLS socket over it have in common. */
const keyOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress}:${remotePort}`

/** Waits for `work`, but no longer than `millis`. */
async function within(millis: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, millis)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}
