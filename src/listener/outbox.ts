import { Buffer } from 'node:buffer'
import type { Packet } from '../codec/mqtt/packets.ts'
import type { Client } from '../session/session.ts'
import { toBytes } from '../session/to-bytes.ts'
import type { Flushed, Hub } from './hub.ts'
import type { Transport } from './transport/transport.ts'

export interface OutboxOwner {
  /** A fault of ours: it ends the connection. */
  failed(fault: unknown): void
  /** After each write: the peer may not have taken it. */
  wrote(): void
}

/** Gathers what a connection has to say in one turn of the event loop, so that it leaves in one write. */
export class Outbox implements Flushed {
  readonly #hub: Hub
  readonly #transport: Transport
  readonly #owner: OutboxOwner
  #packets: Uint8Array[] = []
  /** Ids of plain PUBACKs, which follow the packets. */
  readonly #pubacks: number[] = []
  /** So many of them count: an array that is emptied gives up its room. */
  #pubackCount = 0
  #isPlanned = false

  constructor(hub: Hub, transport: Transport, owner: OutboxOwner) {
    this.#hub = hub
    this.#transport = transport
    this.#owner = owner
  }

  /** Unless it is larger than the client takes. */
  send(packet: Packet, client: Client): void {
    const bytes = toBytes(packet, client)
    if (!bytes) return
    this.#plan()
    if (this.#pubackCount > 0) this.#packets.push(this.#takePubacks())
    this.#packets.push(bytes)
  }

  /** MQTT 3.1.1 §3.4: the packet that is sent most, gathered as a number and not as an object. */
  sendPuback(packetId: number): void {
    this.#plan()
    this.#pubacks[this.#pubackCount++] = packetId
  }

  #plan(): void {
    if (this.#isPlanned) return
    this.#isPlanned = true
    this.#hub.flushSoon(this)
  }

  flush(): void {
    try {
      this.flushNow()
    } catch (fault) {
      this.#owner.failed(fault)
    }
  }

  flushNow(): void {
    this.#isPlanned = false
    const bytes = this.#take()
    if (!bytes || !this.#transport.isWritable) return
    this.#transport.write(bytes)
    this.#owner.wrote()
  }

  #take(): Uint8Array | undefined {
    if (this.#pubackCount > 0) {
      const bytes = this.#takePubacks()
      if (this.#packets.length === 0) return bytes
      this.#packets.push(bytes)
    }
    if (this.#packets.length === 0) return undefined
    const [first, ...more] = this.#packets
    this.#packets = []
    return first && more.length > 0 ? Buffer.concat([first, ...more]) : first
  }

  /** MQTT 3.1.1 §3.4, one behind the other. */
  #takePubacks(): Buffer {
    const count = this.#pubackCount
    this.#pubackCount = 0
    const bytes = Buffer.allocUnsafe(count * 4)
    for (let index = 0, at = 0; index < count; index++) {
      const id = this.#pubacks[index] as number
      bytes[at++] = 0x40
      bytes[at++] = 2
      bytes[at++] = id >> 8
      bytes[at++] = id & 0xff
    }
    return bytes
  }
}
