import { topicNameFault } from '../topic/names.ts'
import { expectEnd, readBinary, readByte, readString, readUint16 } from './cursor.ts'
import type { Cursor } from './cursor.ts'
import { firstByte } from './fixed-header.ts'
import type { Connect, ProtocolLevel } from './packets.ts'
import { readProperties, writeProperties } from './properties.ts'
import { malformed, ProtocolFault } from './protocol-error.ts'
import { reason, returnCode } from './reason-codes.ts'
import { badTopicName } from './topic-faults.ts'
import { createWriter, finish, writeBinary, writeByte, writeString, writeUint16 } from './writer.ts'

const flag = { cleanStart: 0x02, will: 0x04, willRetain: 0x20, password: 0x40, username: 0x80 } as const
const RESERVED = 0x01

/**
 * MQTT 5.0 §3.1, MQTT 3.1.1 §3.1, MQTT 3.1 §3.1. Sets the level of the cursor. Who may come in is decided
 * elsewhere: client ids of any length, empty ones too, are passed on (device protocol §1.6: the 23 characters
 * of 3.1 are not enforced).
 */
export function readConnect(cursor: Cursor): Connect {
  const level = readLevel(cursor)
  cursor.level = level
  try {
    return readBody(cursor, level)
  } catch (thrown) {
    // MQTT 5.0 §3.1.4: from here on a 5.0 peer may be told what was wrong. 3.x has no code for malformed.
    if (thrown instanceof ProtocolFault && level === 5) {
      throw new ProtocolFault({ ...thrown.error, connack: { level, code: thrown.error.code } })
    }
    throw thrown
  }
}

function readLevel(cursor: Cursor): ProtocolLevel {
  const name = readString(cursor, 'protocol name')
  const level = readByte(cursor, 'protocol level')
  if (name === 'MQTT' && (level === 4 || level === 5)) return level
  if (name === 'MQIsdp' && level === 3) return level
  const known = name === 'MQTT' || name === 'MQIsdp'
  throw new ProtocolFault({
    type: 'protocol-error',
    code: reason.unsupportedProtocolVersion,
    ...(known && { unservedLevel: level }),
    clause: known ? '[MQTT-3.1.2-2]' : '[MQTT-3.1.2-1]',
    detail: known
      ? `The protocol level ${level} is not one of 3 (MQTT 3.1), 4 (3.1.1) and 5 (5.0), or does not go with the protocol name.`
      : 'The protocol name is neither MQTT nor MQIsdp.',
    // A later version is told in the latest form we know; anything else in the form all know.
    connack:
      level > 5 && level < 0x80
        ? { level: 5, code: reason.unsupportedProtocolVersion }
        : { level: 4, code: returnCode.unacceptableProtocolVersion },
  })
}

function readBody(cursor: Cursor, level: ProtocolLevel): Connect {
  const flags = readByte(cursor, 'connect flags')
  checkFlags(flags, level)
  const keepAliveSeconds = readUint16(cursor, 'keep alive')
  const properties = level === 5 ? readProperties(cursor, 'connect') : undefined
  const clientId = readString(cursor, 'client identifier')
  const will = flags & flag.will ? readWill(cursor, flags, level) : undefined
  // MQTT 3.1 §3.1: the remaining length wins over these two flags.
  const may = (bit: number) => (flags & bit) !== 0 && !(level === 3 && cursor.at === cursor.end)
  const username = may(flag.username) ? readString(cursor, 'user name') : undefined
  const password = may(flag.password) ? readBinary(cursor, 'password') : undefined
  expectEnd(cursor)
  return {
    type: 'connect',
    protocolLevel: level,
    clientId,
    cleanStart: (flags & flag.cleanStart) !== 0,
    keepAliveSeconds,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(will && { will }),
    ...(properties && { properties }),
  }
}

function checkFlags(flags: number, level: ProtocolLevel): void {
  const refuse = (v3: string, v5: string, detail: string) => malformed(level, { v3, v5 }, detail)
  if (flags & RESERVED)
    throw refuse('[MQTT-3.1.2-3]', '[MQTT-3.1.2-3]', 'The reserved bit of the connect flags is 1.')
  if (willQos(flags) === 3) throw refuse('[MQTT-3.1.2-14]', '[MQTT-3.1.2-12]', 'The QoS of the will is 3.')
  if (!(flags & flag.will)) {
    if (willQos(flags))
      throw refuse('[MQTT-3.1.2-13]', '[MQTT-3.1.2-11]', 'There is a will QoS, but no will.')
    if (flags & flag.willRetain)
      throw refuse('[MQTT-3.1.2-15]', '[MQTT-3.1.2-13]', 'Will retain is set, but no will.')
  }
  if (level < 5 && flags & flag.password && !(flags & flag.username)) {
    throw refuse('[MQTT-3.1.2-22]', '', 'There is a password, but no user name.')
  }
}

function readWill(cursor: Cursor, flags: number, level: ProtocolLevel): Connect['will'] {
  const properties = level === 5 ? readProperties(cursor, 'will') : undefined
  const topic = readString(cursor, 'will topic')
  const topicFault = topicNameFault(topic)
  if (topicFault) throw badTopicName(level, topicFault, 'will topic')
  const payload = readBinary(cursor, 'will payload')
  return {
    topic,
    payload,
    qos: willQos(flags) as 0 | 1 | 2,
    retain: (flags & flag.willRetain) !== 0,
    ...(properties && { properties }),
  }
}

const willQos = (flags: number) => (flags >> 3) & 3

/** Written at the level the packet names. */
export function writeConnect(packet: Connect): Uint8Array {
  const { protocolLevel: level, will, username, password } = packet
  if (level < 5 && password && username === undefined)
    throw new RangeError('a password needs a user name below 5.0')
  const writer = createWriter(128)
  writeString(writer, level === 3 ? 'MQIsdp' : 'MQTT')
  writeByte(writer, level)
  writeByte(writer, connectFlags(packet))
  writeUint16(writer, packet.keepAliveSeconds)
  if (level === 5) writeProperties(writer, 'connect', packet.properties)
  writeString(writer, packet.clientId)
  if (will) {
    if (level === 5) writeProperties(writer, 'will', will.properties)
    writeString(writer, will.topic)
    writeBinary(writer, will.payload)
  }
  if (username !== undefined) writeString(writer, username)
  if (password) writeBinary(writer, password)
  return finish(writer, firstByte('connect'))
}

function connectFlags({ cleanStart, will, username, password }: Connect): number {
  return (
    (cleanStart ? flag.cleanStart : 0) |
    (will ? flag.will | (will.qos << 3) | (will.retain ? flag.willRetain : 0) : 0) |
    (password ? flag.password : 0) |
    (username !== undefined ? flag.username : 0)
  )
}
