import { limits } from '../../base/limits.ts'
import { isSharedFilter, topicFilterFault } from '../topic/names.ts'
import { readByte, readPacketId, readString } from './cursor.ts'
import type { Cursor } from './cursor.ts'
import { firstByte } from './fixed-header.ts'
import type { ProtocolLevel, Subscribe } from './packets.ts'
import { readProperties, writeProperties } from './properties.ts'
import { fault, malformed, protocolError } from './protocol-error.ts'
import { reason } from './reason-codes.ts'
import { badTopicFilter } from './topic-faults.ts'
import { createWriter, finish, writeByte, writePacketId, writeString } from './writer.ts'

type Subscription = Subscribe['filters'][number]

/** MQTT 5.0 §3.8, MQTT 3.1.1 §3.8. At most `limits.filtersPerPacketMax` filters. */
export function readSubscribe(cursor: Cursor): Subscribe {
  const { level } = cursor
  const packetId = readPacketId(cursor)
  const properties = level === 5 ? readProperties(cursor, 'subscribe') : undefined
  const filters: Subscription[] = []
  while (cursor.at < cursor.end) {
    checkFilterCount(filters.length, level)
    filters.push(readSubscription(cursor))
  }
  if (filters.length === 0) {
    throw protocolError(level, { v3: '[MQTT-3.8.3-3]', v5: '[MQTT-3.8.3-2]' }, 'SUBSCRIBE holds no filter.')
  }
  return { type: 'subscribe', packetId, filters, ...(properties && { properties }) }
}

/** Reads one filter of a SUBSCRIBE or UNSUBSCRIBE. */
export function readFilter(cursor: Cursor): string {
  const filter = readString(cursor, 'topic filter')
  const why = topicFilterFault(filter, { shared: cursor.level === 5 })
  if (why) throw badTopicFilter(cursor.level, why)
  return filter
}

/** Throws when one more filter than `before` would be too many (safety R10). */
export function checkFilterCount(before: number, level: ProtocolLevel): void {
  if (before < limits.filtersPerPacketMax) return
  const detail = `The packet holds more than ${limits.filtersPerPacketMax} filters.`
  throw fault(level, reason.quotaExceeded, { v3: 'safety R10', v5: 'safety R10' }, detail)
}

function readSubscription(cursor: Cursor): Subscription {
  const { level } = cursor
  const filter = readFilter(cursor)
  const options = readByte(cursor, 'subscription options')
  const qos = options & 3
  const retainHandling = (options >> 4) & 3
  const noLocal = (options & 4) !== 0
  if (qos === 3 || (options & (level === 5 ? 0xc0 : 0xfc)) !== 0) {
    const clause = { v3: '[MQTT-3-8.3-4]', v5: '[MQTT-3.8.3-5]' }
    throw malformed(level, clause, 'The QoS is 3, or a reserved bit of the subscription options is 1.')
  }
  if (retainHandling === 3) {
    throw protocolError(level, { v3: '', v5: 'MQTT 5.0 §3.8.3.1' }, 'Retain handling is 3.')
  }
  if (noLocal && isSharedFilter(filter)) {
    throw protocolError(level, { v3: '', v5: '[MQTT-3.8.3-4]' }, 'No Local is set on a shared subscription.')
  }
  return {
    filter,
    qos: qos as 0 | 1 | 2,
    noLocal,
    retainAsPublished: (options & 8) !== 0,
    retainHandling: retainHandling as 0 | 1 | 2,
  }
}

/** All options but the QoS are left out on 3.x. */
export function writeSubscribe(
  { packetId, filters, properties }: Subscribe,
  level: ProtocolLevel,
): Uint8Array {
  if (filters.length === 0) throw new RangeError('a SUBSCRIBE needs a filter')
  const writer = createWriter(128)
  writePacketId(writer, packetId)
  if (level === 5) writeProperties(writer, 'subscribe', properties)
  for (const { filter, qos, noLocal, retainAsPublished, retainHandling } of filters) {
    const why = topicFilterFault(filter, { shared: level === 5 })
    if (why) throw new RangeError(`a filter of a SUBSCRIBE is ${why}`)
    writeString(writer, filter)
    const options = (noLocal ? 4 : 0) | (retainAsPublished ? 8 : 0) | (retainHandling << 4)
    writeByte(writer, qos | (level === 5 ? options : 0))
  }
  return finish(writer, firstByte('subscribe'))
}
