import type { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { tlsSide } from './peer-certificates.ts'
import { readShared } from './shared-reads.ts'
import type { TlsSide, Transport, TransportUser } from './transport.ts'

/** As much as one read of the runtime takes at most: the size of the buffer that the connections of a thread share. */
export const READ_BYTES = 64 * 1024

/** A TCP or TLS socket, its handshake done. `readBuffer`: see `readShared`. */
export class SocketTransport implements Transport {
  readonly #socket: Socket
  readonly #readBuffer: Buffer

  constructor(socket: Socket, readBuffer: Buffer) {
    this.#socket = socket
    this.#readBuffer = readBuffer
  }

  get tls(): TlsSide | undefined {
    return this.#socket instanceof TLSSocket ? tlsSide(this.#socket) : undefined
  }

  open(user: TransportUser): void {
    const socket = this.#socket
    socket.on('drain', () => user.drained())
    socket.once('end', () => user.ending())
    socket.on('error', ignore)
    socket.on('close', () => user.closed())
    // What the stream has taken in already comes first.
    const early = socket.read() as Buffer | null
    const buffer = this.#readBuffer
    if (readShared(socket, buffer, (length) => user.received(buffer.subarray(0, length)))) socket.resume()
    else socket.on('data', (bytes: Buffer) => user.received(bytes))
    if (early) user.received(early)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  get isPaused(): boolean {
    return this.#socket.isPaused()
  }

  write(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes)
  }

  get isWritable(): boolean {
    return this.#socket.writable
  }

  get isFull(): boolean {
    return this.#socket.writableNeedDrain
  }

  get unsentBytes(): number {
    return this.#socket.writableLength
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
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

/** 'close' follows and says all there is to say. */
const ignore = (): void => undefined
