import type { Publish } from '../codec/mqtt/packets.ts'
import type { Connection } from './connection.ts'
import type { Statistics } from './statistics.ts'

/**
 * What a simulated device does with what the platform sends: commands, messages, properties to set all come here, and
 * the topic says which it is. So far it takes note and acknowledges, as the smallest of devices would; whatever answers
 * them belongs here.
 */
export function takeDownlink(connection: Connection, packet: Publish, statistics: Statistics): void {
  statistics.downlinks++
  if (packet.packetId !== undefined && packet.qos === 1) connection.acknowledge(packet.packetId)
}
