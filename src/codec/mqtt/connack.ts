import { expectEnd, readByte } from './cursor.ts'
import type { Cursor } from './cursor.ts'
import { firstByte } from './fixed-header.ts'
import type { Connack, ProtocolLevel } from './packets.ts'
import { readProperties, writeProperties } from './properties.ts'
import { malformed, protocolError } from './protocol-error.ts'
import { isCodeOf } from './reason-codes.ts'
import { createWriter, finish, writeByte } from './writer.ts'

/** MQTT 5.0 §3.2, MQTT 3.1.1 §3.2; in 3.1 the first byte is reserved and ignored. */
export function readConnack(cursor: Cursor): Connack {
  const { level } = cursor
  const flags = readByte(cursor, 'acknowledge flags')
  if (level > 3 && flags > 1) {
    const clause = { v3: 'MQTT 3.1.1 §3.2.2.1', v5: '[MQTT-3.2.2-1]' }
    throw malformed(level, clause, 'A reserved bit of the acknowledge flags is 1.')
  }
  const sessionPresent = level > 3 && flags === 1
  const code = readByte(cursor, 'return code')
  if (!isCodeOf('connack', code, level, 'server')) {
    throw protocolError(
      level,
      { v3: 'MQTT 3.1.1 §3.2.2.3', v5: '[MQTT-3.2.2-8]' },
      `CONNACK has no code ${code}.`,
    )
  }
  if (sessionPresent && code > 0) {
    const clause = { v3: '[MQTT-3.2.2-4]', v5: '[MQTT-3.2.2-6]' }
    throw protocolError(level, clause, 'A refusal says that a session is present.')
  }
  const properties = level === 5 ? readProperties(cursor, 'connack') : undefined
  expectEnd(cursor)
  return { type: 'connack', sessionPresent, code, ...(properties && { properties }) }
}

export function writeConnack(
  { sessionPresent, code, properties }: Connack,
  level: ProtocolLevel,
): Uint8Array {
  if (!isCodeOf('connack', code, level, 'server'))
    throw new RangeError(`CONNACK of level ${level} has no code ${code}`)
  if (sessionPresent && code > 0) throw new RangeError('a refusal cannot say that a session is present')
  const writer = createWriter(64)
  writeByte(writer, level > 3 && sessionPresent ? 1 : 0)
  writeByte(writer, code)
  if (level === 5) writeProperties(writer, 'connack', properties)
  return finish(writer, firstByte('connack'))
}
