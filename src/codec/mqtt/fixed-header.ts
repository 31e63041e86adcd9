import type { Packet, ProtocolLevel } from './packets.ts'
import { malformed } from './protocol-error.ts'
import type { ProtocolFault } from './protocol-error.ts'

type PacketType = Packet['type']

/** MQTT 5.0 §2.1.2: the upper four bits of a packet's first byte, by value; 0 is reserved. */
export const packetTypes: readonly (PacketType | undefined)[] = [
  undefined,
  'connect',
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'pingreq',
  'pingresp',
  'disconnect',
  'auth',
]

const typeBits = Object.fromEntries(packetTypes.map((type, bits) => [type, bits])) as Record<
  PacketType,
  number
>

/** MQTT 5.0 §2.1.3: these three carry 0010 in the lower four bits, all others but PUBLISH 0000. */
const QOS_1 = new Set<PacketType>(['pubrel', 'subscribe', 'unsubscribe'])

/** First byte of a packet of any type but PUBLISH, which has flags of its own. */
export function firstByte(type: PacketType): number {
  return (typeBits[type] << 4) | (QOS_1.has(type) ? 2 : 0)
}

/**
 * What is wrong with the lower four bits; undefined when nothing is ([MQTT-2.2.2-2] of 3.1.1, [MQTT-2.1.3-1]
 * of 5.0). MQTT 3.1 §2.1 sets DUP on a repeated PUBREL, SUBSCRIBE or UNSUBSCRIBE: allowed on level 3 alone.
 */
export function flagsFault(type: PacketType, flags: number, level: ProtocolLevel): ProtocolFault | undefined {
  if (type === 'publish') return undefined
  const expected = QOS_1.has(type) ? 2 : 0
  const seen = level === 3 && expected === 2 ? flags & 0b0111 : flags
  if (seen === expected) return undefined
  return malformed(
    level,
    { v3: '[MQTT-2.2.2-2]', v5: '[MQTT-2.1.3-1]' },
    `The flags of ${type.toUpperCase()} are ${bits(flags)} instead of ${bits(expected)}.`,
  )
}

const bits = (flags: number) => flags.toString(2).padStart(4, '0')
