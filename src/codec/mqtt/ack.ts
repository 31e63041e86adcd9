import { expectEnd, readByte, readPacketId } from './cursor.ts'
import type { Cursor } from './cursor.ts'
import { firstByte } from './fixed-header.ts'
import type { Ack, ProtocolLevel } from './packets.ts'
import { readProperties, writeProperties } from './properties.ts'
import { protocolError } from './protocol-error.ts'
import { isCodeOf, reason } from './reason-codes.ts'
import { createWriter, finish, writeByte, writePacketId } from './writer.ts'

/**
 * PUBACK, PUBREC, PUBREL, PUBCOMP: MQTT 5.0 §3.4 to §3.7. On 5.0 a reason code of 0 without properties, or the
 * property length alone, may be left out (§3.4.2.1).
 */
export function readAck(cursor: Cursor, type: Ack['type']): Ack {
  const packetId = readPacketId(cursor)
  if (cursor.level < 5 || cursor.at === cursor.end) {
    expectEnd(cursor)
    return { type, packetId, code: reason.success }
  }
  const code = readByte(cursor, 'reason code')
  if (!isCodeOf(type, code, 5, cursor.from)) {
    throw protocolError(5, { v3: '', v5: clauses[type] }, `${type.toUpperCase()} has no reason code ${code}.`)
  }
  const properties = cursor.at === cursor.end ? undefined : readProperties(cursor, type)
  expectEnd(cursor)
  return { type, packetId, code, ...(properties && { properties }) }
}

const clauses = {
  puback: '[MQTT-3.4.2-1]',
  pubrec: '[MQTT-3.5.2-1]',
  pubrel: '[MQTT-3.6.2-1]',
  pubcomp: '[MQTT-3.7.2-1]',
}

/** Code and properties are left out on 3.x, which has neither. */
export function writeAck({ type, packetId, code, properties }: Ack, level: ProtocolLevel): Uint8Array {
  const first = firstByte(type)
  if (level < 5 || (code === reason.success && !properties)) return writeShort(first, packetId)
  if (!isCodeOf(type, code, level, 'server')) throw new RangeError(`${type} has no reason code ${code}`)
  const writer = createWriter(64)
  writePacketId(writer, packetId)
  writeByte(writer, code)
  if (properties) writeProperties(writer, type, properties)
  return finish(writer, first)
}

/** The acknowledgement of nearly every report. */
function writeShort(first: number, packetId: number): Uint8Array {
  if (!(packetId >= 1 && packetId <= 0xffff)) throw new RangeError('a packet identifier is 1 to 65,535')
  return Uint8Array.of(first, 2, packetId >> 8, packetId & 0xff)
}
