import { Buffer } from 'node:buffer'
import { limits } from '../../base/limits.ts'
import { readAck } from './ack.ts'
import { readAuth } from './auth.ts'
import { readConnack } from './connack.ts'
import { readConnect } from './connect.ts'
import { expectEnd } from './cursor.ts'
import type { Cursor } from './cursor.ts'
import { readDisconnect } from './disconnect.ts'
import { flagsFault, packetTypes } from './fixed-header.ts'
import type { Packet, ProtocolLevel, Publish } from './packets.ts'
import { fault, malformed, protocolError, ProtocolFault } from './protocol-error.ts'
import type { ProtocolError } from './protocol-error.ts'
import { createTopicMemory, readPublish, type ReceivedPublish } from './publish.ts'
import { reason } from './reason-codes.ts'
import { readSuback } from './suback.ts'
import { readSubscribe } from './subscribe.ts'
import { readUnsuback } from './unsuback.ts'
import { readUnsubscribe } from './unsubscribe.ts'

/** A packet that was read. */
export type ReceivedPacket = Exclude<Packet, Publish> | ReceivedPublish

/*
 * Bytes come in pieces of any size. A packet that lies whole in the piece at hand is read where it lies; one
 * that is cut is gathered in memory of its own, which grows with what has arrived and never with what was
 * announced (safety R9).
 *
 *   piece 1: [PINGREQ][PUBLISH.....      PINGREQ is read in place, the head of PUBLISH is gathered
 *   piece 2: ....][PUBLISH][PUB          the rest is added and read; the second PUBLISH is read in place
 */

export interface DecoderOptions {
  /** Largest whole packet, fixed header included; absent: `limits.connectPacketBytesMax` until raised. */
  readonly maxPacketBytes?: number
  /** Who sends the bytes: `client` (the default, we are the server) or `server` (we are a client). */
  readonly from?: 'client' | 'server'
  /** Known beforehand, as to a client that has sent its CONNECT; absent: a CONNECT must come first and tells it. */
  readonly level?: ProtocolLevel
}

/**
 * Turns the bytes of one connection into packets, by pull: after `push`, call `next` until it answers
 * undefined (more bytes are needed) or a protocol error (the last thing it answers; later bytes are dropped).
 * Not calling it again is how a caller pauses, as the listener must after CONNECT until the verdict is in.
 */
export interface Decoder {
  /**
   * Adds received bytes, those before `end`. They are not copied: they belong to the decoder until `next` has answered
   * undefined, or `retain` was called. Push only when all was read, or after `retain`.
   */
  push(bytes: Uint8Array, end?: number): void
  /**
   * The next packet. The payload of a PUBLISH lies in the pushed bytes: it lasts as long as those are
   * left alone; copy it to keep it when your read buffer is used again. All else is copied.
   */
  next(): ReceivedPacket | ProtocolError | undefined
  /** Copies what was pushed and not yet read, so that the caller may use the pushed bytes again or push more. */
  retain(): void
  /** For every packet that `next` has not answered yet, one that has begun to arrive included. */
  setMaxPacketBytes(bytes: number): void
  /** Undefined until CONNECT was read. */
  readonly level: ProtocolLevel | undefined
  /** Everything that was pushed was read, but for the beginning of a packet. */
  readonly isDrained: boolean
  /** Bytes held and not yet answered as packets. */
  readonly bufferedBytes: number
}

const NOTHING = Buffer.alloc(0)
/** First memory for a packet that is cut; doubled as bytes arrive. */
const GATHER_BYTES = 512
/** One byte of type, up to four of length. */
const HEADER_MAX = 5

export function createDecoder(options: DecoderOptions = {}): Decoder {
  return new PacketDecoder(options)
}

/** A class, since each connection has one: an object of closures would take a kilobyte, and have a shape of its own. */
class PacketDecoder implements Decoder {
  readonly #from: 'client' | 'server'
  #maxPacketBytes: number
  #level: ProtocolLevel | undefined
  #failed = false
  /** What was pushed: piece[at, pieceEnd) is unread. */
  #piece: Buffer = NOTHING
  #at = 0
  #pieceEnd = 0
  /** The beginning of a packet that was cut: gathered[0, gatheredBytes). */
  #gathered: Buffer = NOTHING
  #gatheredBytes = 0
  readonly #topics = createTopicMemory()
  readonly #cursor: Cursor

  constructor({ from = 'client', maxPacketBytes = limits.connectPacketBytesMax, level }: DecoderOptions) {
    this.#from = from
    this.#maxPacketBytes = maxPacketBytes
    this.#level = level
    this.#cursor = { bytes: NOTHING, at: 0, end: 0, level: level ?? 4, from }
  }

  get level(): ProtocolLevel | undefined {
    return this.#level
  }

  get isDrained(): boolean {
    return this.#at === this.#pieceEnd
  }

  get bufferedBytes(): number {
    return this.#gatheredBytes + this.#pieceEnd - this.#at
  }

  setMaxPacketBytes(bytes: number): void {
    this.#maxPacketBytes = bytes
  }

  push(bytes: Uint8Array, end = bytes.length): void {
    if (this.#failed) return
    if (!this.isDrained) throw new Error('push: what was pushed before is not read yet; call retain() first')
    this.#piece = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#pieceEnd = end
    this.#at = 0
  }

  retain(): void {
    if (this.isDrained) {
      this.#letGo()
      return
    }
    this.#piece = Buffer.from(this.#piece.subarray(this.#at, this.#pieceEnd))
    this.#pieceEnd = this.#piece.length
    this.#at = 0
  }

  next(): ReceivedPacket | ProtocolError | undefined {
    if (this.#failed) return undefined
    try {
      return this.#gatheredBytes > 0 ? this.#nextGathered() : this.#nextInPlace()
    } catch (thrown) {
      if (!(thrown instanceof ProtocolFault)) throw thrown
      this.#failed = true
      this.#piece = this.#gathered = this.#cursor.bytes = NOTHING
      this.#at = this.#pieceEnd = this.#gatheredBytes = 0
      return thrown.error
    }
  }

  #nextInPlace(): ReceivedPacket | undefined {
    if (this.#at === this.#pieceEnd) return this.#letGo()
    const length = this.#packetLength(this.#piece, this.#at, this.#pieceEnd)
    if (length === undefined || this.#at + length > this.#pieceEnd) {
      this.#gather(this.#pieceEnd, length)
      return undefined
    }
    const packet = this.#read(this.#piece, this.#at, this.#at + length)
    this.#at += length
    return packet
  }

  #nextGathered(): ReceivedPacket | undefined {
    // The header first, byte by byte: it tells how much belongs to this packet.
    let length = this.#packetLength(this.#gathered, 0, this.#gatheredBytes)
    while (length === undefined && this.#at < this.#pieceEnd) {
      this.#gather(this.#at + 1, undefined)
      length = this.#packetLength(this.#gathered, 0, this.#gatheredBytes)
    }
    if (length === undefined) return this.#letGo()
    this.#gather(Math.min(this.#pieceEnd, this.#at + length - this.#gatheredBytes), length)
    if (this.#gatheredBytes < length) return this.#letGo()
    const whole = this.#gathered
    // The packet keeps this memory: its payload is a view of it.
    this.#gathered = NOTHING
    this.#gatheredBytes = 0
    return this.#read(whole, 0, length)
  }

  /** Moves the pushed bytes up to `until` behind those gathered; the packet will be `length` bytes long, if known. */
  #gather(until: number, length = GATHER_BYTES): void {
    const needed = this.#gatheredBytes + until - this.#at
    if (needed > this.#gathered.length) {
      const ahead = Math.min(length, Math.max(this.#gathered.length * 2, GATHER_BYTES))
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, ahead))
      grown.set(this.#gathered.subarray(0, this.#gatheredBytes))
      this.#gathered = grown
    }
    this.#gathered.set(this.#piece.subarray(this.#at, until), this.#gatheredBytes)
    this.#gatheredBytes = needed
    this.#at = until
    if (this.#at === this.#pieceEnd) this.#letGo()
  }

  #letGo(): undefined {
    this.#piece = this.#cursor.bytes = NOTHING
    this.#at = this.#pieceEnd = 0
    return undefined
  }

  /** Whole length of the packet at `start`, as soon as its header is there; its bounds are judged at once. */
  #packetLength(bytes: Buffer, start: number, end: number): number | undefined {
    if (start === end) return undefined
    this.#checkFirstByte(bytes[start] as number)
    let remaining = 0
    // 28 bits at most: no sign is touched.
    for (let i = 1, shift = 0; i < HEADER_MAX; i++, shift += 7) {
      if (start + i === end) return undefined
      const byte = bytes[start + i] as number
      remaining |= (byte & 0x7f) << shift
      if (byte >= 0x80) continue
      if (byte === 0 && i > 1) throw this.#badLength('is not in its shortest form')
      const length = 1 + i + remaining
      if (length > this.#maxPacketBytes) throw this.#tooLarge(length)
      return length
    }
    throw this.#badLength('is longer than four bytes')
  }

  #checkFirstByte(byte: number): void {
    if (this.#level === undefined && byte !== 0x10) throw notConnect(byte)
    const type = packetTypes[byte >> 4]
    if (!type) {
      throw malformed(
        this.#cursor.level,
        { v3: 'MQTT 3.1.1 §2.2.1', v5: 'MQTT 5.0 §2.1.2' },
        'Packet type 0 is reserved.',
      )
    }
    const wrong = flagsFault(type, byte & 0x0f, this.#cursor.level)
    if (wrong) throw wrong
  }

  #read(bytes: Buffer, start: number, end: number): ReceivedPacket {
    const cursor = this.#cursor
    const first = bytes[start] as number
    cursor.bytes = bytes
    cursor.at = start + 2
    while ((bytes[cursor.at - 1] as number) >= 0x80) cursor.at++
    cursor.end = end
    // The most frequent packet first, and without a look-up.
    if (first >> 4 === 3) return readPublish(cursor, first & 0x0f, this.#topics)
    return this.#readBody(packetTypes[first >> 4] as Exclude<Packet['type'], 'publish'>)
  }

  #readBody(type: Exclude<Packet['type'], 'publish'>): ReceivedPacket {
    if (!goesUp[type] && this.#from === 'client') throw this.#wrongDirection(type)
    if (!goesDown[type] && this.#from === 'server') throw this.#wrongDirection(type)
    // 3.x has no AUTH, and no DISCONNECT from a server (MQTT 3.1.1 §3.14).
    if (this.#cursor.level < 5 && (type === 'auth' || (type === 'disconnect' && this.#from === 'server')))
      throw this.#wrongDirection(type)
    switch (type) {
      case 'connect': {
        if (this.#level !== undefined) {
          throw protocolError(
            this.#level,
            { v3: '[MQTT-3.1.0-2]', v5: '[MQTT-3.1.0-2]' },
            'A second CONNECT arrived.',
          )
        }
        const connect = readConnect(this.#cursor)
        this.#level = connect.protocolLevel
        return connect
      }
      case 'connack':
        return readConnack(this.#cursor)
      case 'puback':
      case 'pubrec':
      case 'pubrel':
      case 'pubcomp':
        return readAck(this.#cursor, type)
      case 'subscribe':
        return readSubscribe(this.#cursor)
      case 'suback':
        return readSuback(this.#cursor)
      case 'unsubscribe':
        return readUnsubscribe(this.#cursor)
      case 'unsuback':
        return readUnsuback(this.#cursor)
      case 'pingreq':
      case 'pingresp':
        expectEnd(this.#cursor)
        return { type }
      case 'disconnect':
        return readDisconnect(this.#cursor)
      case 'auth':
        return readAuth(this.#cursor)
    }
  }

  #wrongDirection(type: Packet['type']): ProtocolFault {
    const clause = { v3: 'MQTT 3.1.1 §2.2.1', v5: 'MQTT 5.0 §2.1.2' }
    const version = { 3: '3.1', 4: '3.1.1', 5: '5.0' }[this.#cursor.level]
    return protocolError(
      this.#cursor.level,
      clause,
      `In MQTT ${version} a ${this.#from} cannot send ${type.toUpperCase()}.`,
    )
  }

  #badLength(how: string): ProtocolFault {
    const clause = { v3: 'MQTT 3.1.1 §2.2.3', v5: '[MQTT-1.5.5-1]' }
    return malformed(this.#cursor.level, clause, `The remaining length ${how}.`)
  }

  #tooLarge(length: number): ProtocolFault {
    const clause = this.#level === undefined ? 'safety R9' : 'safety R10'
    const detail = `The packet would be ${length} bytes long; at most ${this.#maxPacketBytes} are taken.`
    return fault(this.#cursor.level, reason.packetTooLarge, { v3: clause, v5: clause }, detail)
  }
}

/** MQTT 5.0 §2.1.2, "direction of flow". */
const both = {
  puback: true,
  pubrec: true,
  pubrel: true,
  pubcomp: true,
  disconnect: true,
  auth: true,
  publish: true,
}
const goesUp: { readonly [T in Packet['type']]?: boolean } = {
  ...both,
  connect: true,
  subscribe: true,
  unsubscribe: true,
  pingreq: true,
}
const goesDown: { readonly [T in Packet['type']]?: boolean } = {
  ...both,
  connack: true,
  suback: true,
  unsuback: true,
  pingresp: true,
}

function notConnect(byte: number): ProtocolFault {
  const guess =
    byte === 0x16
      ? ' It looks like TLS: use the MQTTS port for that.'
      : byte >= 0x41 && byte <= 0x5a
        ? ' It looks like HTTP.'
        : ''
  const seen = `0x${byte.toString(16).padStart(2, '0')}`
  return new ProtocolFault({
    type: 'protocol-error',
    code: reason.protocolError,
    clause: '[MQTT-3.1.0-1]',
    detail: `The first byte is ${seen} and not 0x10, CONNECT.${guess}`,
  })
}
