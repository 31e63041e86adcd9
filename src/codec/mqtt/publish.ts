import { Buffer } from 'node:buffer'
import { topicNameFault } from '../topic/names.ts'
import { openField, readPacketId, readString } from './cursor.ts'
import type { Cursor } from './cursor.ts'
import type { ProtocolLevel, Properties, Publish } from './packets.ts'
import { readProperties, writeProperties } from './properties.ts'
import { malformed, protocolError } from './protocol-error.ts'
import { textBytes } from './strings.ts'
import { badTopicName } from './topic-faults.ts'
import {
  createWriter,
  finish,
  putVarint,
  varintBytes,
  writePacketId,
  writeRaw,
  writeString,
} from './writer.ts'

const TYPE = 0x30

/**
 * The topic of a connection's last PUBLISH, as bytes and as text. A device reports on the same topic again and
 * again: comparing bytes is cheaper than making, checking and later parsing the text anew, and equal topics
 * are then the same string.
 */
export interface TopicMemory {
  bytes: Uint8Array
  text: string
}

/** A topic longer than this is not remembered: the memory stays with an idle connection. */
const REMEMBERED_BYTES_MAX = 256

const NOTHING = new Uint8Array(0)

export function createTopicMemory(): TopicMemory {
  return { bytes: NOTHING, text: '' }
}

/**
 * A PUBLISH that was read. Its payload is `bytes[start, end)`, as long as those are left alone: whoever can read it there
 * needs no view, and to make one costs as much as to check what is in it.
 */
export class ReceivedPublish implements Publish {
  readonly type = 'publish'
  readonly topic: string
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  readonly dup: boolean
  readonly packetId: number | undefined
  readonly properties: Properties | undefined
  readonly #bytes: Buffer
  readonly #start: number
  readonly #end: number

  /** `flags`: see {@link readPublish}. What is left of the cursor is the payload. */
  constructor(
    { bytes, at, end }: Cursor,
    flags: number,
    topic: string,
    packetId: number | undefined,
    properties: Properties | undefined,
  ) {
    this.topic = topic
    this.qos = ((flags >> 1) & 3) as 0 | 1 | 2
    this.retain = (flags & 1) !== 0
    this.dup = (flags & 8) !== 0 && this.qos > 0
    this.packetId = packetId
    this.properties = properties
    this.#bytes = bytes
    this.#start = at
    this.#end = end
  }

  get bytes(): Buffer {
    return this.#bytes
  }

  get start(): number {
    return this.#start
  }

  get end(): number {
    return this.#end
  }

  /** A view, made anew each time. */
  get payload(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end)
  }
}

/** MQTT 5.0 §3.3, MQTT 3.1.1 §3.3. `flags`: the lower four bits of the first byte. */
export function readPublish(cursor: Cursor, flags: number, memory: TopicMemory): ReceivedPublish {
  const { level } = cursor
  const qos = (flags >> 1) & 3
  if (qos === 3) {
    throw malformed(level, { v3: '[MQTT-3.3.1-4]', v5: '[MQTT-3.3.1-4]' }, 'Both QoS bits are 1.')
  }
  // MQTT 3.1 does not say what DUP means on QoS 0: ignored there.
  if ((flags & 8) !== 0 && qos === 0 && level > 3) {
    throw malformed(
      level,
      { v3: '[MQTT-3.3.1-2]', v5: '[MQTT-3.3.1-2]' },
      'DUP is set although the QoS is 0.',
    )
  }
  const topic = readTopic(cursor, memory)
  const packetId = qos > 0 ? readPacketId(cursor) : undefined
  const properties = level === 5 ? readProperties(cursor, 'publish') : undefined
  if (topic === '' && properties?.topicAlias === undefined) throw noTopic(level)
  const publish = new ReceivedPublish(cursor, flags, topic, packetId, properties)
  cursor.at = cursor.end
  return publish
}

function readTopic(cursor: Cursor, memory: TopicMemory): string {
  const fieldStart = cursor.at
  const start = openField(cursor, 'topic')
  const end = cursor.at
  if (isRemembered(memory.bytes, cursor.bytes, start, end)) return memory.text
  cursor.at = fieldStart
  const topic = readString(cursor, 'topic')
  // An empty topic may stand for an alias, which is seen once the properties are read.
  const why = topic === '' ? undefined : topicNameFault(topic)
  if (why) throw badTopicName(cursor.level, why, 'topic')
  if (topic !== '' && end - start <= REMEMBERED_BYTES_MAX) {
    // Memory of its own: a slice of Buffer's pool would hold 8 KiB for a few bytes.
    memory.bytes = new Uint8Array(cursor.bytes.subarray(start, end))
    memory.text = topic
  }
  return topic
}

function isRemembered(remembered: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (remembered.length !== end - start || start === end) return false
  // Backwards: topics of one device differ at the end.
  for (let i = remembered.length - 1, at = end - 1; i >= 0; i--, at--) {
    if (remembered[i] !== bytes[at]) return false
  }
  return true
}

function noTopic(level: ProtocolLevel) {
  if (level < 5) return badTopicName(level, 'empty', 'topic')
  return protocolError(
    level,
    { v3: '', v5: 'MQTT 5.0 §3.3.2.1' },
    'The topic is empty and there is no topic alias.',
  )
}

/** Properties are left out on 3.x (device protocol §1.4). Throws RangeError for a topic that no peer would take. */
export function writePublish(packet: Publish, level: ProtocolLevel): Uint8Array {
  const { topic, payload, qos, retain, dup, packetId, properties } = packet
  checkTopic(packet, level)
  if (dup && qos === 0) throw new RangeError('DUP needs QoS 1 or 2')
  const first = TYPE | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0)
  if (level < 5) return writePlain(packet, first)
  const writer = createWriter(payload.length + topic.length + 64)
  writeString(writer, topic)
  if (qos > 0) writePacketId(writer, packetId)
  writeProperties(writer, 'publish', properties)
  writeRaw(writer, payload)
  return finish(writer, first)
}

function checkTopic({ topic, properties }: Publish, level: ProtocolLevel): void {
  if (topic === '' && level === 5 && properties?.topicAlias) return
  const why = topicNameFault(topic)
  if (why) throw new RangeError(`the topic of a PUBLISH is ${why}`)
}

/** Without properties all lengths are known beforehand: one allocation of the right size. */
function writePlain({ topic, payload, qos, packetId = 0 }: Publish, first: number): Uint8Array {
  const topicBytes = textBytes(topic)
  const remaining = 2 + topicBytes + (qos > 0 ? 2 : 0) + payload.length
  const bytes = Buffer.allocUnsafe(1 + varintBytes(remaining) + remaining)
  bytes[0] = first
  let at = putVarint(bytes, 1, remaining)
  at = bytes.writeUInt16BE(topicBytes, at)
  at += bytes.write(topic, at, topicBytes, 'utf8')
  if (qos > 0) {
    if (packetId < 1) throw new RangeError('a packet identifier is 1 to 65,535')
    at = bytes.writeUInt16BE(packetId, at)
  }
  bytes.set(payload, at)
  return bytes
}
