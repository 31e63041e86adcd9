import assert from 'node:assert'
import { createHmac } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { clientIdOf, connectOnce, publish } from '../support/device-client.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'

/* Desired values from the API to a device and back, over real sockets, on both versions of MQTT. */

const secret = 'a-secret-of-the-shadow'
let quayside: Quayside
let productId: string
let count = 0

beforeAll(async () => {
  quayside = await startQuayside()
  productId = await registerProduct()
})
afterAll(() => quayside.dispose())

async function registerProduct(threshold: object = {}): Promise<string> {
  const properties = [
    { property_name: 'threshold', data_type: 'int', method: 'RW', ...threshold },
    { property_name: 'on', data_type: 'boolean', method: 'RW' },
    { property_name: 'serial', data_type: 'string', method: 'R' },
  ]
  const { body } = await quayside.api('POST', '/v5/iot/{project}/products', {
    name: 'env',
    device_type: 'Env',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: ['Env', 'Lamp'].map((id) => ({ service_id: id, service_type: id, properties })),
  })
  return body.product_id
}

async function register(over: object = {}): Promise<string> {
  const { status, body } = await quayside.api('POST', '/v5/iot/{project}/devices', {
    product_id: productId,
    node_id: `node${count++}`,
    auth_info: { auth_type: 'SECRET', secret, secure_access: false },
    ...over,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.device_id
}

interface Received {
  readonly topic: string
  readonly body: Body
}

/** A device that keeps what it is sent until it is asked for. It subscribes to nothing: system topics need none. */
class Device {
  readonly id: string
  readonly #client: MqttClient
  readonly #received: Received[] = []
  #wake: () => void = () => undefined

  constructor(id: string, client: MqttClient) {
    this.id = id
    this.#client = client
    client.on('message', (topic, payload) => {
      // A gateway is told of its children, too.
      if (topic === `$oc/devices/${id}/sys/events/down`) return
      this.#received.push({ topic, body: JSON.parse(payload.toString()) })
      this.#wake()
    })
  }

  /** The next message, which must be on a topic that begins like this. */
  async next(path: string, of = this.id): Promise<Received> {
    while (this.#received.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve))
    const first = this.#received.shift() as Received
    assert(first.topic.startsWith(`$oc/devices/${of}/sys/${path}/request_id=`), JSON.stringify(first))
    return first
  }

  /**
   * Nothing came: what is answered now comes behind it. Twice, since the first answer brings the projections up to the
   * last report, and a push that follows from that has a shorter way than the second answer.
   */
  async hasNothing(): Promise<void> {
    for (const requestId of ['n-1', 'n-2'])
      assert.equal((await this.shadow({}, requestId)).object_device_id, this.id)
  }

  async shadow(request: object | string, requestId = 'r-1', of = this.id): Promise<Body> {
    const payload = typeof request === 'string' ? request : JSON.stringify(request)
    await publish(this.#client, `$oc/devices/${of}/sys/shadow/get/request_id=${requestId}`, payload)
    const { topic, body } = await this.next('shadow/get/response', of)
    assert(topic.endsWith(`request_id=${requestId}`), topic)
    return body
  }

  report(serviceId: string, properties: object): Promise<unknown> {
    const payload = { services: [{ service_id: serviceId, properties }] }
    return publish(this.#client, `$oc/devices/${this.id}/sys/properties/report`, JSON.stringify(payload))
  }

  publish(path: string, payload: string, of = this.id): Promise<unknown> {
    return publish(this.#client, `$oc/devices/${of}/sys/${path}`, payload)
  }

  end(): Promise<void> {
    return this.#client.endAsync()
  }
}

async function connect(id: string, protocolVersion: 4 | 5): Promise<Device> {
  const clientId = clientIdOf(id)
  const password = createHmac('sha256', clientId.slice(-10)).update(secret).digest('hex')
  const url = `mqtt://127.0.0.1:${quayside.ports.mqtt}`
  const { client, code } = await connectOnce(url, { protocolVersion, clientId, username: id, password })
  if (!client) throw new Error(`CONNACK ${code}\n${quayside.output()}`)
  onTestFinished(() => void client.end(true))
  return new Device(id, client)
}

const shadowUrl = (id: string) => `/v5/iot/{project}/devices/${id}/shadow`
const desire = async (id: string, properties: object, service_id = 'Env'): Promise<Body> => {
  const shadow = [{ service_id, desired: properties }]
  const { status, body } = await quayside.api('PUT', shadowUrl(id), { shadow })
  expect(status, JSON.stringify(body)).toBe(200)
  return body.shadow
}
const read = async (id: string): Promise<Body> => (await quayside.api('GET', shadowUrl(id))).body.shadow
const services = (...list: readonly (readonly [string, object])[]) =>
  list.map(([service_id, properties]) => ({ service_id, properties }))
/** Of the device's log, oldest first. */
const entries = async (id: string, kind: string): Promise<Body[]> => {
  const { body } = await quayside.api('GET', `/quayside/v1/{project}/devices/${id}/entries?kinds=${kind}`)
  return body.entries.map((entry: Body) => entry.body).toReversed()
}

describe.each([4, 5] as const)('MQTT protocol level %i', (level) => {
  test('device protocol §4.4: what is desired comes at once, is adopted, and is not sent again', async () => {
    const device = await connect(await register(), level)

    await desire(device.id, { threshold: 30, serial: 'not writable' })
    const { topic, body } = await device.next('properties/set')
    expect(body).toEqual({ services: services(['Env', { threshold: 30 }]) })

    const requestId = topic.split('request_id=')[1] ?? ''
    await device.publish(`properties/set/response/request_id=${requestId}`, '{"result_code":0}')
    await device.report('Env', { threshold: 30 })
    await device.hasNothing()
    expect(await read(device.id)).toMatchObject([
      {
        desired: { properties: { threshold: 30, serial: 'not writable' } },
        reported: { properties: { threshold: 30 } },
        version: 2,
      },
    ])
    await expect
      .poll(() => entries(device.id, 'downlink'))
      .toMatchObject([
        { type: 'property-set', id: requestId, state: 'sent', topic, payload: JSON.stringify(body) },
        { id: requestId, state: 'answered', detail: { payload: '{"result_code":0}' } },
      ])
    expect(await entries(device.id, 'notice')).toEqual([])
  })

  test('device protocol §2.11, §4.4: what was desired while it was away comes when it connects', async () => {
    const id = await register()
    await desire(id, { threshold: 30 })
    await desire(id, { on: true }, 'Lamp')

    const device = await connect(id, level)

    expect((await device.next('properties/set')).body.services).toEqual(
      services(['Env', { threshold: 30 }], ['Lamp', { on: true }]),
    )
    await device.hasNothing()
  })

  test('device protocol §4.4: a device that answers with reports and never adopts the value is not sent it again and again', async () => {
    const id = await register()
    await desire(id, { threshold: 30 })
    const device = await connect(id, level)
    await device.next('properties/set')

    for (let threshold = 0; threshold < 5; threshold++) await device.report('Env', { threshold })
    await device.hasNothing()

    await desire(id, { threshold: 31 })
    expect((await device.next('properties/set')).body.services).toEqual(services(['Env', { threshold: 31 }]))
    await device.end()
    const again = await connect(id, level)
    expect((await again.next('properties/set')).body.services, 'another session').toEqual(
      services(['Env', { threshold: 31 }]),
    )
  })

  test('device protocol §4.4: a report that gives up what is desired is answered with it', async () => {
    const device = await connect(await register(), level)
    await device.report('Env', { threshold: 30 })
    await desire(device.id, { threshold: 30 })
    await device.hasNothing()

    await device.report('Env', { threshold: 29 })

    expect((await device.next('properties/set')).body.services).toEqual(services(['Env', { threshold: 30 }]))
  })

  test('device protocol §4.3: a reported null deletes its key, a desired one too, and {} the section', async () => {
    const device = await connect(await register(), level)
    await device.report('Env', { threshold: 1, on: true })
    await device.report('Env', { on: null })
    await desire(device.id, { threshold: 1, on: true })
    await device.next('properties/set')

    expect(await desire(device.id, { on: null })).toMatchObject([
      { desired: { properties: { threshold: 1 } }, reported: { properties: { threshold: 1 } }, version: 4 },
    ])
    await desire(device.id, {})
    await device.hasNothing()
    expect((await read(device.id))[0]).not.toHaveProperty('desired')
  })

  test('device protocol §3.7: a device reads its shadow: an array always, nothing null, one service when asked', async () => {
    const device = await connect(await register(), level)
    const empty = { object_device_id: device.id, shadow: [] }
    // As Java, Python and C ask, and as nobody should be hurt by.
    for (const request of ['{"object_device_id":null,"service_id":null}', '{}', '', 'null'])
      expect(await device.shadow(request, 'device_rule_request_id')).toEqual(empty)

    await device.report('Env', { threshold: 30 })
    await desire(device.id, { on: true }, 'Lamp')
    await device.next('properties/set')
    const event_time = expect.stringMatching(/^\d{8}T\d{6}Z$/)
    const env = {
      service_id: 'Env',
      reported: { properties: { threshold: 30 }, event_time },
      version: 1,
    }
    const lamp = { service_id: 'Lamp', desired: { properties: { on: true }, event_time }, version: 1 }
    expect(await device.shadow({ object_device_id: device.id })).toEqual({
      object_device_id: device.id,
      shadow: [env, lamp],
    })
    expect((await device.shadow({ service_id: 'Lamp' })).shadow).toEqual([lamp])
    expect((await device.shadow({ service_id: 'Unknown' })).shadow).toEqual([])

    await quayside.api('DELETE', shadowUrl(device.id))
    expect(await device.shadow({})).toEqual(empty)
  })

  test('device protocol §3.7, §3.8.11, §3.8.12: system services live in the shadow, desired as well as reported', async () => {
    const device = await connect(await register(), level)
    const rules = { 'rule-41': { version: 3 }, 'rule-12': { version: -1 } }
    await desire(device.id, rules, '$device_rule')
    expect((await device.next('properties/set')).body.services).toEqual(services(['$device_rule', rules]))
    // The C SDK echoes the list with an event time of null.
    const echo = { services: [{ service_id: '$device_rule', properties: rules, event_time: null }] }
    await device.publish('properties/report', JSON.stringify(echo))
    await device.report('$sdk', { version: 'C_v1.2.0' })

    const requestId = 'device_rule_request_id'
    expect((await device.shadow({ service_id: '$device_rule' }, requestId)).shadow).toMatchObject([
      { service_id: '$device_rule', desired: { properties: rules }, reported: { properties: rules } },
    ])
    const all = (await device.shadow({})).shadow.map((entry: Body) => entry.service_id)
    expect(all).toEqual(['$device_rule', '$sdk'])
  })

  test('R3: a shadow that is asked for holds what was acknowledged before', async () => {
    const device = await connect(await register(), level)

    for (let threshold = 1; threshold <= 20; threshold++) {
      await device.report('Env', { threshold })
      expect((await device.shadow({})).shadow[0].reported.properties).toEqual({ threshold })
    }
  })

  test('device protocol §3.7, vector K08: a gateway reads the shadow of a child, in both forms', async () => {
    const gateway = await connect(await register(), level)
    const child = await register({ gateway_id: gateway.id })
    const grandchild = await register({ gateway_id: child })
    for (const id of [child, grandchild]) {
      await desire(id, { threshold: 30 })
      expect((await gateway.next('properties/set')).body).toEqual({
        object_device_id: id,
        services: services(['Env', { threshold: 30 }]),
      })
      const answer = { object_device_id: id, shadow: [{ service_id: 'Env', version: 1 }] }

      expect(await gateway.shadow({ object_device_id: id })).toMatchObject(answer)
      expect(await gateway.shadow({}, 'r1', id), 'on its own topic').toMatchObject(answer)
    }
  })

  test('S3, S5: nobody else’s shadow is told, and what was asked leaves a notice', async () => {
    const gateway = await connect(await register(), level)
    const child = await register({ gateway_id: gateway.id })
    const stranger = await register()
    const ask = (payload: object | string, of = gateway.id) =>
      gateway.publish(
        'shadow/get/request_id=r9',
        typeof payload === 'string' ? payload : JSON.stringify(payload),
        of,
      )

    await ask({ object_device_id: stranger })
    await ask({ object_device_id: 'no such id!' })
    await ask({ object_device_id: stranger }, child)
    await ask({ object_device_id: gateway.id }, child)
    await ask({}, stranger)
    await ask('{"object')
    await ask('[1]')
    await ask({ service_id: 7 })

    await gateway.hasNothing()
    expect((await entries(gateway.id, 'notice')).map(({ code }) => code)).toEqual([
      ...Array.from({ length: 5 }, () => 'shadow-foreign'),
      'payload-not-json',
      'payload-invalid',
      'payload-invalid',
    ])
  })

  test('device protocol §2.11: with a gateway comes what is desired of its children', async () => {
    const gatewayId = await register()
    const child = await register({ gateway_id: gatewayId })
    await desire(child, { on: true })
    await desire(gatewayId, { threshold: 1 })

    const gateway = await connect(gatewayId, level)

    const bodies = [await gateway.next('properties/set'), await gateway.next('properties/set')].map(
      ({ body }) => body,
    )
    expect(bodies).toEqual(
      expect.arrayContaining([
        { services: services(['Env', { threshold: 1 }]) },
        { object_device_id: child, services: services(['Env', { on: true }]) },
      ]),
    )
  })
})

test('device protocol §4.4: the defaults of the model are sent to a device that connects for the first time', async () => {
  const product = await registerProduct({ default_value: 50 })
  const id = await register({ product_id: product })

  const device = await connect(id, 5)

  expect((await device.next('properties/set')).body.services).toEqual(
    services(['Env', { threshold: 50 }], ['Lamp', { threshold: 50 }]),
  )
})

test('R2, R4, R5: what was desired is there after a kill, once, also from the log alone, and still on its way', async () => {
  const ids = await Promise.all(Array.from({ length: 8 }, () => register()))
  const writers = ids.map(async (id) => {
    let acknowledged = 0
    for (let threshold = 1; threshold <= 100; threshold++)
      try {
        await desire(id, { threshold })
        acknowledged = threshold
      } catch {
        break
      }
    return acknowledged
  })
  while ((await read(ids[0] as string)).length === 0) await new Promise((resolve) => setImmediate(resolve))
  await quayside.kill()
  const acknowledged = await Promise.all(writers)

  quayside = await quayside.restart()
  const shadows = await Promise.all(ids.map(read))
  for (const [index, shadow] of shadows.entries()) {
    const least = acknowledged[index] ?? 0
    if (least === 0 && shadow.length === 0) continue
    const [{ desired, version }] = shadow
    // The one that was under way may be there.
    expect([least, least + 1]).toContain(desired.properties.threshold)
    expect(version, 'each is applied once').toBe(desired.properties.threshold)
  }

  await quayside.stop()
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(join(quayside.dataDir, `projections.db${suffix}`), { force: true })
  quayside = await quayside.restart()
  expect(await Promise.all(ids.map(read))).toEqual(shadows)

  const device = await connect(ids[0] as string, 4)
  const { threshold } = shadows[0][0].desired.properties
  expect((await device.next('properties/set')).body.services).toEqual(services(['Env', { threshold }]))
})
