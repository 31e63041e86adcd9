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
import type { Packet, ProtocolLevel } from './packets.ts'
import { fault, malformed, protocolError, ProtocolFault } from './protocol-error.ts'
import type { ProtocolError } from './protocol-error.ts'
import { createTopicMemory, readPublish } from './publish.ts'
import { reason } from './reason-codes.ts'
import { readSuback } from './suback.ts'
import { readSubscribe } from './subscribe.ts'
import { readUnsuback } from './unsuback.ts'
import { readUnsubscribe } from './unsubscribe.ts'

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
   * Adds received bytes. They are not copied: they belong to the decoder until `next` has answered undefined,
   * or `retain` was called. Push only when all was read, or after `retain`.
   */
  push(bytes: Uint8Array): void
  /**
   * The next packet. The payload of a PUBLISH is a view of the pushed bytes: it lasts as long as those are
   * left alone; copy it to keep it when your read buffer is used again. All else is copied.
   */
  next(): Packet | ProtocolError | undefined
  /** Copies what was pushed and not yet read, so that the caller may use the pushed bytes again or push more. */
  retain(): void
  /** For every packet that `next` has not answered yet, one that has begun to arrive included. */
  setMaxPacketBytes(bytes: number): void
  /** Undefined until CONNECT was read. */
  readonly level: ProtocolLevel | undefined
  /** Bytes held and not yet answered as packets. */
  readonly bufferedBytes: number
}

const NOTHING = Buffer.alloc(0)
/** First memory for a packet that is cut; doubled as bytes arrive. */
const GATHER_BYTES = 512
/** One byte of type, up to four of length. */
const HEADER_MAX = 5

export function createDecoder(options: DecoderOptions = {}): Decoder {
  const from = options.from ?? 'client'
  let maxPacketBytes = options.maxPacketBytes ?? limits.connectPacketBytesMax
  let level = options.level
  let failed = false
  // What was pushed: piece[at, end) is unread.
  let piece: Buffer = NOTHING
  let at = 0
  // The beginning of a packet that was cut: gathered[0, gatheredBytes).
  let gathered: Buffer = NOTHING
  let gatheredBytes = 0
  const topics = createTopicMemory()
  const cursor: Cursor = { bytes: NOTHING, at: 0, end: 0, level: level ?? 4, from }

  function next(): Packet | ProtocolError | undefined {
    if (failed) return undefined
    try {
      return gatheredBytes > 0 ? nextGathered() : nextInPlace()
    } catch (thrown) {
      if (!(thrown instanceof ProtocolFault)) throw thrown
      failed = true
      piece = gathered = cursor.bytes = NOTHING
      at = gatheredBytes = 0
      return thrown.error
    }
  }

  function nextInPlace(): Packet | undefined {
    if (at === piece.length) return letGo()
    const length = packetLength(piece, at, piece.length)
    if (length === undefined || at + length > piece.length) {
      gather(piece.length, length)
      return undefined
    }
    const packet = read(piece, at, at + length)
    at += length
    return packet
  }

  function nextGathered(): Packet | undefined {
    // The header first, byte by byte: it tells how much belongs to this packet.
    let length = packetLength(gathered, 0, gatheredBytes)
    while (length === undefined && at < piece.length) {
      gather(at + 1, undefined)
      length = packetLength(gathered, 0, gatheredBytes)
    }
    if (length === undefined) return letGo()
    gather(Math.min(piece.length, at + length - gatheredBytes), length)
    if (gatheredBytes < length) return letGo()
    const whole = gathered
    // The packet keeps this memory: its payload is a view of it.
    gathered = NOTHING
    gatheredBytes = 0
    return read(whole, 0, length)
  }

  /** Moves the pushed bytes up to `until` behind those gathered; the packet will be `length` bytes long, if known. */
  function gather(until: number, length = GATHER_BYTES): void {
    const needed = gatheredBytes + until - at
    if (needed > gathered.length) {
      const ahead = Math.min(length, Math.max(gathered.length * 2, GATHER_BYTES))
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, ahead))
      grown.set(gathered.subarray(0, gatheredBytes))
      gathered = grown
    }
    gathered.set(piece.subarray(at, until), gatheredBytes)
    gatheredBytes = needed
    at = until
    if (at === piece.length) letGo()
  }

  function letGo(): undefined {
    piece = cursor.bytes = NOTHING
    at = 0
    return undefined
  }

  /** Whole length of the packet at `start`, as soon as its header is there; its bounds are judged at once. */
  function packetLength(bytes: Buffer, start: number, end: number): number | undefined {
    if (start === end) return undefined
    checkFirstByte(bytes[start] as number)
    let remaining = 0
    for (let i = 1; i < HEADER_MAX; i++) {
      if (start + i === end) return undefined
      const byte = bytes[start + i] as number
      remaining += (byte & 0x7f) * 2 ** (7 * (i - 1))
      if (byte >= 0x80) continue
      if (byte === 0 && i > 1) throw badLength('is not in its shortest form')
      const length = 1 + i + remaining
      if (length > maxPacketBytes) throw tooLarge(length)
      return length
    }
    throw badLength('is longer than four bytes')
  }

  function checkFirstByte(byte: number): void {
    if (level === undefined && byte !== 0x10) throw notConnect(byte)
    const type = packetTypes[byte >> 4]
    if (!type) {
      throw malformed(
        cursor.level,
        { v3: 'MQTT 3.1.1 §2.2.1', v5: 'MQTT 5.0 §2.1.2' },
        'Packet type 0 is reserved.',
      )
    }
    const wrong = flagsFault(type, byte & 0x0f, cursor.level)
    if (wrong) throw wrong
  }

  function read(bytes: Buffer, start: number, end: number): Packet {
    const first = bytes[start] as number
    cursor.bytes = bytes
    cursor.at = start + 2
    while ((bytes[cursor.at - 1] as number) >= 0x80) cursor.at++
    cursor.end = end
    // The most frequent packet first, and without a look-up.
    if (first >> 4 === 3) return readPublish(cursor, first & 0x0f, topics)
    return readBody(packetTypes[first >> 4] as Exclude<Packet['type'], 'publish'>)
  }

  function readBody(type: Exclude<Packet['type'], 'publish'>): Packet {
    if (!goesUp[type] && from === 'client') throw wrongDirection(type)
    if (!goesDown[type] && from === 'server') throw wrongDirection(type)
    // 3.x has no AUTH, and no DISCONNECT from a server (MQTT 3.1.1 §3.14).
    if (cursor.level < 5 && (type === 'auth' || (type === 'disconnect' && from === 'server')))
      throw wrongDirection(type)
    switch (type) {
      case 'connect': {
        if (level !== undefined) {
          throw protocolError(
            level,
            { v3: '[MQTT-3.1.0-2]', v5: '[MQTT-3.1.0-2]' },
            'A second CONNECT arrived.',
          )
        }
        const connect = readConnect(cursor)
        level = connect.protocolLevel
        return connect
      }
      case 'connack':
        return readConnack(cursor)
      case 'puback':
      case 'pubrec':
      case 'pubrel':
      case 'pubcomp':
        return readAck(cursor, type)
      case 'subscribe':
        return readSubscribe(cursor)
      case 'suback':
        return readSuback(cursor)
      case 'unsubscribe':
        return readUnsubscribe(cursor)
      case 'unsuback':
        return readUnsuback(cursor)
      case 'pingreq':
      case 'pingresp':
        expectEnd(cursor)
        return { type }
      case 'disconnect':
        return readDisconnect(cursor)
      case 'auth':
        return readAuth(cursor)
    }
  }

  function wrongDirection(type: Packet['type']): ProtocolFault {
    const clause = { v3: 'MQTT 3.1.1 §2.2.1', v5: 'MQTT 5.0 §2.1.2' }
    const version = { 3: '3.1', 4: '3.1.1', 5: '5.0' }[cursor.level]
    return protocolError(
      cursor.level,
      clause,
      `In MQTT ${version} a ${from} cannot send ${type.toUpperCase()}.`,
    )
  }

  function badLength(how: string): ProtocolFault {
    const clause = { v3: 'MQTT 3.1.1 §2.2.3', v5: '[MQTT-1.5.5-1]' }
    return malformed(cursor.level, clause, `The remaining length ${how}.`)
  }

  function tooLarge(length: number): ProtocolFault {
    const clause = level === undefined ? 'safety R9' : 'safety R10'
    const detail = `The packet would be ${length} bytes long; at most ${maxPacketBytes} are taken.`
    return fault(cursor.level, reason.packetTooLarge, { v3: clause, v5: clause }, detail)
  }

  return {
    push(bytes) {
      if (failed) return
      if (at < piece.length)
        throw new Error('push: what was pushed before is not read yet; call retain() first')
      piece = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      at = 0
    },
    next,
    retain() {
      if (at === piece.length) return
      piece = Buffer.from(piece.subarray(at))
      at = 0
    },
    setMaxPacketBytes(bytes) {
      maxPacketBytes = bytes
    },
    get level() {
      return level
    },
    get bufferedBytes() {
      return gatheredBytes + piece.length - at
    },
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
