import type { EventEmitter } from 'node:events'
import mqtt, { type IClientOptions, type MqttClient, type OnMessageCallback } from 'mqtt'

/** What a refused or accepted CONNECT came to, seen by MQTT.js. */
export interface ConnectOutcome {
  /** CONNACK code of 3.1.1, or reason code of 5.0; undefined when the connection ended without one. */
  readonly code: number | undefined
  /** The connected client, exactly when `code` is 0; the caller ends it. */
  readonly client?: MqttClient
}

/** One attempt to connect, without a retry. */
export function connectOnce(url: string, options: IClientOptions): Promise<ConnectOutcome> {
  return new Promise((resolve) => {
    const client = mqtt.connect(url, {
      reconnectPeriod: 0,
      connectTimeout: 60_000,
      keepalive: 120,
      ...options,
    })
    let code: number | undefined
    keepUntilHeard(client)
    client.on('packetreceive', (packet) => {
      if (packet.cmd === 'connack') code = packet.reasonCode ?? packet.returnCode
    })
    client.on('error', () => undefined)
    client.once('connect', () => resolve({ code: 0, client }))
    client.once('close', () => {
      if (code !== 0) resolve({ code })
    })
  })
}

/**
 * A PUBLISH that is read in one piece with the CONNACK is emitted before 'connect' is, when the caller cannot listen
 * yet. So messages are kept for who listens first.
 */
function keepUntilHeard(client: MqttClient): void {
  const kept: Parameters<OnMessageCallback>[] = []
  const keep: OnMessageCallback = (...message) => void kept.push(message)
  client.on('message', keep)
  const events = client as unknown as EventEmitter
  const hand = (event: string, listener: OnMessageCallback): void => {
    if (event !== 'message') return
    events.off('newListener', hand)
    client.off('message', keep)
    queueMicrotask(() => {
      for (const message of kept) listener(...message)
    })
  }
  events.on('newListener', hand)
}

/** Publishes at QoS 1 and resolves after the PUBACK; rejects when 5.0 answers a reason code of 0x80 or more. */
export function publish(client: MqttClient, topic: string, payload: string | Buffer): Promise<unknown> {
  return client.publishAsync(topic, payload, { qos: 1 })
}

/** `{device_id}_0_{sign}_{YYYYMMDDHH}` with the present hour. */
export function clientIdOf(deviceId: string, signType: 0 | 1 = 0): string {
  return `${deviceId}_0_${signType}_${new Date().toISOString().replace(/[-T:]/g, '').slice(0, 10)}`
}
