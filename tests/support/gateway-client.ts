import type { IClientOptions, MqttClient } from 'mqtt'
import { expect } from 'vitest'
import { connectOnce, publish } from './device-client.ts'
import type { Body, Quayside } from './quayside.ts'
import type { RegisteredDevice } from './registered-device.ts'

/** A gateway as SDKs are written: it subscribes to nothing, and looks at the events that come down. */
export interface GatewayClient {
  readonly client: MqttClient
  readonly topic: (suffix: string) => string
  /** Publishes an event at QoS 1; `fields` beside service, type and paras. */
  send(serviceId: string, eventType: string, paras: Body, fields?: Body): Promise<void>
  /** The next event that comes down, with its envelope's `object_device_id` if there is one. */
  next(): Promise<Body>
  /** Events that came and were not taken. */
  untaken(): readonly Body[]
  end(): Promise<void>
}

export async function connectGateway(
  { ports }: Pick<Quayside, 'ports'>,
  gateway: RegisteredDevice,
  options: Partial<IClientOptions> = {},
): Promise<GatewayClient> {
  const { client } = await connectOnce(`mqtt://127.0.0.1:${ports.mqtt}`, {
    ...gateway.credentials(),
    protocolVersion: 4,
    ...(options.protocolVersion === 3 && { protocolId: 'MQIsdp' }),
    ...options,
  })
  if (!client) throw new Error('the gateway was refused')
  const topic = (suffix: string) => `$oc/devices/${gateway.deviceId}/sys/${suffix}`
  const came: Body[] = []
  let wake: (() => void) | undefined
  client.on('message', (name, payload) => {
    if (name !== topic('events/down')) return
    const { services, ...envelope } = JSON.parse(payload.toString())
    expect(services).toHaveLength(1)
    came.push({ ...envelope, ...services[0] })
    wake?.()
  })
  return {
    client,
    topic,
    async send(service_id, event_type, paras, fields = {}) {
      const { object_device_id, ...rest } = fields
      const event = { service_id, event_type, event_time: '20240102T030405Z', paras, ...rest }
      const envelope = { ...(object_device_id !== undefined && { object_device_id }), services: [event] }
      await publish(client, topic('events/up'), JSON.stringify(envelope))
    },
    async next() {
      while (came.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      return came.shift()
    },
    untaken: () => [...came],
    end: () => client.endAsync(),
  }
}
