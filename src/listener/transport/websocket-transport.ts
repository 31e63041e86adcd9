import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { RawData, WebSocket } from 'ws'
import { tlsSide } from './peer-certificates.ts'
import type { TlsSide, Transport, TransportUser } from './transport.ts'

/** RFC 6455 §7.4.1. */
const UNSUPPORTED_DATA = 1003
const NORMAL = 1000

/**
 * A WebSocket, its handshake done: MQTT packets in binary messages, which need not begin and end together
 * ([MQTT-6.0.0-1], [MQTT-6.0.0-2]). `fullBytes`: of unsent bytes, when the peer should be given time to read.
 * `admitted` is told when the peer was let in.
 */
export class WebSocketTransport implements Transport {
  readonly #webSocket: WebSocket
  readonly #socket: Socket
  readonly #fullBytes: number
  readonly admitted: () => void
  #user: TransportUser | undefined
  #wasFull = false
  readonly #written: () => void

  constructor(webSocket: WebSocket, socket: Socket, fullBytes: number, admitted: () => void) {
    this.#webSocket = webSocket
    this.#socket = socket
    this.#fullBytes = fullBytes
    this.admitted = admitted
    this.#written = () => {
      if (!this.#wasFull || this.isFull) return
      this.#wasFull = false
      this.#user?.drained()
    }
  }

  get tls(): TlsSide | undefined {
    return this.#socket instanceof TLSSocket ? tlsSide(this.#socket) : undefined
  }

  open(user: TransportUser): void {
    this.#user = user
    const webSocket = this.#webSocket
    webSocket.on('message', (data, isBinary) => {
      // [MQTT-6.0.0-1]: what comes in a text message closes the connection.
      if (isBinary) {
        const bytes = bytesOf(data)
        user.received(bytes, bytes.length)
      } else webSocket.close(UNSUPPORTED_DATA, 'MQTT needs binary messages')
    })
    webSocket.on('error', () => undefined) // 'close' follows.
    webSocket.on('close', () => {
      user.ending()
      user.closed()
    })
  }

  pause(): void {
    this.#webSocket.pause()
  }

  resume(): void {
    this.#webSocket.resume()
  }

  get isPaused(): boolean {
    return this.#webSocket.isPaused
  }

  write(bytes: Uint8Array): void {
    if (!this.isWritable) return
    this.#webSocket.send(bytes, { binary: true }, this.#written)
    if (this.isFull) this.#wasFull = true
  }

  get isWritable(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN
  }

  get isFull(): boolean {
    return this.unsentBytes >= this.#fullBytes
  }

  get unsentBytes(): number {
    return this.#webSocket.bufferedAmount
  }

  rest(): void {
    // A stream sees to it.
  }

  end(): void {
    this.#webSocket.close(NORMAL)
  }

  destroy(): void {
    this.#webSocket.terminate()
  }

  async sent(): Promise<void> {
    const socket = this.#socket
    if (socket.destroyed || socket.writableFinished) return
    await new Promise<void>((resolve) => {
      socket.once('finish', resolve)
      socket.once('close', resolve)
    })
  }
}

const bytesOf = (data: RawData): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)
