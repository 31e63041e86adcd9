import { encode } from '../codec/mqtt/encoder.ts'
import type { Packet } from '../codec/mqtt/packets.ts'
import type { Client } from './session.ts'

/**
 * A packet as this client can take it: without reason string and user properties when it would be larger than the
 * client's Maximum Packet Size ([MQTT-3.4.2-2], [MQTT-3.4.2-3] and their like); undefined when it is too large even
 * so, and then it must not be sent ([MQTT-3.1.2-24], [MQTT-3.1.2-25]).
 */
export function toBytes(packet: Packet, { protocolLevel, packetBytesMax }: Client): Uint8Array | undefined {
  const bytes = encode(packet, protocolLevel)
  if (bytes.length <= packetBytesMax) return bytes
  if (!('properties' in packet) || !packet.properties) return undefined
  const { reasonString: _, userProperties: __, ...properties } = packet.properties
  const shorter = encode({ ...packet, properties }, protocolLevel)
  return shorter.length <= packetBytesMax ? shorter : undefined
}
