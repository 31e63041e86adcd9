import { expectEnd, readByte } from './cursor.ts'
import type { Cursor } from './cursor.ts'
import { firstByte } from './fixed-header.ts'
import type { Disconnect, ProtocolLevel } from './packets.ts'
import { readProperties, writeProperties } from './properties.ts'
import { protocolError } from './protocol-error.ts'
import { isCodeOf, reason } from './reason-codes.ts'
import { createWriter, finish, writeByte } from './writer.ts'

/** MQTT 5.0 §3.14: without a reason code it is 0, without a property length there are none. 3.x: nothing follows. */
export function readDisconnect(cursor: Cursor): Disconnect {
  if (cursor.level < 5 || cursor.at === cursor.end) {
    expectEnd(cursor)
    return { type: 'disconnect', code: reason.success }
  }
  const code = readByte(cursor, 'reason code')
  if (!isCodeOf('disconnect', code, 5, cursor.from)) {
    const detail = `A ${cursor.from} cannot send DISCONNECT with reason code ${code}.`
    throw protocolError(5, { v3: '', v5: '[MQTT-3.14.2-1]' }, detail)
  }
  const properties = cursor.at === cursor.end ? undefined : readProperties(cursor, 'disconnect')
  expectEnd(cursor)
  return { type: 'disconnect', code, ...(properties && { properties }) }
}

/** Code and properties are left out on 3.x. */
export function writeDisconnect({ code, properties }: Disconnect, level: ProtocolLevel): Uint8Array {
  const writer = createWriter(32)
  if (level === 5 && (code !== reason.success || properties)) {
    if (!isCodeOf('disconnect', code, 5, 'client') && !isCodeOf('disconnect', code, 5, 'server')) {
      throw new RangeError(`DISCONNECT has no reason code ${code}`)
    }
    writeByte(writer, code)
    if (properties) writeProperties(writer, 'disconnect', properties)
  }
  return finish(writer, firstByte('disconnect'))
}
