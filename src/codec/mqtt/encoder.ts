import { writeAck } from './ack.ts'
import { writeAuth } from './auth.ts'
import { writeConnack } from './connack.ts'
import { writeConnect } from './connect.ts'
import { writeDisconnect } from './disconnect.ts'
import { firstByte } from './fixed-header.ts'
import type { Packet, ProtocolLevel } from './packets.ts'
import { writePublish } from './publish.ts'
import { writeSuback } from './suback.ts'
import { writeSubscribe } from './subscribe.ts'
import { writeUnsuback } from './unsuback.ts'
import { writeUnsubscribe } from './unsubscribe.ts'

/**
 * One packet as bytes, for a peer that speaks `level`. What the level lacks (properties, reason codes) is left
 * out. Throws RangeError for a packet that cannot be said: a text over 65,535 bytes, a packet id of 0, a code
 * or property that does not belong there. That is a mistake of ours, never of a peer. The bytes are the
 * caller's; they may be part of a shared pool, so they cannot be transferred to another thread.
 */
export function encode(packet: Packet, level: ProtocolLevel): Uint8Array {
  switch (packet.type) {
    case 'publish':
      return writePublish(packet, level)
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return writeAck(packet, level)
    case 'connect':
      return writeConnect(packet)
    case 'connack':
      return writeConnack(packet, level)
    case 'subscribe':
      return writeSubscribe(packet, level)
    case 'suback':
      return writeSuback(packet, level)
    case 'unsubscribe':
      return writeUnsubscribe(packet, level)
    case 'unsuback':
      return writeUnsuback(packet, level)
    case 'pingreq':
    case 'pingresp':
      return Uint8Array.of(firstByte(packet.type), 0)
    case 'disconnect':
      return writeDisconnect(packet, level)
    case 'auth':
      return writeAuth(packet, level)
  }
}
