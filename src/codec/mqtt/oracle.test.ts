import fc from 'fast-check'
import { generate, parser } from 'mqtt-packet'
import type { Packet as OraclePacket } from 'mqtt-packet'
import { expect, test } from 'vitest'
import {
  arbitraryClientPacket,
  arbitraryConnect,
  arbitraryServerPacket,
} from '../../../tests/support/arbitrary-packets.ts'
import { createDecoder } from './decoder.ts'
import { encode } from './encoder.ts'
import type { Packet, Properties, ProtocolLevel } from './packets.ts'

/*
 * `mqtt-packet`, an independent implementation, must read what we write and write what we read. Left out is
 * what it does otherwise than the standard: it groups user properties by name (so each name is drawn once),
 * takes an empty client id or topic only in some cases, writes AUTH and DISCONNECT codes in the long form
 * only, and reads no code where none was written on 5.0.
 */

const booleans = new Set<string>([
  'payloadFormatIndicator',
  'requestProblemInformation',
  'requestResponseInformation',
  'retainAvailable',
  'wildcardSubscriptionAvailable',
  'subscriptionIdentifierAvailable',
  'sharedSubscriptionAvailable',
])
const renamed: Readonly<Record<string, string>> = {
  maximumQos: 'maximumQoS',
  subscriptionIdentifierAvailable: 'subscriptionIdentifiersAvailable',
  subscriptionIdentifiers: 'subscriptionIdentifier',
}

function toOracleProperties(properties: Properties | undefined): object {
  if (!properties) return {}
  const entries = Object.entries(properties).map(([name, value]: [string, unknown]) => {
    if (name === 'userProperties') return [name, Object.fromEntries(value as [string, string][])]
    if (name === 'subscriptionIdentifiers') return ['subscriptionIdentifier', (value as number[])[0]]
    if (booleans.has(name)) return [renamed[name] ?? name, value === 1]
    return [renamed[name] ?? name, value instanceof Uint8Array ? Buffer.from(value) : value]
  })
  return { properties: Object.fromEntries(entries) }
}

/** The same packet in the oracle's terms. */
function toOracle(packet: Packet, level: ProtocolLevel): object {
  const properties = 'properties' in packet ? toOracleProperties(packet.properties) : {}
  const coded = (code: number) => (level === 5 ? { reasonCode: code } : {})
  switch (packet.type) {
    case 'connect': {
      const { will, username, password } = packet
      return {
        cmd: 'connect',
        protocolId: level === 3 ? 'MQIsdp' : 'MQTT',
        protocolVersion: level,
        clientId: packet.clientId,
        clean: packet.cleanStart,
        keepalive: packet.keepAliveSeconds,
        ...(username !== undefined && { username }),
        ...(password && { password: Buffer.from(password) }),
        ...(will && {
          will: {
            topic: will.topic,
            payload: Buffer.from(will.payload),
            qos: will.qos,
            retain: will.retain,
            ...toOracleProperties(will.properties),
          },
        }),
        ...properties,
      }
    }
    case 'connack':
      return {
        cmd: 'connack',
        sessionPresent: packet.sessionPresent,
        ...(level === 5 ? { reasonCode: packet.code } : { returnCode: packet.code }),
        ...properties,
      }
    case 'publish':
      return {
        cmd: 'publish',
        topic: packet.topic,
        payload: Buffer.from(packet.payload),
        qos: packet.qos,
        retain: packet.retain,
        dup: packet.dup,
        ...(packet.packetId && { messageId: packet.packetId }),
        ...properties,
      }
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return { cmd: packet.type, messageId: packet.packetId, ...coded(packet.code), ...properties }
    case 'subscribe':
      return {
        cmd: 'subscribe',
        messageId: packet.packetId,
        subscriptions: packet.filters.map(({ filter, qos, noLocal, retainAsPublished, retainHandling }) => ({
          topic: filter,
          qos,
          ...(level === 5 && { nl: noLocal, rap: retainAsPublished, rh: retainHandling }),
        })),
        ...properties,
      }
    case 'suback':
      return { cmd: 'suback', messageId: packet.packetId, granted: packet.codes, ...properties }
    case 'unsubscribe':
      return {
        cmd: 'unsubscribe',
        messageId: packet.packetId,
        unsubscriptions: packet.filters,
        ...properties,
      }
    case 'unsuback':
      return {
        cmd: 'unsuback',
        messageId: packet.packetId,
        ...(level === 5 && { granted: packet.codes }),
        ...properties,
      }
    case 'pingreq':
    case 'pingresp':
      return { cmd: packet.type }
    case 'disconnect':
    case 'auth':
      return { cmd: packet.type, ...coded(packet.code), ...properties }
  }
}

function parseWithOracle(bytes: Uint8Array, level: ProtocolLevel): unknown {
  const oracle = parser({ protocolVersion: level })
  const answers: unknown[] = []
  oracle.on('packet', (packet) => answers.push(packet))
  oracle.on('error', (error: unknown) => answers.push(error))
  oracle.parse(Buffer.from(bytes))
  return answers[0]
}

/** What the oracle can say: see the top of the file. */
function isWithinOracle(packet: Packet): boolean {
  const all = [packet, ...('will' in packet && packet.will ? [packet.will] : [])]
  for (const part of all) {
    const names = ('properties' in part && part.properties?.userProperties?.map(([name]) => name)) || []
    if (new Set(names).size < names.length || names.some((name) => name in {})) return false
    // Object keys that look like numbers change places.
    if (names.some((name) => /^\d+$/.test(name))) return false
  }
  if (packet.type === 'connect') {
    if (packet.clientId === '' || packet.username === '') return false
    // It refuses a password without a user name, which 5.0 allows.
    if (packet.password && packet.username === undefined) return false
    if (packet.will?.payload.length === 0 || packet.password?.length === 0) return false
  }
  return true
}

for (const level of [3, 4, 5] as const) {
  const up = fc.oneof(arbitraryConnect(level), arbitraryClientPacket(level)).filter(isWithinOracle)
  const down = arbitraryServerPacket(level).filter(isWithinOracle)

  for (const [from, packets] of [
    ['client', up],
    ['server', down],
  ] as const) {
    test(`level ${level}: mqtt-packet reads the packets of a ${from} that we write`, () => {
      fc.assert(
        fc.property(packets, (packet) => {
          // Short forms of 5.0: it reads past them.
          fc.pre(
            !((packet.type === 'disconnect' || packet.type === 'auth') && level === 5 && !packet.properties),
          )
          expect(parseWithOracle(encode(packet, level), level)).toMatchObject(toOracle(packet, level))
        }),
        { numRuns: 500 },
      )
    })

    test(`level ${level}: we read the packets of a ${from} that mqtt-packet writes`, () => {
      fc.assert(
        fc.property(packets, (packet) => {
          const bytes = generate(toOracle(packet, level) as OraclePacket, { protocolVersion: level })
          const decoder = createDecoder({ from, ...(packet.type !== 'connect' && { level }) })
          decoder.push(bytes)

          const read = decoder.next()
          expect(
            read?.type === 'publish' ? Object.assign({}, read, { payload: read.payload }) : read,
          ).toEqual(withBuffers(packet))
          expect(decoder.next()).toBeUndefined()
        }),
        { numRuns: 500 },
      )
    })
  }
}

/** `toEqual` holds Buffer and Uint8Array apart; ours are views of Buffers in PUBLISH alone. */
function withBuffers(packet: Packet): Packet {
  return packet.type === 'publish' ? { ...packet, payload: Buffer.from(packet.payload) } : packet
}
