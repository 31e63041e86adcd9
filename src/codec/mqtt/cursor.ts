import type { Buffer } from 'node:buffer'
import type { ProtocolLevel } from './packets.ts'
import { malformed } from './protocol-error.ts'
import { readText } from './strings.ts'

/** A place in one packet's body, `bytes[at, end)`. The functions here read forward and throw `ProtocolFault`. */
export interface Cursor {
  bytes: Buffer
  at: number
  end: number
  level: ProtocolLevel
  /** Who sent the packet: some fields are allowed to one side only. */
  readonly from: 'client' | 'server'
}

const SHORT = { v3: 'MQTT 3.1.1 §2.2.3', v5: 'MQTT 5.0 §2.1.4' }
const STRING = {
  'not-utf8': { clause: { v3: '[MQTT-1.5.3-1]', v5: '[MQTT-1.5.4-1]' }, detail: 'is not well-formed UTF-8' },
  'null-character': {
    clause: { v3: '[MQTT-1.5.3-2]', v5: '[MQTT-1.5.4-2]' },
    detail: 'holds the character U+0000',
  },
} as const

/** `what` names the field in a refusal, as in "The packet ends inside its topic." */
export function readByte(cursor: Cursor, what: string): number {
  if (cursor.at >= cursor.end) throw tooShort(cursor, what)
  return cursor.bytes[cursor.at++] as number
}

export function readUint16(cursor: Cursor, what: string): number {
  const { bytes, at } = cursor
  if (at + 2 > cursor.end) throw tooShort(cursor, what)
  cursor.at = at + 2
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}

export function readUint32(cursor: Cursor, what: string): number {
  const high = readUint16(cursor, what)
  return high * 0x1_0000 + readUint16(cursor, what)
}

/** MQTT 5.0 §1.5.5: one to four bytes, in the shortest form. */
export function readVarint(cursor: Cursor, what: string): number {
  let value = 0
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = readByte(cursor, what)
    value |= (byte & 0x7f) << shift
    if (byte >= 0x80) continue
    if (byte === 0 && shift > 0) throw badVarint(cursor, what)
    return value
  }
  throw badVarint(cursor, what)
}

/** Two bytes of length, then as many bytes of UTF-8. */
export function readString(cursor: Cursor, what: string): string {
  const start = openField(cursor, what)
  const text = readText(cursor.bytes, start, cursor.at)
  if (typeof text === 'string') return text
  const { clause, detail } = STRING[text.fault]
  throw malformed(cursor.level, clause, `The ${what} ${detail}.`)
}

/** Two bytes of length, then as many bytes. A copy: it outlives the bytes that were pushed. */
export function readBinary(cursor: Cursor, what: string): Uint8Array {
  const start = openField(cursor, what)
  return new Uint8Array(cursor.bytes.subarray(start, cursor.at))
}

/** Steps over a field with two bytes of length; answers where its content starts, and `at` is where it ends. */
export function openField(cursor: Cursor, what: string): number {
  const length = readUint16(cursor, what)
  const start = cursor.at
  if (start + length > cursor.end) throw tooShort(cursor, what)
  cursor.at = start + length
  return start
}

/** [MQTT-2.3.1-1], [MQTT-2.2.1-3]: 1 to 65,535. */
export function readPacketId(cursor: Cursor): number {
  const packetId = readUint16(cursor, 'packet identifier')
  if (packetId > 0) return packetId
  throw malformed(cursor.level, { v3: '[MQTT-2.3.1-1]', v5: '[MQTT-2.2.1-3]' }, 'The packet identifier is 0.')
}

/** Nothing may follow what a packet's own lengths account for (safety R15). */
export function expectEnd(cursor: Cursor): void {
  const left = cursor.end - cursor.at
  if (left === 0) return
  throw malformed(cursor.level, SHORT, `${left} bytes are left over at the end of the packet.`)
}

function tooShort(cursor: Cursor, what: string) {
  return malformed(cursor.level, SHORT, `The packet ends inside its ${what}.`)
}

function badVarint(cursor: Cursor, what: string) {
  const clause = { v3: 'MQTT 3.1.1 §2.2.3', v5: '[MQTT-1.5.5-1]' }
  return malformed(cursor.level, clause, `The ${what} is not a variable byte integer in its shortest form.`)
}
