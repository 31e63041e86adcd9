import { expectEnd, readByte, readPacketId } from './cursor.ts'
import type { Cursor } from './cursor.ts'
import { firstByte } from './fixed-header.ts'
import type { ProtocolLevel, Unsuback } from './packets.ts'
import { readProperties, writeProperties } from './properties.ts'
import { protocolError } from './protocol-error.ts'
import { isCodeOf } from './reason-codes.ts'
import { createWriter, finish, writeByte, writePacketId } from './writer.ts'

/** MQTT 5.0 §3.11: one code a filter; MQTT 3.1.1 §3.11: no payload, so no codes. */
export function readUnsuback(cursor: Cursor): Unsuback {
  const packetId = readPacketId(cursor)
  if (cursor.level < 5) {
    expectEnd(cursor)
    return { type: 'unsuback', packetId, codes: [] }
  }
  const properties = readProperties(cursor, 'unsuback')
  const codes = [...cursor.bytes.subarray(cursor.at, cursor.end)]
  if (codes.length === 0) readByte(cursor, 'reason codes')
  const odd = codes.find((code) => !isCodeOf('unsuback', code, 5, 'server'))
  if (odd !== undefined)
    throw protocolError(5, { v3: '', v5: '[MQTT-3.11.3-2]' }, `UNSUBACK has no code ${odd}.`)
  return { type: 'unsuback', packetId, codes, ...(properties && { properties }) }
}

/** Codes and properties are left out on 3.x. */
export function writeUnsuback({ packetId, codes, properties }: Unsuback, level: ProtocolLevel): Uint8Array {
  const writer = createWriter(codes.length + 16)
  writePacketId(writer, packetId)
  if (level === 5) {
    if (codes.length === 0) throw new RangeError('an UNSUBACK needs a code')
    writeProperties(writer, 'unsuback', properties)
    for (const code of codes) {
      if (!isCodeOf('unsuback', code, 5, 'server')) throw new RangeError(`UNSUBACK has no code ${code}`)
      writeByte(writer, code)
    }
  }
  return finish(writer, firstByte('unsuback'))
}
