import { Buffer } from 'node:buffer'
import { createDecoder, type ReceivedPacket } from '../codec/mqtt/decoder.ts'
import type { ProtocolError } from '../codec/mqtt/protocol-error.ts'
import type { Hub } from './hub.ts'
import type { Transport } from './transport/transport.ts'

export interface IntakeOwner {
  /** It reads on and drops what comes: closing with unread bytes would reset it, and the peer might never see our last packet. */
  readonly isEnded: boolean
  /** No packet may be taken now. */
  readonly isHeld: boolean
  /** Packets will be taken, all of them in this turn: the clock need not be asked for each. */
  turn(): void
  take(packet: ReceivedPacket | ProtocolError): void
  guard(work: () => void): void
}

/**
 * The way in of one connection: bytes to packets, one at a time, as long as the owner may take them. Else reading stops,
 * so that nothing queues without a bound (safety R11).
 */
export class Intake {
  readonly #transport: Transport
  readonly #hub: Pick<Hub, 'packetLimits' | 'turn'>
  readonly #owner: IntakeOwner
  readonly #decoder = createDecoder()
  #firstByte: number | undefined
  #isPumping = false
  /** Taken in since it last let others have their turn; with each turn of the event loop they have it. */
  #packetsTaken = 0
  #bytesTaken = 0
  /** In which one it last read. */
  #turn = 0
  #isResting = false
  #hasUnread = false
  /** What came while there was something unread: at most what one read of the transport held. */
  #late: Buffer[] | undefined

  constructor(transport: Transport, hub: Pick<Hub, 'packetLimits' | 'turn'>, owner: IntakeOwner) {
    this.#transport = transport
    this.#hub = hub
    this.#owner = owner
  }

  /** Undefined: not a byte came. */
  get firstByte(): number | undefined {
    return this.#firstByte
  }

  setMaxPacketBytes(bytes: number): void {
    this.#decoder.setMaxPacketBytes(bytes)
  }

  /** Something is held back: it is worth while to pump when what held it may be over. */
  get isWaiting(): boolean {
    return this.#hasUnread || this.#transport.isPaused
  }

  /** The bytes are lent: what is not taken now is copied. */
  push(bytes: Buffer, length: number): void {
    if (this.#owner.isEnded) return // Lingering: what still comes is dropped unread.
    this.#firstByte ??= bytes[0]
    const turn = this.#hub.turn()
    if (turn !== this.#turn) {
      this.#turn = turn
      this.#packetsTaken = this.#bytesTaken = 0
    }
    this.#bytesTaken += length
    if (this.#hasUnread) {
      // TLS gives what it has unpacked in portions, also when reading was paused with the first of them.
      ;(this.#late ??= []).push(Buffer.from(bytes.subarray(0, length)))
      return
    }
    this.#decoder.push(bytes, length)
    this.#hasUnread = true
    this.pump()
    this.#decoder.retain()
  }

  /** Takes packets until there are none or one must wait; to be called when what held them may be over. */
  pump(): void {
    if (this.#isPumping) return
    if (this.#hasUnread) this.#takeAll()
    this.setReading()
  }

  #takeAll(): void {
    const decoder = this.#decoder
    const owner = this.#owner
    const { turnPacketsMax, turnBytesMax } = this.#hub.packetLimits
    this.#isPumping = true
    try {
      owner.turn()
      while (this.#hasUnread && !owner.isEnded && !this.#isHeld()) {
        const packet = decoder.next()
        if (packet) {
          this.#packetsTaken++
          owner.take(packet)
        }
        if (decoder.isDrained) this.#nextLate()
        if (this.#packetsTaken >= turnPacketsMax || this.#bytesTaken >= turnBytesMax) this.#rest()
      }
    } finally {
      this.#isPumping = false
    }
  }

  #nextLate(): void {
    const bytes = this.#late?.shift()
    if (bytes) return this.#decoder.push(bytes)
    this.#hasUnread = false
    this.#decoder.retain()
  }

  /** Who sends without a pause gets its turn like everybody, not the thread to itself (safety R12). */
  #rest(): void {
    this.#packetsTaken = this.#bytesTaken = 0
    this.#isResting = true
    setImmediate(() =>
      this.#owner.guard(() => {
        this.#isResting = false
        this.pump()
      }),
    )
  }

  /** Reads or stops reading, as things are. */
  setReading(): void {
    const reads = this.#owner.isEnded || (!this.#hasUnread && !this.#isHeld())
    if (reads === this.#transport.isPaused) {
      if (reads) this.#transport.resume()
      else this.#transport.pause()
    }
  }

  #isHeld(): boolean {
    return this.#isResting || this.#owner.isHeld
  }
}
