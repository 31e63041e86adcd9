import { topicFilterFault } from '../topic/names.ts'
import { readPacketId } from './cursor.ts'
import type { Cursor } from './cursor.ts'
import { firstByte } from './fixed-header.ts'
import type { ProtocolLevel, Unsubscribe } from './packets.ts'
import { readProperties, writeProperties } from './properties.ts'
import { protocolError } from './protocol-error.ts'
import { checkFilterCount, readFilter } from './subscribe.ts'
import { createWriter, finish, writePacketId, writeString } from './writer.ts'

/** MQTT 5.0 §3.10, MQTT 3.1.1 §3.10. At most `limits.filtersPerPacketMax` filters. */
export function readUnsubscribe(cursor: Cursor): Unsubscribe {
  const { level } = cursor
  const packetId = readPacketId(cursor)
  const properties = level === 5 ? readProperties(cursor, 'unsubscribe') : undefined
  const filters: string[] = []
  while (cursor.at < cursor.end) {
    checkFilterCount(filters.length, level)
    filters.push(readFilter(cursor))
  }
  if (filters.length === 0) {
    throw protocolError(
      level,
      { v3: '[MQTT-3.10.3-2]', v5: '[MQTT-3.10.3-2]' },
      'UNSUBSCRIBE holds no filter.',
    )
  }
  return { type: 'unsubscribe', packetId, filters, ...(properties && { properties }) }
}

export function writeUnsubscribe(
  { packetId, filters, properties }: Unsubscribe,
  level: ProtocolLevel,
): Uint8Array {
  if (filters.length === 0) throw new RangeError('an UNSUBSCRIBE needs a filter')
  const writer = createWriter(128)
  writePacketId(writer, packetId)
  if (level === 5) writeProperties(writer, 'unsubscribe', properties)
  for (const filter of filters) {
    const why = topicFilterFault(filter, { shared: level === 5 })
    if (why) throw new RangeError(`a filter of an UNSUBSCRIBE is ${why}`)
    writeString(writer, filter)
  }
  return finish(writer, firstByte('unsubscribe'))
}
