import { expect } from 'vitest'
import { type Account, hourOf, type Json, passwordOf } from '../../support/sdk-clients/sdk-client.ts'
import { connectWire, type Publish, type Wire } from '../../support/sdk-clients/wire.ts'
import type { SdkPlatform } from '../sdk-behaviour/platform.ts'

/** The versions on which each topic is tried, both ways. */
export const versions = [
  ['3.1.1', 4],
  ['5.0', 5],
] as const
export type Level = (typeof versions)[number][1]

/** A device that is connected over plain MQTT, has subscribed to nothing, and takes what comes by hand. */
export interface Wired {
  readonly id: string
  readonly wire: Wire
  /** `$oc/devices/{id}/sys/{rest}` */
  topic(rest: string): string
  /** Publishes at QoS 1, and the PUBACK says success. */
  say(topic: string, body: Json): Promise<void>
  /** Nothing but what was taken has come. */
  endQuietly(): Promise<void>
}

export async function wired(platform: SdkPlatform, level: Level, over: object = {}): Promise<Wired> {
  return connectWired(platform, level, await platform.register(over))
}

export async function connectWired(
  platform: SdkPlatform,
  level: Level,
  { deviceId: id, secret = '' }: Account,
): Promise<Wired> {
  const timestamp = hourOf(Date.now())
  const { wire, code } = await connectWire(platform.opening('plain'), {
    ...{ level, clientId: `${id}_0_0_${timestamp}`, username: id, keepAliveSeconds: 120 },
    ...{ password: passwordOf(secret, timestamp).toString('hex'), patienceMillis: 30_000 },
  })
  if (!wire) throw new Error(`CONNACK ${code}`)
  return {
    ...{ id, wire },
    topic: (rest) => `$oc/devices/${id}/sys/${rest}`,
    async say(topic, body) {
      const payload = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
      expect(await wire.publish(topic, payload)).toBe(0)
    },
    async endQuietly() {
      await wire.ping()
      expect(wire.left()).toEqual([])
      await wire.disconnect()
    },
  }
}

export const bodyOf = ({ payload }: Publish): Json => JSON.parse(payload.toString())

export const requestIdOf = ({ topic }: Publish): string => topic.split('request_id=')[1] ?? ''
