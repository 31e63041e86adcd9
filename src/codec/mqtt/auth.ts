import { expectEnd, readByte } from './cursor.ts'
import type { Cursor } from './cursor.ts'
import { firstByte } from './fixed-header.ts'
import type { Auth, ProtocolLevel } from './packets.ts'
import { readProperties, writeProperties } from './properties.ts'
import { protocolError } from './protocol-error.ts'
import { isCodeOf, reason } from './reason-codes.ts'
import { createWriter, finish, writeByte } from './writer.ts'

/** MQTT 5.0 §3.15; code and properties may be left out together. 3.x has no such packet. */
export function readAuth(cursor: Cursor): Auth {
  if (cursor.at === cursor.end) return checked(cursor, { type: 'auth', code: reason.success })
  const code = readByte(cursor, 'reason code')
  const properties = readProperties(cursor, 'auth')
  expectEnd(cursor)
  return checked(cursor, { type: 'auth', code, ...(properties && { properties }) })
}

function checked({ from }: Cursor, packet: Auth): Auth {
  if (isCodeOf('auth', packet.code, 5, from)) return packet
  const detail = `A ${from} cannot send AUTH with reason code ${packet.code}.`
  throw protocolError(5, { v3: '', v5: '[MQTT-3.15.2-1]' }, detail)
}

export function writeAuth({ code, properties }: Auth, level: ProtocolLevel): Uint8Array {
  if (level < 5) throw new RangeError('AUTH exists on MQTT 5 alone')
  if (!isCodeOf('auth', code, 5, 'client') && !isCodeOf('auth', code, 5, 'server')) {
    throw new RangeError(`AUTH has no reason code ${code}`)
  }
  const writer = createWriter(64)
  if (code !== reason.success || properties) {
    writeByte(writer, code)
    writeProperties(writer, 'auth', properties)
  }
  return finish(writer, firstByte('auth'))
}
