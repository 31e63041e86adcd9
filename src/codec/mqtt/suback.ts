import { readByte, readPacketId } from './cursor.ts'
import type { Cursor } from './cursor.ts'
import { firstByte } from './fixed-header.ts'
import type { ProtocolLevel, Suback } from './packets.ts'
import { readProperties, writeProperties } from './properties.ts'
import { protocolError } from './protocol-error.ts'
import { isCodeOf } from './reason-codes.ts'
import { createWriter, finish, writeByte, writePacketId } from './writer.ts'

/** MQTT 5.0 §3.9, MQTT 3.1.1 §3.9: one code a filter, in their order. */
export function readSuback(cursor: Cursor): Suback {
  const { level } = cursor
  const packetId = readPacketId(cursor)
  const properties = level === 5 ? readProperties(cursor, 'suback') : undefined
  const codes = [...cursor.bytes.subarray(cursor.at, cursor.end)]
  // At least one filter was asked for, so at least one code must come back.
  if (codes.length === 0) readByte(cursor, 'reason codes')
  const odd = codes.find((code) => !isCodeOf('suback', code, level, 'server'))
  if (odd !== undefined) {
    throw protocolError(level, { v3: '[MQTT-3.9.3-2]', v5: '[MQTT-3.9.3-2]' }, `SUBACK has no code ${odd}.`)
  }
  return { type: 'suback', packetId, codes, ...(properties && { properties }) }
}

export function writeSuback({ packetId, codes, properties }: Suback, level: ProtocolLevel): Uint8Array {
  if (codes.length === 0) throw new RangeError('a SUBACK needs a code')
  const writer = createWriter(codes.length + 16)
  writePacketId(writer, packetId)
  if (level === 5) writeProperties(writer, 'suback', properties)
  for (const code of codes) {
    if (!isCodeOf('suback', code, level, 'server'))
      throw new RangeError(`SUBACK of level ${level} has no code ${code}`)
    writeByte(writer, code)
  }
  return finish(writer, firstByte('suback'))
}
