import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import type { Limits } from '../../base/limits.ts'
import type { Entrance } from './entrance.ts'
import type { Peer, Transport } from './transport.ts'
import { WebSocketTransport } from './websocket-transport.ts'

/** Takes the sockets of HTTP servers on which a client asked for a WebSocket. */
export interface WebSocketEntrance {
  /** Takes the socket over, whatever comes of it. `head`: what was read behind the request. */
  upgrade(listener: 'ws' | 'wss', request: IncomingMessage, socket: Socket, head: Buffer): void
}

/** Device protocol §1.1: no path and no sub-protocol is published, so those in use are taken. */
const paths: readonly string[] = ['/mqtt', '/']
const protocols = ['mqtt', 'mqttv3.1']

export function createWebSocketEntrance(
  entrance: Entrance,
  options: { readonly limits: Limits; take(transport: Transport, peer: Peer): void },
): WebSocketEntrance {
  const { limits, take } = options
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.packetBytesMax,
    // Its memory is many times that of a connection (safety R9).
    perMessageDeflate: false,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
  })
  let open = 0
  /** Of each address those that were not let in yet. */
  const waiting = new Map<string, number>()

  /** Undefined: so many of this address wait. Else what is to be called when this one waits no more; calls after the first do nothing. */
  function beginWaiting(host: string): (() => void) | undefined {
    const now = waiting.get(host) ?? 0
    if (now >= limits.webSocketsWaitingPerAddressMax) return undefined
    waiting.set(host, now + 1)
    let isWaiting = true
    return () => {
      if (!isWaiting) return
      isWaiting = false
      const left = (waiting.get(host) ?? 1) - 1
      if (left === 0) waiting.delete(host)
      else waiting.set(host, left)
    }
  }

  return {
    upgrade(listener, request, socket, head) {
      entrance.guarded(socket, () => {
        socket.on('error', () => undefined) // 'close' follows.
        const path = (request.url ?? '').split('?', 1)[0] ?? ''
        if (!paths.includes(path)) return refuse(socket, '404 Not Found', `MQTT is at ${paths[0]}, not here`)
        if (open >= limits.webSocketsMax)
          return refuse(socket, '503 Service Unavailable', `${limits.webSocketsMax} WebSockets are open`)
        const peer = entrance.peerOf(listener, socket)
        if (!peer) return void socket.destroy()
        const admitted = beginWaiting(peer.host)
        if (!admitted) {
          const why = `${limits.webSocketsWaitingPerAddressMax} WebSockets of this address are open and have not connected as a device`
          return refuse(socket, '503 Service Unavailable', why)
        }
        open++
        socket.once('close', () => {
          open--
          admitted()
        })
        socket.setNoDelay(true)
        server.handleUpgrade(request, socket, head, (webSocket) =>
          entrance.guarded(socket, () => {
            // [MQTT-6.0.0-3]: who names protocols, and none of MQTT, is not one of us.
            if (request.headers['sec-websocket-protocol'] !== undefined && webSocket.protocol === '')
              return webSocket.close(1002, 'the sub-protocol is mqtt')
            take(new WebSocketTransport(webSocket, socket, limits.webSocketFullBytes, admitted), peer)
          }),
        )
      })
    },
  }
}

function refuse(socket: Socket, status: string, why: string): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(why)}\r\n\r\n${why}`,
  )
}
