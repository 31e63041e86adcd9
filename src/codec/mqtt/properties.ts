import { limits } from '../../base/limits.ts'
import { topicNameFault } from '../topic/names.ts'
import { readBinary, readByte, readString, readUint16, readUint32, readVarint } from './cursor.ts'
import type { Cursor } from './cursor.ts'
import type { Properties } from './packets.ts'
import { fault, malformed, protocolError } from './protocol-error.ts'
import { reason } from './reason-codes.ts'
import {
  writeBinary,
  writeByte,
  writePrefixed,
  writeString,
  writeUint16,
  writeUint32,
  writeVarint,
} from './writer.ts'
import type { Writer } from './writer.ts'

/** What properties may stand in: the packets of MQTT 5.0 §2.2.2.2, and the will of a CONNECT. */
export type PropertyPlace =
  | 'connect'
  | 'will'
  | 'connack'
  | 'publish'
  | 'puback'
  | 'pubrec'
  | 'pubrel'
  | 'pubcomp'
  | 'subscribe'
  | 'suback'
  | 'unsubscribe'
  | 'unsuback'
  | 'disconnect'
  | 'auth'

type Name = keyof Properties
type Kind = 'flag' | 'uint16' | 'uint32' | 'varint' | 'string' | 'binary' | 'pair'

interface Property {
  readonly id: number
  readonly name: Name
  readonly kind: Kind
  readonly places: readonly PropertyPlace[]
  /** 0 is a protocol error. */
  readonly positive?: boolean
}

const acks = ['puback', 'pubrec', 'pubrel', 'pubcomp', 'suback', 'unsuback'] as const
const all = [
  'connect',
  'will',
  'connack',
  'publish',
  ...acks,
  'subscribe',
  'unsubscribe',
  'disconnect',
  'auth',
] as const

/** MQTT 5.0 §2.2.2.2, table 2-4; zeroes by §3.1.2.11.3, §3.1.2.11.4, §3.3.2.3.8. */
const table: readonly Property[] = [
  { id: 0x01, name: 'payloadFormatIndicator', kind: 'flag', places: ['publish', 'will'] },
  { id: 0x02, name: 'messageExpiryInterval', kind: 'uint32', places: ['publish', 'will'] },
  { id: 0x03, name: 'contentType', kind: 'string', places: ['publish', 'will'] },
  { id: 0x08, name: 'responseTopic', kind: 'string', places: ['publish', 'will'] },
  { id: 0x09, name: 'correlationData', kind: 'binary', places: ['publish', 'will'] },
  {
    id: 0x0b,
    name: 'subscriptionIdentifiers',
    kind: 'varint',
    places: ['publish', 'subscribe'],
    positive: true,
  },
  { id: 0x11, name: 'sessionExpiryInterval', kind: 'uint32', places: ['connect', 'connack', 'disconnect'] },
  { id: 0x12, name: 'assignedClientIdentifier', kind: 'string', places: ['connack'] },
  { id: 0x13, name: 'serverKeepAlive', kind: 'uint16', places: ['connack'] },
  { id: 0x15, name: 'authenticationMethod', kind: 'string', places: ['connect', 'connack', 'auth'] },
  { id: 0x16, name: 'authenticationData', kind: 'binary', places: ['connect', 'connack', 'auth'] },
  { id: 0x17, name: 'requestProblemInformation', kind: 'flag', places: ['connect'] },
  { id: 0x18, name: 'willDelayInterval', kind: 'uint32', places: ['will'] },
  { id: 0x19, name: 'requestResponseInformation', kind: 'flag', places: ['connect'] },
  { id: 0x1a, name: 'responseInformation', kind: 'string', places: ['connack'] },
  { id: 0x1c, name: 'serverReference', kind: 'string', places: ['connack', 'disconnect'] },
  { id: 0x1f, name: 'reasonString', kind: 'string', places: ['connack', ...acks, 'disconnect', 'auth'] },
  { id: 0x21, name: 'receiveMaximum', kind: 'uint16', places: ['connect', 'connack'], positive: true },
  { id: 0x22, name: 'topicAliasMaximum', kind: 'uint16', places: ['connect', 'connack'] },
  { id: 0x23, name: 'topicAlias', kind: 'uint16', places: ['publish'] },
  { id: 0x24, name: 'maximumQos', kind: 'flag', places: ['connack'] },
  { id: 0x25, name: 'retainAvailable', kind: 'flag', places: ['connack'] },
  { id: 0x26, name: 'userProperties', kind: 'pair', places: all },
  { id: 0x27, name: 'maximumPacketSize', kind: 'uint32', places: ['connect', 'connack'], positive: true },
  { id: 0x28, name: 'wildcardSubscriptionAvailable', kind: 'flag', places: ['connack'] },
  { id: 0x29, name: 'subscriptionIdentifierAvailable', kind: 'flag', places: ['connack'] },
  { id: 0x2a, name: 'sharedSubscriptionAvailable', kind: 'flag', places: ['connack'] },
]

const byId = new Map(
  table.map((property) => [property.id, { ...property, places: new Set(property.places) }]),
)
const byName = new Map([...byId.values()].map((property) => [property.name, property]))

type Value = number | string | Uint8Array | readonly [string, string]
type Collected = { [N in Name]?: Value | Value[] }

/**
 * Reads the properties at the cursor; undefined when there are none. Refuses one that does not belong here or
 * stands twice, a value out of range, and more than `limits.userPropertiesPerPacketMax` of a repeatable one.
 */
export function readProperties(cursor: Cursor, place: PropertyPlace): Properties | undefined {
  const length = readVarint(cursor, 'property length')
  if (length === 0) return undefined
  const packetEnd = cursor.end
  const end = cursor.at + length
  if (end > packetEnd) {
    throw malformed(5, { v3: '', v5: 'MQTT 5.0 §2.2.2.1' }, 'The property length reaches beyond the packet.')
  }
  // While properties are read, nothing may run past them into the payload.
  cursor.end = end
  const collected: Collected = {}
  while (cursor.at < end) readProperty(cursor, place, collected)
  cursor.end = packetEnd
  if (collected.authenticationData !== undefined && collected.authenticationMethod === undefined) {
    throw refused('MQTT 5.0 §3.1.2.11.10', 'Authentication data stands without an authentication method.')
  }
  // The table above gives each name the type that `Properties` declares.
  return collected as Properties
}

function readProperty(cursor: Cursor, place: PropertyPlace, collected: Collected): void {
  const id = readVarint(cursor, 'property identifier')
  const property = byId.get(id)
  if (!property?.places.has(place)) {
    const what = property ? `The property ${property.name}` : `Property ${id}`
    throw malformed(5, { v3: '', v5: 'MQTT 5.0 §2.2.2.2' }, `${what} does not belong in ${label(place)}.`)
  }
  const { name } = property
  const value = readValue(cursor, property.kind, name)
  checkValue(cursor, place, property, value)
  if (name === 'userProperties' || name === 'subscriptionIdentifiers') {
    append(collected, name, value, place)
    return
  }
  if (collected[name] !== undefined) throw refused('MQTT 5.0 §2.2.2.2', `The property ${name} stands twice.`)
  collected[name] = value
}

function append(
  collected: Collected,
  name: 'userProperties' | 'subscriptionIdentifiers',
  value: Value,
  place: PropertyPlace,
): void {
  const list = (collected[name] ??= []) as Value[]
  // MQTT 5.0 §3.8.2.1.2: a SUBSCRIBE has one; a PUBLISH has one for each subscription that matched.
  if (name === 'subscriptionIdentifiers' && place === 'subscribe' && list.length > 0) {
    throw refused('MQTT 5.0 §3.8.2.1.2', 'The subscription identifier stands twice.')
  }
  if (list.length >= limits.userPropertiesPerPacketMax) {
    const detail = `There are more than ${limits.userPropertiesPerPacketMax} ${name}.`
    throw fault(5, reason.quotaExceeded, { v3: '', v5: 'safety R10' }, detail)
  }
  list.push(value)
}

function readValue(cursor: Cursor, kind: Kind, name: Name): Value {
  switch (kind) {
    case 'flag':
      return readByte(cursor, name)
    case 'uint16':
      return readUint16(cursor, name)
    case 'uint32':
      return readUint32(cursor, name)
    case 'varint':
      return readVarint(cursor, name)
    case 'string':
      return readString(cursor, name)
    case 'binary':
      return readBinary(cursor, name)
    case 'pair':
      return [readString(cursor, 'user property name'), readString(cursor, 'user property value')]
  }
}

function checkValue(
  cursor: Cursor,
  place: PropertyPlace,
  property: Omit<Property, 'places'>,
  value: Value,
): void {
  const { name, kind, positive } = property
  if (kind === 'flag' && value !== 0 && value !== 1) {
    throw refused('MQTT 5.0 §2.2.2.2', `The property ${name} is neither 0 nor 1.`)
  }
  if (positive && value === 0) throw refused('MQTT 5.0 §2.2.2.2', `The property ${name} is 0.`)
  if (name === 'topicAlias' && value === 0) {
    throw fault(5, reason.topicAliasInvalid, { v3: '', v5: '[MQTT-3.3.2-8]' }, 'The topic alias is 0.')
  }
  if (name === 'responseTopic' && topicNameFault(value as string)) {
    throw refused('[MQTT-3.3.2-14]', 'The response topic is not a valid topic name.')
  }
  if (name === 'subscriptionIdentifiers' && place === 'publish' && cursor.from === 'client') {
    throw refused('[MQTT-3.3.4-6]', 'A client may not send a subscription identifier in PUBLISH.')
  }
  if (name === 'sessionExpiryInterval' && place === 'disconnect' && cursor.from === 'server') {
    throw refused('[MQTT-3.14.2-2]', 'A server may not send a session expiry interval in DISCONNECT.')
  }
}

const label = (place: PropertyPlace) => (place === 'will' ? 'a will' : place.toUpperCase())
const refused = (clause: string, detail: string) => protocolError(5, { v3: '', v5: clause }, detail)

/** Writes length and properties. Throws RangeError for one that does not belong here or is out of range: our own mistake. */
export function writeProperties(
  writer: Writer,
  place: PropertyPlace,
  properties: Properties | undefined,
): void {
  if (!properties) {
    writeByte(writer, 0) // [MQTT-2.2.2-1]
    return
  }
  writePrefixed(writer, () => {
    for (const [name, value] of Object.entries(properties) as [Name, unknown][]) {
      if (value === undefined) continue
      const property = byName.get(name)
      if (!property?.places.has(place)) throw new RangeError(`${name} does not belong in ${label(place)}`)
      const list = property.name === 'userProperties' || property.name === 'subscriptionIdentifiers'
      for (const single of (list ? value : [value]) as readonly Value[]) {
        writeVarint(writer, property.id)
        writeValue(writer, property, single)
      }
    }
  })
}

function writeValue(writer: Writer, { kind, name, positive }: Omit<Property, 'places'>, value: Value): void {
  if ((positive || name === 'topicAlias') && value === 0) throw new RangeError(`${name} must not be 0`)
  switch (kind) {
    case 'flag':
      if (value !== 0 && value !== 1) throw new RangeError(`${name} must be 0 or 1`)
      writeByte(writer, value)
      return
    case 'uint16':
      writeUint16(writer, value as number)
      return
    case 'uint32':
      writeUint32(writer, value as number)
      return
    case 'varint':
      writeVarint(writer, value as number)
      return
    case 'string':
      writeString(writer, value as string)
      return
    case 'binary':
      writeBinary(writer, value as Uint8Array)
      return
    case 'pair': {
      const [key, text] = value as readonly [string, string]
      writeString(writer, key)
      writeString(writer, text)
    }
  }
}
