import { strict as assert } from 'node:assert'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import {
  batchOf,
  bodyOf,
  type ChildReport,
  hourOf,
  type Json,
  passwordOf,
  requestIdBehind,
  SdkClient,
  standardForm,
  type SyncedTime,
  takeOn,
  valuesOf,
} from './sdk-client.ts'
import type { Level, Publish } from './wire.ts'

const patienceMillis = 60_000

/** Device protocol §1.6: it looks for these in the topic, in no order, so a topic may hold one of them only. */
const fragments = [
  '/messages/down',
  'sys/commands/request_id',
  '/sys/properties/set/request_id',
  '/sys/properties/get/request_id',
  '/desired/properties/get/response',
  '/sys/shadow/get/response/request_id',
  '/sys/events/down',
  '/huawei/v1/devices/',
] as const

/**
 * A device with the Java SDK (device protocol §1.6, §3): 3.1.1, and 3.1 with the same client id after any failure; every
 * optional field is sent, as null; nothing is subscribed to; information about the SDK follows each connect.
 */
export class JavaDevice extends SdkClient {
  /** Level and CONNACK of each CONNECT of the last `connect`. */
  readonly tried: { readonly level: Level; readonly clientId: string; readonly code: number | undefined }[] =
    []
  /** Its check-stamp setting: 1 has the server look at the hour. */
  readonly signType: 0 | 1

  constructor(account: SdkClient['account'], open: SdkClient['open'], signType: 0 | 1 = 0) {
    super(account, open)
    this.signType = signType
  }

  async connect(): Promise<number | undefined> {
    const { secret } = this.account
    this.tried.length = 0
    // Device protocol §2.3: built anew for every connection.
    const timestamp = hourOf(Date.now())
    const clientId = `${this.id}_0_${this.signType}_${timestamp}`
    for (const level of [4, 3] as const) {
      // Device protocol §1.6: its library falls back 250 ms later, and tells only of the second.
      if (level === 3) await pause(250)
      const { code } = await this.attempt(
        level,
        {
          ...{ clientId, keepAliveSeconds: 120 },
          ...(secret !== undefined && { password: passwordOf(secret, timestamp).toString('hex') }),
        },
        patienceMillis,
      )
      this.tried.push({ level, clientId, code })
      if (code === 0) break
    }
    const code = this.tried.at(-1)?.code
    if (code === 0)
      await this.sendEvent('$sdk_info', 'sdk_info_report', {
        ...{ device_sdk_version: 'JAVA_v1.2.1', sw_version: null, fw_version: null },
      })
    return code
  }

  async report(serviceId: string, properties: Json): Promise<void> {
    await this.send(this.topic('properties/report'), reportOf(serviceId, properties))
  }

  async reportPacked(serviceId: string, properties: Json): Promise<void> {
    await this.send(this.topic('properties/report?encoding=gzip'), gzipSync(reportOf(serviceId, properties)))
  }

  async reportChildren(reports: readonly ChildReport[]): Promise<void> {
    await this.send(
      this.topic('gateway/sub_devices/properties/report'),
      batchOf(reports, { event_time: null }),
    )
  }

  async sendMessage(content: string): Promise<void> {
    await this.send(this.topic('messages/up'), messageOf(content))
  }

  async sendPackedMessage(content: string): Promise<void> {
    await this.send(this.topic('messages/up?encoding=gzip'), gzipSync(messageOf(content)))
  }

  async askShadow(serviceId?: string, child?: string): Promise<void> {
    const topic = this.topic(`shadow/get/request_id=${randomUUID()}`)
    const body = { object_device_id: child ?? null, service_id: serviceId ?? null }
    await this.send(topic, JSON.stringify(body))
  }

  askShadowOf(child: string): Promise<void> {
    return this.askShadow(undefined, child)
  }

  async sendEvent(serviceId: string, eventType: string, paras: Json): Promise<void> {
    const event = { service_id: serviceId, event_type: eventType, event_time: null, event_id: null, paras }
    const body = { object_device_id: this.id, services: [event] }
    await this.send(this.topic('events/up'), JSON.stringify(body))
  }

  /** Sends its clock as a number (device protocol §3.8.2). */
  async syncTime(at: number): Promise<SyncedTime> {
    await this.sendEvent('$time_sync', 'time_sync_request', { device_send_time: at })
    const { eventType, paras } = await this.events.next()
    assert.equal(eventType, 'time_sync_response')
    const { device_send_time: sent, server_recv_time: received, server_send_time: answered } = paras
    for (const time of [sent, received, answered]) assert(Number.isSafeInteger(time), 'a long')
    return { sent, received, answered }
  }

  /** Device protocol §3.8.3: a gateway asks on every connect, without the dollar sign. */
  override async askChildren(version: number): Promise<void> {
    await this.sendEvent('sub_device_manager', 'sub_device_sync_request', { version })
  }

  protected dispatch({ topic, payload }: Publish): void {
    const found = fragments.filter((fragment) => topic.includes(fragment))
    assert(found.length <= 1, `${topic} holds ${found.join(' and ')}`)
    switch (found[0]) {
      case '/messages/down':
        return this.#message(payload)
      case 'sys/commands/request_id':
        return this.#command(topic, bodyOf(payload))
      case '/sys/properties/set/request_id':
        return this.#setProperties(topic, bodyOf(payload))
      case '/sys/properties/get/request_id':
        return this.#getProperties(topic, bodyOf(payload))
      case '/sys/shadow/get/response/request_id':
        return this.shadows.put(bodyOf(payload))
      case '/sys/events/down':
        return this.#events(payload)
      default:
        this.messages.put(payload) // Topics of its own go to the program as they came.
    }
  }

  #message(payload: Buffer): void {
    const message = standardForm(payload)
    // Device protocol §3.2: bound to a text; anything else makes the message vanish.
    if (message) assert.equal(typeof message.content, 'string')
    this.messages.put(message ?? payload)
  }

  #command(topic: string, body: Json): void {
    const requestId = requestIdBehind(topic)
    const child = childOf(body, this.id)
    this.answer(this.topic(`commands/response/request_id=${requestId}`), {
      ...{ result_code: 0, response_name: null, paras: body.paras },
    })
    this.commands.put({
      ...{ requestId, serviceId: body.service_id, name: body.command_name, paras: body.paras },
      ...(child !== undefined && { child }),
    })
  }

  #setProperties(topic: string, body: Json): void {
    takeOn(this, body)
    const answer = { result_code: 0, result_desc: 'Success' }
    this.answer(this.topic(`properties/set/response/request_id=${requestIdBehind(topic)}`), answer)
  }

  #getProperties(topic: string, body: Json): void {
    // Device protocol §3.6: null or absent means all.
    this.answer(this.topic(`properties/get/response/request_id=${requestIdBehind(topic)}`), {
      services: valuesOf(this, body).map((service) => ({ ...service, event_time: null })),
    })
  }

  #events(payload: Buffer): void {
    const raw = payload.toString()
    const body: Json = JSON.parse(raw)
    const child = childOf(body, this.id)
    for (const { service_id: serviceId, event_type: eventType, event_id: eventId, paras } of body.services)
      this.events.put({
        ...{ serviceId, eventType, paras, raw },
        ...(eventId !== undefined && { eventId }),
        ...(child !== undefined && { child }),
      })
  }
}

/** Device protocol §3.0.3: an id that is absent means the device itself. */
const childOf = (body: Json, own: string): string | undefined => {
  const { object_device_id: target } = body
  return target === undefined || target === null || target === own ? undefined : target
}

const reportOf = (serviceId: string, properties: Json): string =>
  JSON.stringify({ services: [{ service_id: serviceId, properties, event_time: null }] })

const messageOf = (content: string): string =>
  JSON.stringify({ object_device_id: null, name: null, id: null, content })
