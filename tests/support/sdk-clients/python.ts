import { strict as assert } from 'node:assert'
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
import type { Publish } from './wire.ts'

/** Device protocol §1.6: a CONNACK later than that counts as a failure, and it tries again. */
const patienceMillis = 1000
const attemptsMax = 5

/**
 * A device with the Python SDK (device protocol §1.6, §2.4, §3): MQTT 3.1.1, no SUBSCRIBE at all, and no patience with
 * keys that are missing or null.
 */
export class PythonDevice extends SdkClient {
  /** As the program set it: 1 has the server look at the hour. */
  readonly signType: 0 | 1
  /** CONNECTs of the last `connect`. */
  attempts = 0

  constructor(account: SdkClient['account'], open: SdkClient['open'], signType: 0 | 1 = 0) {
    super(account, open)
    this.signType = signType
  }

  async connect(): Promise<number | undefined> {
    const { secret } = this.account
    const timestamp = hourOf(Date.now())
    for (this.attempts = 1; ; this.attempts++) {
      const { code } = await this.attempt(
        4,
        {
          clientId: `${this.id}_0_${this.signType}_${timestamp}`,
          keepAliveSeconds: 120,
          ...(secret !== undefined && { password: passwordOf(secret, timestamp).toString('hex') }),
        },
        patienceMillis,
      )
      // It is meant to stop after a refusal; what it does then is tested where it is refused.
      if (code !== undefined || this.attempts === attemptsMax) return code
    }
  }

  async report(serviceId: string, properties: Json): Promise<void> {
    const services = [{ service_id: serviceId, properties, event_time: localTime(new Date()) }]
    await this.send(this.topic('properties/report'), JSON.stringify({ services }))
  }

  async reportChildren(reports: readonly ChildReport[]): Promise<void> {
    await this.send(
      this.topic('gateway/sub_devices/properties/report'),
      batchOf(reports, { event_time: localTime(new Date()) }),
    )
  }

  async sendMessage(content: string): Promise<void> {
    await this.send(this.topic('messages/up'), JSON.stringify({ content }))
  }

  async askShadow(serviceId?: string, child?: string): Promise<void> {
    const topic = `$oc/devices/${child ?? this.id}/sys/shadow/get/request_id=${randomRequestId()}`
    await this.send(topic, JSON.stringify(serviceId === undefined ? {} : { service_id: serviceId }))
  }

  /** Device protocol §3.0.2, K08: on the topic of the child. */
  askShadowOf(child: string): Promise<void> {
    return this.askShadow(undefined, child)
  }

  override async request(eventType: string, paras: Json): Promise<string> {
    const eventId = randomRequestId()
    await this.sendEvent('$sub_device_manager', eventType, paras, eventId)
    return eventId
  }

  async sendEvent(serviceId: string, eventType: string, paras: Json, eventId?: string): Promise<void> {
    const event = {
      ...{ service_id: serviceId, event_type: eventType, event_time: localTime(new Date()), paras },
      ...(eventId !== undefined && { event_id: eventId }),
    }
    const body = { object_device_id: this.id, services: [event] }
    await this.send(this.topic('events/up'), JSON.stringify(body))
  }

  /** Sends its clock as text (device protocol §3.8.2). */
  async syncTime(at: number): Promise<SyncedTime> {
    await this.sendEvent('$time_sync', 'time_sync_request', { device_send_time: String(at) })
    const { eventType, paras } = await this.events.next()
    assert.equal(eventType, 'time_sync_response')
    const { device_send_time: sent, server_recv_time: received, server_send_time: answered } = paras
    return { sent: Number(sent), received: Number(received), answered: Number(answered) }
  }

  protected dispatch({ topic, payload }: Publish): void {
    if (topic.includes('/messages/down')) this.#message(payload)
    else if (topic.includes('sys/commands/request_id')) this.#command(topic, bodyOf(payload))
    else if (topic.includes('sys/properties/set/request_id')) this.#setProperties(topic, bodyOf(payload))
    else if (topic.includes('sys/properties/get/request_id')) this.#getProperties(topic, bodyOf(payload))
    else if (topic.includes('/sys/shadow/get/response')) this.#shadow(topic, bodyOf(payload))
    else if (topic.includes('/sys/events/down')) this.#events(payload)
    else this.messages.put(payload) // Topics of its own go to the program as they came.
  }

  #message(payload: Buffer): void {
    this.messages.put(standardForm(payload) ?? payload)
  }

  #command(topic: string, body: Json): void {
    const requestId = requestIdBehind(topic)
    const child = body.object_device_id
    assert.notEqual(body.paras, undefined)
    this.answer(this.topic(`commands/response/request_id=${requestId}`), {
      ...{ result_code: 0, response_name: `${body.command_name}_rsp`, paras: body.paras },
    })
    this.commands.put({
      ...{ requestId, serviceId: body.service_id, name: body.command_name, paras: body.paras },
      ...(child !== undefined && child !== this.id && { child }),
    })
  }

  #setProperties(topic: string, body: Json): void {
    // Device protocol §3.5: it raises when a key is missing.
    for (const service of body.services)
      assert('service_id' in service && 'properties' in service, 'KeyError')
    takeOn(this, body)
    const answer = { result_code: 0, result_desc: 'success' }
    this.answer(this.topic(`properties/set/response/request_id=${requestIdBehind(topic)}`), answer)
  }

  #getProperties(topic: string, body: Json): void {
    // Device protocol §3.6: null breaks it; absent or empty means all.
    assert.notEqual(body.service_id, null, 'TypeError')
    this.answer(this.topic(`properties/get/response/request_id=${requestIdBehind(topic)}`), {
      services: valuesOf(this, body).map((service) => ({ ...service, event_time: localTime(new Date()) })),
    })
  }

  #shadow(topic: string, body: Json): void {
    assert(requestIdBehind(topic))
    assert.equal(typeof body.object_device_id, 'string')
    // Device protocol §3.7: a null section is looked into all the same.
    for (const service of body.shadow)
      for (const section of ['desired', 'reported'])
        if (section in service) assert.equal(typeof service[section].properties, 'object')
    this.shadows.put(body)
  }

  #events(payload: Buffer): void {
    const raw = payload.toString()
    const { object_device_id: target, services } = JSON.parse(raw)
    for (const { service_id: serviceId, event_type: eventType, event_id: eventId, paras } of services) {
      // Device protocol §3.8.3: both arrays are walked, whatever became of the request.
      if (/^(add|delete)_sub_device_response$|_status_response$/.test(eventType))
        assert([...paras.successful_devices, ...paras.failed_devices])
      this.events.put({
        ...{ serviceId, eventType, paras, raw },
        ...(eventId !== undefined && { eventId }),
        // Device protocol §3.8.1: to the handler of the child, when it is not its own id.
        ...(target !== undefined && target !== this.id && { child: target }),
      })
    }
  }
}

const randomRequestId = (): string => crypto.randomUUID()

/** Device protocol §4.1: `YYYY-MM-DDTHH:MM:SSZ` of the local clock, whatever its zone. */
function localTime(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}Z`
}
