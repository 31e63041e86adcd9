import { strict as assert } from 'node:assert'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { MqttClient } from 'mqtt'
import { createWebSocketStream, WebSocket } from 'ws'
import { connectOnce } from '../device-client.ts'
import {
  type Account,
  type ChildReport,
  type Command,
  type DeviceEvent,
  type DeviceProgram,
  type GatewayProgram,
  hourOf,
  type Json,
  type Message,
  passwordOf,
  Queue,
  requestIdBehind,
  SdkClient,
  takeOn,
  valuesOf,
} from './sdk-client.ts'
import type { Opening, Publish } from './wire.ts'

/** What becomes of a downlink in a program that has no SDK: it knows the topics it needs. */
function takeByHand(
  device: GatewayProgram,
  respond: (rest: string, body: object) => void,
  { topic, payload }: Pick<Publish, 'topic' | 'payload'>,
): void {
  const rest = topic.split('/sys/')[1]
  if (rest === undefined) return device.messages.put(payload)
  const [path = ''] = rest.split('/request_id=')
  const raw = payload.toString()
  const body: Json = JSON.parse(raw)
  const answer = (answered: object) =>
    respond(`${path}/response/request_id=${requestIdBehind(topic)}`, answered)
  switch (path) {
    case 'messages/down':
      return device.messages.put(body)
    case 'commands': {
      const { object_device_id: child, service_id: serviceId, command_name: name, paras } = body
      answer({ result_code: 0, paras })
      return device.commands.put({
        ...{ requestId: requestIdBehind(topic), serviceId, name, paras },
        ...(child !== undefined && { child }),
      })
    }
    case 'properties/set':
      takeOn(device, body)
      return answer({ result_code: 0 })
    case 'properties/get':
      return answer({ services: valuesOf(device, body) })
    case 'shadow/get/response':
      return device.shadows.put(body)
    case 'events/down':
      for (const { service_id: serviceId, event_type: eventType, event_id: eventId, paras } of body.services)
        device.events.put({ serviceId, eventType, paras, raw, ...(eventId !== undefined && { eventId }) })
      return
    default:
      device.faults.push(new Error(`what is ${topic}?`))
  }
}

const batchOf = (reports: readonly ChildReport[]): object => ({
  devices: reports.map(({ deviceId, serviceId, properties }) => ({
    device_id: deviceId,
    services: [{ service_id: serviceId, properties }],
  })),
})

/** A program with MQTT.js alone, as bare MQTT clients are written: explicit subscriptions, QoS 1. */
export class BareDevice implements GatewayProgram {
  readonly messages = new Queue<Message>()
  readonly commands = new Queue<Command>()
  readonly events = new Queue<DeviceEvent>()
  readonly shadows = new Queue<Json>()
  readonly values: DeviceProgram['values'] = {}
  readonly childValues: GatewayProgram['childValues'] = {}
  readonly faults: unknown[] = []
  readonly #account: Account
  readonly #url: string
  readonly #options: object
  #client: MqttClient | undefined

  /** `options`: of MQTT.js, e.g. `protocolVersion`. */
  constructor(account: Account, url: string, options: object) {
    this.#account = account
    this.#url = url
    this.#options = options
  }

  get id(): string {
    return this.#account.deviceId
  }

  async connect(): Promise<number | undefined> {
    const timestamp = hourOf(Date.now())
    const { code, client } = await connectOnce(this.#url, {
      ...{ clientId: `${this.id}_0_0_${timestamp}`, username: this.id },
      password: passwordOf(this.#account.secret ?? '', timestamp).toString('hex'),
      ...this.#options,
    })
    this.#client = client
    client?.on('message', (topic, payload) => {
      try {
        takeByHand(this, (rest, body) => void this.#say(rest, body), { topic, payload })
      } catch (fault) {
        this.faults.push(fault)
      }
    })
    await client?.subscribeAsync(`$oc/devices/${this.id}/sys/#`, { qos: 1 })
    return code
  }

  async disconnect(): Promise<void> {
    await this.#client?.endAsync()
  }

  async report(serviceId: string, properties: Json): Promise<void> {
    await this.#say('properties/report', { services: [{ service_id: serviceId, properties }] })
  }

  async sendMessage(content: string): Promise<void> {
    await this.#say('messages/up', content)
  }

  async sendEvent(serviceId: string, eventType: string, paras: Json): Promise<void> {
    await this.#say('events/up', { services: [{ service_id: serviceId, event_type: eventType, paras }] })
  }

  async askShadow(serviceId?: string): Promise<void> {
    await this.#say(`shadow/get/request_id=${randomUUID()}`, {
      ...(serviceId !== undefined && { service_id: serviceId }),
    })
  }

  async reportChildren(reports: readonly ChildReport[]): Promise<void> {
    await this.#say('gateway/sub_devices/properties/report', batchOf(reports))
  }

  askChildren(version: number): Promise<void> {
    return this.sendEvent('$sub_device_manager', 'sub_device_sync_request', { version })
  }

  async request(eventType: string, paras: Json): Promise<undefined> {
    await this.sendEvent('$sub_device_manager', eventType, paras)
    return undefined
  }

  async askShadowOf(child: string): Promise<void> {
    await this.#say(`shadow/get/request_id=${randomUUID()}`, { object_device_id: child })
  }

  async #say(rest: string, body: object | string): Promise<void> {
    assert(this.#client, 'not connected')
    await this.#client.publishAsync(
      `$oc/devices/${this.id}/sys/${rest}`,
      typeof body === 'string' ? body : JSON.stringify(body),
      { qos: 1 },
    )
  }
}

/** MQTT's bytes in binary messages, sub-protocol `mqtt` (device protocol §1.1). */
export const overWebSocket =
  (url: string, options: { readonly ca?: string } = {}): Opening =>
  async () => {
    const socket = new WebSocket(url, 'mqtt', options)
    await once(socket, 'open')
    return createWebSocketStream(socket)
  }

/**
 * The least that speaks MQTT: 3.1.1, QoS 0 throughout, nothing subscribed to, a keep alive of 60 s as the MicroPython
 * variant has it (device protocol §1.3).
 */
export class TinyDevice extends SdkClient {
  async connect(): Promise<number | undefined> {
    const timestamp = hourOf(Date.now())
    const { code } = await this.attempt(
      4,
      {
        ...{ clientId: `${this.id}_0_0_${timestamp}`, keepAliveSeconds: 60 },
        password: passwordOf(this.account.secret ?? '', timestamp).toString('hex'),
      },
      30_000,
    )
    return code
  }

  disconnect(): Promise<void> {
    return this.wire.disconnect()
  }

  report(serviceId: string, properties: Json): Promise<void> {
    return this.#say('properties/report', { services: [{ service_id: serviceId, properties }] })
  }

  sendMessage(content: string): Promise<void> {
    return this.#say('messages/up', { content })
  }

  sendEvent(serviceId: string, eventType: string, paras: Json): Promise<void> {
    return this.#say('events/up', { services: [{ service_id: serviceId, event_type: eventType, paras }] })
  }

  askShadow(serviceId?: string): Promise<void> {
    return this.#say(`shadow/get/request_id=${randomUUID()}`, {
      ...(serviceId !== undefined && { service_id: serviceId }),
    })
  }

  async reportChildren(reports: readonly ChildReport[]): Promise<void> {
    await this.#say('gateway/sub_devices/properties/report', batchOf(reports))
  }

  askChildren(version: number): Promise<void> {
    return this.sendEvent('$sub_device_manager', 'sub_device_sync_request', { version })
  }

  async request(eventType: string, paras: Json): Promise<undefined> {
    await this.sendEvent('$sub_device_manager', eventType, paras)
    return undefined
  }

  async askShadowOf(child: string): Promise<void> {
    await this.#say(`shadow/get/request_id=${randomUUID()}`, { object_device_id: child })
  }

  protected dispatch(publish: Publish): void {
    assert.equal(publish.qos, 0)
    takeByHand(this, (rest, body) => void this.#say(rest, body), publish)
  }

  async #say(rest: string, body: object): Promise<void> {
    await this.wire.publish(this.topic(rest), JSON.stringify(body), { qos: 0 })
    // At QoS 0 nothing says that it arrived; a PINGRESP says that it was read.
    await this.wire.ping()
  }
}
