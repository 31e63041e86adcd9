import type { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { tlsSide } from './peer-certificates.ts'
import type { TlsSide, Transport, TransportUser } from './transport.ts'

/** A TCP or TLS socket, its handshake done, used as the stream that it is. */
export class SocketTransport implements Transport {
  protected readonly socket: Socket

  constructor(socket: Socket) {
    this.socket = socket
  }

  get tls(): TlsSide | undefined {
    return this.socket instanceof TLSSocket ? tlsSide(this.socket) : undefined
  }

  open(user: TransportUser): void {
    this.listen(user)
    this.socket.on('drain', () => user.drained())
    this.socket.on('data', (bytes: Buffer) => user.received(bytes, bytes.length))
  }

  protected listen(user: TransportUser): void {
    // `on`, for what comes once at most: `once` makes four objects of it.
    this.socket.on('end', () => {
      user.ending()
      this.peerEnded()
    })
    this.socket.on('error', ignore)
    this.socket.on('close', () => user.closed())
  }

  protected peerEnded(): void {
    // A stream ends our side by itself.
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  get isPaused(): boolean {
    return this.socket.isPaused()
  }

  write(bytes: Uint8Array): void {
    if (this.socket.writable) this.socket.write(bytes)
  }

  get isWritable(): boolean {
    return this.socket.writable
  }

  get isFull(): boolean {
    return this.socket.writableNeedDrain
  }

  get unsentBytes(): number {
    return this.socket.writableLength
  }

  rest(): void {
    // A stream sees to it.
  }

  end(): void {
    this.socket.end()
  }

  destroy(): void {
    this.socket.destroy()
  }

  async sent(): Promise<void> {
    const { socket } = this
    if (socket.destroyed || socket.writableFinished) return
    await new Promise<void>((resolve) => {
      socket.once('finish', resolve)
      socket.once('close', resolve)
    })
  }
}

/** 'close' follows and says all there is to say. */
const ignore = (): void => undefined
