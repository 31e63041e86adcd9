import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt'
import { connectOnce } from './device-client.ts'
import type { Quayside } from './quayside.ts'
import type { RegisteredDevice } from './registered-device.ts'

/** Something that a device was sent. */
export interface Received {
  readonly topic: string
  readonly text: string
  readonly payload: Buffer
  readonly packet: IPublishPacket
}

/** A device as an SDK has it: connected, keeping what it is sent until the test looks at it. */
export interface ListeningDevice {
  readonly client: MqttClient
  /** The next that it is sent, in order. */
  next(): Promise<Received>
  /** What it has been sent and nobody has looked at. */
  left(): readonly Received[]
  end(): Promise<void>
}

/** Connects over plain MQTT; `version` 4 is 3.1.1. */
export async function connectDevice(
  quayside: Quayside,
  device: RegisteredDevice,
  version: 4 | 5,
  options: IClientOptions = {},
): Promise<ListeningDevice> {
  const arrived: Received[] = []
  const waiting: ((received: Received) => void)[] = []
  const { client, code } = await connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, {
    ...device.credentials(),
    protocolVersion: version,
    ...options,
  })
  if (!client) throw new Error(`the device was refused with ${code}`)
  client.on('message', (topic, payload, packet) => {
    const received: Received = { topic, payload, text: payload.toString(), packet }
    const take = waiting.shift()
    if (take) take(received)
    else arrived.push(received)
  })
  return {
    client,
    next() {
      const first = arrived.shift()
      return first ? Promise.resolve(first) : new Promise((resolve) => waiting.push(resolve))
    },
    left: () => arrived.splice(0),
    end: () => client.endAsync(),
  }
}

/** What stands behind `request_id=` of a topic. */
export const requestIdOf = ({ topic }: Received): string => topic.split('request_id=')[1] ?? ''
