import { strict as assert } from 'node:assert'
import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import {
  batchOf,
  bodyOf,
  type ChildReport,
  hourOf,
  type Json,
  SdkClient,
  standardForm,
  type SyncedTime,
  takeOn,
  valuesOf,
} from './sdk-client.ts'
import type { Publish } from './wire.ts'

const patienceMillis = 30_000
const bumpsMax = 100

/** Device protocol §3.8.1, §3.8.3: what it has room for. */
export const devicesPerNoticeMax = 10
const eventsPerDownlinkMax = 3

export interface CBuild {
  /** Built for MQTT 5, or for 3.1.1. */
  readonly level: 4 | 5
  /** The clock when the client was made: it keeps this hour over reconnects (device protocol §2.3). */
  readonly createdAt?: number
  readonly signType?: 0 | 1
}

/**
 * A device with the C SDK (device protocol §1.6, §2.4, §3): explicit filters with wildcards, request ids behind the first
 * `=`, digits cut out of the text, and hours that no clock has.
 */
export class CDevice extends SdkClient {
  readonly level: 4 | 5
  readonly clientId: string
  /** How often it went on to the next hour, since the digest held a zero byte. */
  readonly bumps: number
  readonly #password: string | undefined
  /** Topics that have an alias on this connection (5.0). */
  readonly #aliases = new Map<string, number>()

  constructor(
    account: SdkClient['account'],
    open: SdkClient['open'],
    { level, createdAt = Date.now(), signType = 0 }: CBuild,
  ) {
    super(account, open)
    this.level = level
    const { timestamp, password, bumps } = signBumping(account.secret ?? 'unused', hourOf(createdAt))
    this.clientId = `${account.deviceId}_0_${signType}_${timestamp}`
    this.bumps = bumps
    this.#password = account.secret === undefined ? undefined : password
  }

  async connect(): Promise<number | undefined> {
    this.#aliases.clear()
    const { code } = await this.attempt(
      this.level,
      {
        ...{ clientId: this.clientId, keepAliveSeconds: 120 },
        ...(this.#password !== undefined && { password: this.#password }),
      },
      patienceMillis,
    )
    return code
  }

  /** The filters of device protocol §1.5 point 2; the program calls for it after the connect. */
  async subscribe(qos: 0 | 1 = 1): Promise<readonly number[]> {
    const filters = [
      'messages/down',
      'commands/#',
      'properties/set/#',
      'properties/get/#',
      'events/down',
      'shadow/get/response/#',
    ].map((rest) => this.topic(rest))
    return this.wire.subscribe(filters, qos)
  }

  override disconnect(): Promise<void> {
    // Device protocol §1.4: reason 0 and a Session Expiry of 0.
    return this.wire.disconnect(this.level === 5 ? 'e007 00 05 11 00000000' : 'e000')
  }

  async report(serviceId: string, properties: Json): Promise<void> {
    const services = [{ service_id: serviceId, properties }]
    await this.say(this.topic('properties/report'), JSON.stringify({ services }))
  }

  async reportPacked(serviceId: string, properties: Json): Promise<void> {
    const services = [{ service_id: serviceId, properties }]
    const payload = gzipSync(JSON.stringify({ services }))
    await this.say(this.topic('properties/report?encoding=gzip'), payload)
  }

  async reportChildren(reports: readonly ChildReport[]): Promise<void> {
    await this.say(this.topic('gateway/sub_devices/properties/report'), batchOf(reports))
  }

  async sendMessage(content: string): Promise<void> {
    await this.say(this.topic('messages/up'), JSON.stringify({ content: jsonOrText(content) }))
  }

  async askShadow(serviceId?: string, requestId: string = crypto.randomUUID()): Promise<void> {
    const body = { object_device_id: this.id, ...(serviceId !== undefined && { service_id: serviceId }) }
    await this.say(this.topic(`shadow/get/request_id=${requestId}`), JSON.stringify(body))
  }

  async askShadowOf(child: string): Promise<void> {
    const topic = this.topic(`shadow/get/request_id=${crypto.randomUUID()}`)
    await this.say(topic, JSON.stringify({ object_device_id: child }))
  }

  async sendEvent(serviceId: string, eventType: string, paras: Json): Promise<void> {
    const services = [{ service_id: serviceId, event_type: eventType, paras }]
    await this.say(this.topic('events/up'), JSON.stringify({ services }))
  }

  /** Cuts the digits out of the text behind each key, 20 at most (device protocol §3.8.2). */
  async syncTime(at: number): Promise<SyncedTime> {
    await this.sendEvent('$time_sync', 'time_sync_request', { device_send_time: at })
    const { eventType, raw } = await this.events.next()
    assert.equal(eventType, 'time_sync_response')
    const digits = (key: string): number => {
      const found = new RegExp(`"${key}":(\\d{1,20})[,}]`).exec(raw)?.[1]
      assert(found, `no digits behind ${key}: ${raw}`)
      return Number(found)
    }
    return {
      sent: digits('device_send_time'),
      received: digits('server_recv_time'),
      answered: digits('server_send_time'),
    }
  }

  /** Built for 5.0: the topic with an alias the first time, the alias alone from then on (device protocol §1.4). */
  async say(topic: string, payload: string | Uint8Array): Promise<void> {
    if (this.level !== 5) return this.send(topic, payload)
    const known = this.#aliases.get(topic)
    const alias = known ?? this.#aliases.size + 1
    // No more than the server offers.
    if (alias > aliasesOffered(this.wire.offered)) return this.send(topic, payload)
    this.#aliases.set(topic, alias)
    const properties = `23${alias.toString(16).padStart(4, '0')}`
    const code = await this.wire.publish(known === undefined ? topic : '', payload, { properties })
    assert.equal(code, 0)
  }

  protected dispatch({ topic, payload }: Publish): void {
    if (topic.includes('/messages/down')) this.messages.put(standardForm(payload) ?? payload)
    else if (topic.includes('/commands/request_id')) this.#command(topic, bodyOf(payload))
    else if (topic.includes('/properties/set/request_id')) this.#setProperties(topic, bodyOf(payload))
    else if (topic.includes('/properties/get/request_id')) this.#getProperties(topic, bodyOf(payload))
    else if (topic.includes('/shadow/get/response/request_id')) this.#shadow(bodyOf(payload))
    else if (topic.includes('/events/down')) this.#events(payload)
    else this.messages.put(payload) // Topics of its own go to the program as they came.
  }

  #command(topic: string, body: Json): void {
    const requestId = behindFirstEquals(topic)
    const { object_device_id: child, service_id: serviceId, command_name: name, paras } = body
    // Device protocol §3.8.0: an object, not text.
    assert(typeof paras === 'object' && paras !== null)
    this.#respond(`commands/response/request_id=${requestId}`, { result_code: 0, paras })
    this.commands.put({
      ...{ requestId, serviceId, name, paras },
      ...(child !== undefined && child !== this.id && { child }),
    })
  }

  #setProperties(topic: string, body: Json): void {
    assert(body.services.length < 50, 'device protocol §3.5: it has room for 49')
    takeOn(this, body)
    const answer = { result_code: 0, result_desc: 'success' }
    this.#respond(`properties/set/response/request_id=${behindFirstEquals(topic)}`, answer)
  }

  #getProperties(topic: string, body: Json): void {
    const answer = { services: valuesOf(this, body) }
    this.#respond(`properties/get/response/request_id=${behindFirstEquals(topic)}`, answer)
  }

  #shadow(body: Json): void {
    assert(Array.isArray(body.shadow), 'device protocol §3.7: always an array')
    this.shadows.put(body)
  }

  #events(payload: Buffer): void {
    const raw = payload.toString()
    const { object_device_id: child, services } = JSON.parse(raw)
    for (const { service_id: serviceId, event_type: eventType, event_id: eventId, paras } of services.slice(
      0,
      eventsPerDownlinkMax,
    )) {
      assert(paras, 'device protocol §3.0.4: it must be there')
      const kept = Array.isArray(paras.devices)
        ? { ...paras, devices: paras.devices.slice(0, devicesPerNoticeMax) }
        : paras
      this.events.put({
        ...{ serviceId, eventType, paras: kept, raw },
        ...(eventId !== undefined && { eventId }),
        ...(child !== undefined && child !== this.id && { child }),
      })
    }
  }

  #respond(rest: string, body: object): void {
    this.say(this.topic(rest), JSON.stringify(body)).catch((fault: unknown) => this.faults.push(fault))
  }
}

/**
 * Device protocol §2.4: a digest that holds a zero byte is too short for it, so it adds 1 to the hour as a number and
 * signs again.
 */
export function signBumping(
  secret: string,
  hour: string,
): { readonly timestamp: string; readonly password: string; readonly bumps: number } {
  let timestamp = hour
  for (let bumps = 0; bumps < bumpsMax; bumps++) {
    const digest = createHmac('sha256', timestamp).update(secret).digest()
    if (!digest.includes(0)) return { timestamp, password: digest.toString('hex'), bumps }
    timestamp = String(Number(timestamp) + 1)
  }
  throw new Error('a hundred digests with a zero byte')
}

/** Device protocol §1.6: everything behind the first `=` of the topic. */
function behindFirstEquals(topic: string): string {
  const at = topic.indexOf('=')
  assert(at > 0, topic)
  return topic.slice(at + 1)
}

/** Device protocol §3.1: text that is JSON is sent as what it stands for. */
function jsonOrText(content: string): Json {
  try {
    const value: Json = JSON.parse(content)
    return typeof value === 'object' || typeof value === 'number' ? value : content
  } catch {
    return content
  }
}

/** Topic Alias Maximum (0x22) among the properties of a CONNACK, as ours lists them. */
function aliasesOffered(properties: string): number {
  const value = /22([0-9a-f]{4})28/.exec(properties)?.[1]
  return value === undefined ? 0 : Number.parseInt(value, 16)
}
