import { Buffer } from 'node:buffer'
import { parseDeviceId } from '../../../src/base/ids.ts'
import type { Downlink } from '../../../src/domain/downlink/downlink.ts'
import type { Bench } from '../../support/listener-bench.ts'
import { packet, publishPacket, type RawClient, subscribePacket, text } from '../../support/raw-client.ts'

export type Level = 4 | 5

/** The empty properties that 5.0 wants in a packet and 3.1.1 does not know. */
export const none = (level: Level) => (level === 5 ? '' : undefined)

/** 3.1.1 is closed without a word; 5.0 is told this code first. */
export const farewell = (level: Level, code: string) => (level === 5 ? new RegExp(`^e0..${code}`) : /^$/)

export const ping = 'c000'
export const pong = 'd000'
export const puback = (id: number) => Uint8Array.of(0x40, 2, id >> 8, id & 255)

export async function subscribe(client: RawClient, level: Level, filter: string, qos: 0 | 1): Promise<void> {
  client.send(subscribePacket(1, [[filter, qos]], none(level)))
  await client.take(level === 5 ? 6 : 5)
}

export function unsubscribePacket(level: Level, id: number, filters: readonly string[]): Buffer {
  const head = [id >> 8, id & 255, ...(level === 5 ? [0] : [])]
  return packet(0xa2, Uint8Array.from(head), ...filters.map(text))
}

/** Hands the listener a message for dev1's subscribers of `topic`. */
export function deliver(bench: Bench, topic: string, over: Partial<Downlink> = {}, connection = 'test-1') {
  const deviceId = parseDeviceId('dev1')
  if (!deviceId) throw new Error('a valid id')
  const payload = Buffer.from('{}')
  return bench.listener.deliver(connection, {
    ...{ deviceId, topic, payload, reach: 'subscribed', isRetried: false },
    ...over,
  })
}

/** The PUBLISH that `deliver` leads to, as hex. */
export function down(level: Level, fields: Parameters<typeof publishPacket>[0]): string {
  const properties = none(level)
  return publishPacket({
    payload: '{}',
    ...(properties !== undefined && { properties }),
    ...fields,
  }).toString('hex')
}

export const take = (client: RawClient, hex: string): Promise<string> => client.take(hex.length / 2)
