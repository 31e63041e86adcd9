import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { SocketTransport } from './socket-transport.ts'
import { handleOf, readInto, type StreamHandle, type WriteRequest, writeTo } from './stream-handle.ts'
import type { Transport, TransportUser } from './transport.ts'

/** As much as one read of the runtime takes at most: the size of the buffer that the connections of a thread share. */
export const READ_BYTES = 64 * 1024

/** The transport of a TCP or TLS socket, its handshake done. `readBuffer`: all connections of a thread read into it. */
export function transportOf(socket: Socket, readBuffer: Buffer): Transport {
  const handle = handleOf(socket)
  return handle ? new HandleTransport(socket, handle, readBuffer) : new SocketTransport(socket)
}

/** Unsent bytes from which on a peer is given time to read, as Node.js's streams have it. */
const FULL_BYTES = 64 * 1024

/**
 * A socket that is read and written below its stream: what a stream does for each read and write (queues, callbacks,
 * ticks, timers) costs more than all we do with a report (docs/performance/reports.md). The stream still ends the connection, in both ways, and tells of errors.
 *
 * At most one write is under way below; what comes meanwhile waits here and leaves with its end. Nobody is called when a
 * write is over, unless something waits for that.
 */
class HandleTransport extends SocketTransport {
  readonly #handle: StreamHandle
  readonly #readBuffer: Buffer
  #user: TransportUser | undefined
  #isReading = true
  #isEnding = false
  /** The write under way, or the last one. */
  #writing: WriteRequest | undefined
  #writingBytes = 0
  #waiting: Uint8Array[] | undefined
  #waitingBytes = 0
  #wasFull = false

  constructor(socket: Socket, handle: StreamHandle, readBuffer: Buffer) {
    super(socket)
    this.#handle = handle
    this.#readBuffer = readBuffer
  }

  override open(user: TransportUser): void {
    const { socket } = this
    const buffer = this.#readBuffer
    this.#user = user
    this.listen(user)
    // By itself the stream would end our side with the peer's, and cut off what is being written below it.
    socket.allowHalfOpen = true
    // What the stream has taken in already comes first.
    const early = socket.read() as Buffer | null
    readInto(this.#handle, buffer, user)
    // Only so does it tell the end.
    socket.resume()
    if (early) user.received(early, early.length)
  }

  protected override peerEnded(): void {
    this.end()
  }

  override pause(): void {
    if (!this.#isReading) return
    this.#isReading = false
    if (!this.socket.destroyed) this.#handle.readStop()
  }

  override resume(): void {
    if (this.#isReading) return
    this.#isReading = true
    if (!this.socket.destroyed) this.#handle.readStart()
  }

  override get isPaused(): boolean {
    return !this.#isReading
  }

  override get isWritable(): boolean {
    return !this.#isEnding && !this.socket.destroyed
  }

  override get isFull(): boolean {
    return this.#wasFull
  }

  override get unsentBytes(): number {
    return (this.#isWriting() ? this.#writingBytes : 0) + this.#waitingBytes
  }

  override write(bytes: Uint8Array): void {
    if (!this.isWritable) return
    if (this.#isWriting()) {
      ;(this.#waiting ??= []).push(bytes)
      this.#waitingBytes += bytes.length
      this.#tellWhenOver()
    } else this.#begin(bytes)
    if (this.unsentBytes >= FULL_BYTES) {
      this.#wasFull = true
      this.#tellWhenOver()
    }
  }

  #isWriting(): boolean {
    return this.#writing !== undefined && this.#writing.writeStatus === null
  }

  override rest(): void {
    // One that has failed stays: the next write ends the connection for it.
    if (this.#writing?.writeStatus === 0) this.#writing = undefined
  }

  #begin(bytes: Uint8Array): void {
    if (this.#writing && (this.#writing.writeStatus ?? 0) < 0) return this.destroy()
    const written = writeTo(this.#handle, bytes)
    if (typeof written === 'number') {
      this.#writing = undefined
      if (written < 0) this.destroy()
      return
    }
    // TLS has taken them in; below TCP there is nothing but their address.
    if (!(this.socket instanceof TLSSocket)) written.buffer = bytes
    this.#writing = written
    this.#writingBytes = bytes.length
  }

  /** Someone waits for the end of the write that is under way. */
  #tellWhenOver(): void {
    const writing = this.#writing
    if (!writing || writing.oncomplete) return
    writing.oncomplete = (status) => {
      this.#writing = undefined
      if (status < 0) return this.destroy()
      this.#over()
    }
  }

  #over(): void {
    if (this.#waiting && !this.socket.destroyed) {
      const [first, ...more] = this.#waiting
      this.#waiting = undefined
      this.#waitingBytes = 0
      if (first) this.#begin(more.length > 0 ? Buffer.concat([first, ...more]) : first)
      if (this.#isWriting() && (this.#isEnding || this.unsentBytes >= FULL_BYTES)) return this.#tellWhenOver()
    }
    if (this.#isEnding) super.end()
    if (!this.#wasFull) return
    this.#wasFull = false
    this.#user?.drained()
  }

  override end(): void {
    if (this.#isEnding) return
    this.#isEnding = true
    if (this.#isWriting()) this.#tellWhenOver()
    else super.end()
  }
}
