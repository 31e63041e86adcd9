import { strict as assert } from 'node:assert'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { MqttClient } from 'mqtt'
import { createWebSocketStream, WebSocket } from 'ws'
import { connectOnce } from '../device-client.ts'
import {
  type Account,
  batchOf,
  type ChildReport,
  hourOf,
  type Json,
  passwordOf,
  Program,
  requestIdBehind,
  takeOn,
  valuesOf,
} from './sdk-client.ts'
import { connectWire, type Opening, type Publish, type Wire } from './wire.ts'

/** What a program has that has no SDK: it knows the topics it needs. */
abstract class ByHand extends Program {
  /** Publishes below its system topics. */
  protected abstract say(rest: string, payload: string): Promise<void>

  /** Client id, user name and password, signed anew. */
  protected credentials(): {
    readonly clientId: string
    readonly username: string
    readonly password: string
  } {
    const timestamp = hourOf(Date.now())
    return {
      ...{ clientId: `${this.id}_0_0_${timestamp}`, username: this.id },
      password: passwordOf(this.account.secret ?? '', timestamp).toString('hex'),
    }
  }

  report(serviceId: string, properties: Json): Promise<void> {
    return this.#tell('properties/report', { services: [{ service_id: serviceId, properties }] })
  }

  sendMessage(content: string): Promise<void> {
    return this.say('messages/up', content)
  }

  sendEvent(serviceId: string, eventType: string, paras: Json): Promise<void> {
    return this.#tell('events/up', { services: [{ service_id: serviceId, event_type: eventType, paras }] })
  }

  askShadow(serviceId?: string): Promise<void> {
    return this.#askShadow({ ...(serviceId !== undefined && { service_id: serviceId }) })
  }

  askShadowOf(child: string): Promise<void> {
    return this.#askShadow({ object_device_id: child })
  }

  reportChildren(reports: readonly ChildReport[]): Promise<void> {
    return this.say('gateway/sub_devices/properties/report', batchOf(reports))
  }

  protected take(publish: Pick<Publish, 'topic' | 'payload'>): void {
    try {
      this.#dispatch(publish)
    } catch (fault) {
      this.faults.push(fault)
    }
  }

  #dispatch({ topic, payload }: Pick<Publish, 'topic' | 'payload'>): void {
    const rest = topic.split('/sys/')[1]
    if (rest === undefined) return this.messages.put(payload)
    const [path = ''] = rest.split('/request_id=')
    const raw = payload.toString()
    const body: Json = JSON.parse(raw)
    const answer = (answered: object) =>
      void this.#tell(`${path}/response/request_id=${requestIdBehind(topic)}`, answered)
    switch (path) {
      case 'messages/down':
        return this.messages.put(body)
      case 'commands': {
        const { object_device_id: child, service_id: serviceId, command_name: name, paras } = body
        answer({ result_code: 0, paras })
        return this.commands.put({
          ...{ requestId: requestIdBehind(topic), serviceId, name, paras },
          ...(child !== undefined && { child }),
        })
      }
      case 'properties/set':
        takeOn(this, body)
        return answer({ result_code: 0 })
      case 'properties/get':
        return answer({ services: valuesOf(this, body) })
      case 'shadow/get/response':
        return this.shadows.put(body)
      case 'events/down':
        for (const {
          service_id: serviceId,
          event_type: eventType,
          event_id: eventId,
          paras,
        } of body.services)
          this.events.put({ serviceId, eventType, paras, raw, ...(eventId !== undefined && { eventId }) })
        return
      default:
        this.faults.push(new Error(`what is ${topic}?`))
    }
  }

  #askShadow(body: object): Promise<void> {
    return this.#tell(`shadow/get/request_id=${randomUUID()}`, body)
  }

  #tell(rest: string, body: object): Promise<void> {
    return this.say(rest, JSON.stringify(body))
  }
}

/** A program with MQTT.js alone, as bare MQTT clients are written: explicit subscriptions, QoS 1. */
export class BareDevice extends ByHand {
  readonly #url: string
  readonly #options: object
  #client: MqttClient | undefined

  /** `options`: of MQTT.js, e.g. `protocolVersion`. */
  constructor(account: Account, url: string, options: object) {
    super(account)
    this.#url = url
    this.#options = options
  }

  async connect(): Promise<number | undefined> {
    const { code, client } = await connectOnce(this.#url, { ...this.credentials(), ...this.#options })
    this.#client = client
    client?.on('message', (topic, payload) => this.take({ topic, payload }))
    await client?.subscribeAsync(this.topic('#'), { qos: 1 })
    return code
  }

  async disconnect(): Promise<void> {
    await this.#client?.endAsync()
  }

  protected async say(rest: string, payload: string): Promise<void> {
    assert(this.#client, 'not connected')
    await this.#client.publishAsync(this.topic(rest), payload, { qos: 1 })
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
export class TinyDevice extends ByHand {
  readonly #open: Opening
  #wire: Wire | undefined

  constructor(account: Account, open: Opening) {
    super(account)
    this.#open = open
  }

  async connect(): Promise<number | undefined> {
    const { code, wire } = await connectWire(this.#open, {
      ...{ level: 4, keepAliveSeconds: 60, patienceMillis: 30_000 },
      ...this.credentials(),
    })
    this.#wire = wire
    wire?.onPublish((publish) => {
      if (publish.qos !== 0) this.faults.push(new Error(`QoS ${publish.qos} on ${publish.topic}`))
      this.take(publish)
    })
    return code
  }

  async disconnect(): Promise<void> {
    await this.#wire?.disconnect()
  }

  override sendMessage(content: string): Promise<void> {
    return super.sendMessage(JSON.stringify({ content }))
  }

  protected async say(rest: string, payload: string): Promise<void> {
    assert(this.#wire, 'not connected')
    await this.#wire.publish(this.topic(rest), payload, { qos: 0 })
    // At QoS 0 nothing says that it arrived; a PINGRESP says that it was read.
    await this.#wire.ping()
  }
}
