import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { ListenerName } from '../../domain/verdict/verdict.ts'
import type { Peer } from './transport.ts'

export interface EntranceOptions {
  /** First part of connection names. */
  readonly threadName: string
  /** False: nothing may be reserved for a socket of this address (safety R9). Empty: it is gone already. */
  enter(host: string): boolean
  /** Once for every `enter` that let in: the socket is gone. */
  leave(host: string): void
  fault(err: unknown, what: string): void
}

/** Takes sockets in, of all ports of a thread: counts them, names them, and keeps what a callback throws to its socket. */
export interface Entrance {
  /** A server that opens `port` with the first `listen`. `closed`: a socket that was taken is gone. */
  serve(
    listener: ListenerName,
    take: (socket: Socket, peer: Peer) => void,
    closed?: (socket: Socket) => void,
  ): Server
  /** Counts a socket in and names it; undefined: nothing may be reserved for it. */
  peerOf(listener: ListenerName, socket: Socket, closed?: (socket: Socket) => void): Peer | undefined
  /** Runs a server's callback; what it throws ends the socket and nothing else (safety R13). */
  guarded(socket: Socket, work: () => void): void
}

export function createEntrance({ threadName, enter, leave, fault }: EntranceOptions): Entrance {
  let lastNumber = 0
  const guarded: Entrance['guarded'] = (socket, work) => {
    try {
      work()
    } catch (err) {
      fault(err, 'a callback of the listener')
      socket.destroy()
    }
  }
  const peerOf: Entrance['peerOf'] = (listener, socket, closed) => {
    const { remoteAddress, remotePort } = socket
    const host = (remoteAddress ?? '').replace(/^::ffff:/, '')
    if (!enter(host)) return undefined
    // One listener, since it stays as long as the socket: a third, of whomever, makes Node.js's list of them eight times as large.
    socket.on('close', () => {
      leave(host)
      closed?.(socket)
    })
    lastNumber++
    return {
      listener,
      host,
      address: host.includes(':') ? `[${host}]:${remotePort}` : `${host}:${remotePort}`,
      name: `${threadName}-${lastNumber}`,
    }
  }
  return {
    guarded,
    peerOf,
    serve: (listener, take, closed) =>
      createServer({ noDelay: true }, (socket) =>
        guarded(socket, () => {
          const peer = peerOf(listener, socket, closed)
          if (peer) take(socket, peer)
          else socket.destroy()
        }),
      ),
  }
}

export interface ListenOptions {
  readonly host: string
  /** Several threads listen on the same port, and the system shares connections out (design §3.4). */
  readonly reusePort: boolean
}

/** Opens a port, 0 for a free one, and gives it; rejects when it cannot be had (`EADDRINUSE`, `EACCES`). */
export async function listen(
  server: Server,
  port: number,
  { host, reusePort }: ListenOptions,
): Promise<number> {
  server.listen({ host, port, reusePort, backlog: 4096 })
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : port
}
