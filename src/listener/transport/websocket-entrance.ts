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
        open++
        socket.once('close', () => open--)
        socket.setNoDelay(true)
        server.handleUpgrade(request, socket, head, (webSocket) =>
          entrance.guarded(socket, () => {
            // [MQTT-6.0.0-3]: who names protocols, and none of MQTT, is not one of us.
            if (request.headers['sec-websocket-protocol'] !== undefined && webSocket.protocol === '')
              return webSocket.close(1002, 'the sub-protocol is mqtt')
            take(new WebSocketTransport(webSocket, socket, limits.webSocketFullBytes), peer)
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
