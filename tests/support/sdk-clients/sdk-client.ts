import { strict as assert } from 'node:assert'
import { createHmac } from 'node:crypto'
import { connectWire, type Level, type Opening, type Publish, type Wire, type WireOutcome } from './wire.ts'

// Bodies of many shapes; what a test expects of one is what it asserts.
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any

export interface Account {
  readonly deviceId: string
  /** Absent: it shows a certificate, and sends no password flag (device protocol §2.5). */
  readonly secret?: string
}

/** Values that come one after the other, and wait for who asks for them. */
export class Queue<T> {
  readonly #items: T[] = []
  readonly #waiting: ((item: T) => void)[] = []

  put(item: T): void {
    const wake = this.#waiting.shift()
    if (wake) wake(item)
    else this.#items.push(item)
  }

  next(): Promise<T> {
    const first = this.#items.shift()
    return first === undefined
      ? new Promise((resolve) => this.#waiting.push(resolve))
      : Promise.resolve(first)
  }

  /** All that nobody has taken. */
  left(): readonly T[] {
    return this.#items.splice(0)
  }
}

/** A message as the program on the device is given it: taken apart, or raw. */
export type Message = { readonly content: Json; readonly name?: string; readonly id?: string } | Buffer

export interface Command {
  readonly requestId: string
  /** The child that is meant; absent: the device itself. */
  readonly child?: string
  readonly serviceId?: string
  readonly name?: string
  readonly paras: Json
}

export interface DeviceEvent {
  readonly serviceId: string
  readonly eventType: string
  readonly eventId?: string
  readonly child?: string
  readonly paras: Json
  /** The whole payload, for who reads digits out of it. */
  readonly raw: string
}

/** The time that a device has worked out by asking for it (device protocol §3.8.2). */
export interface SyncedTime {
  readonly sent: number
  readonly received: number
  readonly answered: number
}

/** What a program on a device has of its SDK, and what the tests look at. */
export interface DeviceProgram {
  readonly id: string
  readonly messages: Queue<Message>
  /** Commands that have been answered. */
  readonly commands: Queue<Command>
  readonly events: Queue<DeviceEvent>
  readonly shadows: Queue<Json>
  /** What the program has, by service; `properties/set` changes it. */
  readonly values: { [serviceId: string]: { [property: string]: Json } }
  /** What the SDK could not have taken: a test ends with none. */
  readonly faults: unknown[]
  /** The code of the last CONNACK as the SDK tells it to the program; undefined: none came. */
  connect(): Promise<number | undefined>
  /** Leaves as the SDK does. */
  disconnect(): Promise<void>
  /** Resolves once the report is acknowledged, or written at QoS 0. */
  report(serviceId: string, properties: Json): Promise<void>
  sendMessage(content: string): Promise<void>
  sendEvent(serviceId: string, eventType: string, paras: Json): Promise<void>
  /** Asks for its shadow, or for one service of it. */
  askShadow(serviceId?: string): Promise<void>
}

/** What a child has to say in a batch (device protocol §3.4). */
export interface ChildReport {
  readonly deviceId: string
  readonly serviceId: string
  readonly properties: Json
}

/** What a program on a gateway has besides, for its children. */
export interface GatewayProgram extends DeviceProgram {
  /** As `values`, by child. */
  readonly childValues: { [deviceId: string]: DeviceProgram['values'] }
  reportChildren(reports: readonly ChildReport[]): Promise<void>
  /** Asks for what changed in the list of its children since `version`, as its SDK spells it. */
  askChildren(version: number): Promise<void>
  /** An event of `$sub_device_manager`; resolves with the event id that went with it, if one did. */
  request(eventType: string, paras: Json): Promise<string | undefined>
  askShadowOf(child: string): Promise<void>
}

/** Takes on values of the device itself, or of a child. */
export function takeOn(
  { id, values, childValues }: Pick<GatewayProgram, 'id' | 'values' | 'childValues'>,
  { object_device_id: target, services }: Json,
): void {
  const own = target === undefined || target === null || target === id ? values : (childValues[target] ??= {})
  for (const { service_id: service, properties } of services)
    own[service] = { ...own[service], ...properties }
}

/** What it has of one service, or of all. */
export function valuesOf(
  { id, values, childValues }: Pick<GatewayProgram, 'id' | 'values' | 'childValues'>,
  { object_device_id: target, service_id: asked }: Json,
): readonly { service_id: string; properties: Json }[] {
  const own = target === undefined || target === null || target === id ? values : (childValues[target] ?? {})
  return Object.entries(own)
    .filter(([service]) => !asked || asked === service)
    .map(([service_id, properties]) => ({ service_id, properties }))
}

/** A batch report; `event_time` only from SDKs that send one. */
export const batchOf = (
  reports: readonly ChildReport[],
  time: { readonly event_time?: string | null } = {},
): string =>
  JSON.stringify({
    devices: reports.map(({ deviceId, serviceId, properties }) => ({
      device_id: deviceId,
      services: [{ service_id: serviceId, properties, ...time }],
    })),
  })

export const bodyOf = (payload: Buffer): Json => JSON.parse(payload.toString())

/**
 * A small program on a device that answers what it is asked: a command with its own parameters, a property set by taking
 * the values on, a property get with what it has.
 */
export abstract class Program implements GatewayProgram {
  readonly account: Account
  readonly messages = new Queue<Message>()
  readonly commands = new Queue<Command>()
  readonly events = new Queue<DeviceEvent>()
  readonly shadows = new Queue<Json>()
  readonly values: DeviceProgram['values'] = {}
  readonly childValues: GatewayProgram['childValues'] = {}
  readonly faults: unknown[] = []

  constructor(account: Account) {
    this.account = account
  }

  abstract connect(): Promise<number | undefined>
  abstract disconnect(): Promise<void>
  abstract report(serviceId: string, properties: Json): Promise<void>
  abstract sendMessage(content: string): Promise<void>
  abstract sendEvent(serviceId: string, eventType: string, paras: Json): Promise<void>
  abstract askShadow(serviceId?: string): Promise<void>
  abstract reportChildren(reports: readonly ChildReport[]): Promise<void>
  abstract askShadowOf(child: string): Promise<void>

  askChildren(version: number): Promise<void> {
    return this.sendEvent('$sub_device_manager', 'sub_device_sync_request', { version })
  }

  async request(eventType: string, paras: Json): Promise<string | undefined> {
    await this.sendEvent('$sub_device_manager', eventType, paras)
    return undefined
  }

  get id(): string {
    return this.account.deviceId
  }

  topic(rest: string): string {
    return `$oc/devices/${this.id}/sys/${rest}`
  }
}

/** A device with one of the SDKs. */
export abstract class SdkClient extends Program {
  protected readonly open: Opening
  #wire: Wire | undefined

  constructor(account: Account, open: Opening) {
    super(account)
    this.open = open
  }

  protected abstract dispatch(publish: Publish): void

  get wire(): Wire {
    assert(this.#wire, 'not connected')
    return this.#wire
  }

  disconnect(): Promise<void> {
    return this.wire.disconnect()
  }

  /** The connection broke without a word. */
  drop(): void {
    this.wire.drop()
  }

  protected async attempt(
    level: Level,
    over: { readonly clientId: string; readonly password?: string; readonly keepAliveSeconds: number },
    patienceMillis: number,
  ): Promise<WireOutcome> {
    const outcome = await connectWire(this.open, { level, username: this.id, patienceMillis, ...over })
    if (outcome.wire) {
      this.#wire = outcome.wire
      outcome.wire.onPublish((publish) => {
        try {
          this.dispatch(publish)
        } catch (fault) {
          this.faults.push(fault)
        }
      })
    }
    return outcome
  }

  /** QoS 1, as each SDK sends by default (device protocol §1.6). */
  protected async send(topic: string, payload: string | Uint8Array): Promise<void> {
    assert.equal(await this.wire.publish(topic, payload), 0)
  }

  /** What goes out from within `dispatch`: nobody waits for it there. */
  protected answer(topic: string, body: object): void {
    this.send(topic, JSON.stringify(body)).catch((fault: unknown) => this.faults.push(fault))
  }
}

/** `lowercase_hex(HMAC-SHA256(key = timestamp, message = secret))` (device protocol §2.2). */
export const passwordOf = (secret: string, timestamp: string): Buffer =>
  createHmac('sha256', timestamp).update(secret).digest()

/** `YYYYMMDDHH` of an instant, UTC. */
export const hourOf = (at: number): string => new Date(at).toISOString().replace(/[-T:]/g, '').slice(0, 10)

/** `yyyyMMdd'T'HHmmss'Z'` of an instant, UTC (device protocol §4.1). */
export const basicTime = (at: number): string =>
  `${new Date(at).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`

/** Everything behind `request_id=`, as Java and Python take it (device protocol §1.6). */
export function requestIdBehind(topic: string): string {
  const [, requestId] = topic.split('request_id=')
  assert(requestId, topic)
  return requestId
}

/** Undefined: raw. The SDKs read a message as the standard form only when it has no other keys (device protocol §3.2). */
export function standardForm(payload: Buffer): Json {
  let body: Json
  try {
    body = JSON.parse(payload.toString())
  } catch {
    return undefined
  }
  const known = ['object_device_id', 'name', 'id', 'content']
  const isStandard =
    typeof body === 'object' && body !== null && Object.keys(body).every((key) => known.includes(key))
  return isStandard ? body : undefined
}
