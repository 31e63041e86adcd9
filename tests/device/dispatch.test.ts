import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  connectDevice,
  type ListeningDevice,
  type Received,
  requestIdOf,
} from '../support/listening-device.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'
import { type RegisteredDevice, registerDevice } from '../support/registered-device.ts'

/*
 * Messages, commands and properties, from the application's call to the device and back: the whole platform in a process
 * of its own, and MQTT.js as the device.
 */

let quayside: Quayside
let product: string
beforeAll(async () => {
  quayside = await startQuayside()
  const { body } = await quayside.api('POST', '/v5/iot/{project}/products', {
    ...{ name: 'lamp', device_type: 'Lamp', protocol_type: 'MQTT', data_format: 'json' },
    service_capabilities: [
      {
        service_id: 'Lamp',
        service_type: 'Lamp',
        properties: [{ property_name: 'level', data_type: 'int', method: 'RW' }],
        commands: [
          {
            command_name: 'switch',
            paras: [{ para_name: 'state', data_type: 'string', required: true, max_length: 3 }],
          },
        ],
      },
    ],
  })
  product = body.product_id
})
afterAll(() => quayside.dispose())

let count = 0
let device: RegisteredDevice
beforeEach(async () => void (device = await registerDevice(quayside, product, `lamp${++count}`)))

const call = (method: string, path: string, body?: unknown) =>
  quayside.api(method, `/v5/iot/{project}/devices/${device.deviceId}${path}`, body)
const message = async (over: object): Promise<Body> =>
  (await call('POST', '/messages', { message: 'hello', ...over })).body
const statusOf = async (messageId: string): Promise<string> =>
  (await call('GET', `/messages/${messageId}`)).body.status
/** Entries of the device in the log, oldest first: `kind state code`. */
async function entries(kinds: string): Promise<readonly string[]> {
  const path = `/quayside/v1/{project}/devices/${device.deviceId}/entries?kinds=${kinds}`
  const { body } = await quayside.api('GET', path)
  return body.entries
    .toReversed()
    .map(({ kind, body: { state, code } }: Body) => [kind, state, code].filter(Boolean).join(' '))
}
const topicOf = (rest: string) => `$oc/devices/${device.deviceId}/sys/${rest}`
const subscribe = ({ client }: ListeningDevice, topic: string) => client.subscribeAsync(topic, { qos: 1 })

/** Answers the next request, as an SDK does. */
async function answer(connected: ListeningDevice, response: string, body: string): Promise<Received> {
  const request = await connected.next()
  const topic = topicOf(`${response}/response/request_id=${requestIdOf(request)}`)
  await connected.client.publishAsync(topic, body, { qos: 1 })
  return request
}

describe.for([
  ['3.1.1', 4],
  ['5.0', 5],
] as const)('MQTT %s', ([, version]) => {
  const connect = (options = {}) => connectDevice(quayside, device, version, options)

  test.for([
    ['without any SUBSCRIBE, at QoS 0', undefined, 0],
    ['with a subscription at QoS 1', '#', 1],
  ] as const)('device protocol §1.5: a message %s', async ([, filter, qos]) => {
    const connected = await connect()
    if (filter !== undefined) await subscribe(connected, topicOf(filter))

    const { message_id: id, result } = await message({ name: 'display' })

    expect(result.status).toBe('DELIVERED')
    const { topic, text, packet } = await connected.next()
    expect(topic).toBe(topicOf('messages/down'))
    expect(text).toBe(`{"name":"display","id":"${id}","content":"hello"}`)
    expect([packet.qos, packet.dup, packet.retain]).toEqual([qos, false, false])
    expect(connected.left(), 'delivered once').toEqual([])
    await expect.poll(() => entries('downlink')).toEqual(['downlink pending', 'downlink delivered'])
    await connected.end()
  })

  test('device protocol §2.11: messages for a device that is away come when it connects, in order, once', async () => {
    const made = [await message({ message: '1' }), await message({ message: '2' })]
    expect(made.map(({ result }) => result.status)).toEqual(['PENDING', 'PENDING'])

    const first = await connect()
    expect(
      [(await first.next()).text, (await first.next()).text].map((text) => JSON.parse(text).content),
    ).toEqual(['1', '2'])
    await expect.poll(() => statusOf(made[1].message_id)).toBe('DELIVERED')
    await first.end()

    const second = await connect()
    const { message_id: last } = await message({ message: '3' })
    expect(JSON.parse((await second.next()).text)).toMatchObject({ id: last, content: '3' })
    await second.end()
  })

  test('device protocol §1.5 point 3: a custom topic waits for its SUBSCRIBE', async () => {
    const connected = await connect()
    const { message_id: id, result } = await message({ topic: 'display', payload_format: 'raw' })
    expect(result.status).toBe('PENDING')
    expect((await call('GET', `/messages/${id}`)).body.error_info.error_code).toBe('IOTDA.014112')

    await subscribe(connected, `$oc/devices/${device.deviceId}/user/#`)

    expect(await connected.next()).toMatchObject({
      topic: `$oc/devices/${device.deviceId}/user/display`,
      text: 'hello',
    })
    await expect.poll(() => statusOf(id)).toBe('DELIVERED')
    await connected.end()
  })

  test('device protocol §1.4: properties reach MQTT 5 devices, others get none', async () => {
    const connected = await connect()
    const properties = {
      correlation_data: 'c-1',
      response_topic: 'answers',
      user_properties: [{ prop_key: 'k', prop_value: 'v' }],
    }

    await message({ properties })

    const expected = {
      correlationData: Buffer.from('c-1'),
      responseTopic: 'answers',
      userProperties: { k: 'v' },
    }
    expect((await connected.next()).packet.properties).toEqual(version === 5 ? expected : undefined)
    await connected.end()
  })

  test('device protocol §6.1: 256 KB of bytes arrive as they are', async () => {
    const connected = await connect()
    const payload = Buffer.alloc(256 * 1024, 1)

    await message({ encoding: 'base64', message: payload.toString('base64') })

    expect((await connected.next()).payload.equals(payload)).toBe(true)
    await connected.end()
  })

  test.for([
    ['without any SUBSCRIBE', undefined, 0],
    ['with a subscription at QoS 1', 'commands/#', 1],
  ] as const)('device protocol §3.8.0: a command %s, and its answer', async ([, filter, qos]) => {
    const connected = await connect()
    if (filter !== undefined) await subscribe(connected, topicOf(filter))

    const asked = call('POST', '/commands', {
      ...{ service_id: 'Lamp', command_name: 'switch', paras: { state: 'on' } },
    })
    const request = await answer(connected, 'commands', '{"result_code":0,"paras":{"state":"on"}}')

    const { status, body } = await asked
    expect(status).toBe(200)
    expect(body).toEqual({
      command_id: requestIdOf(request),
      response: { result_code: 0, paras: { state: 'on' } },
    })
    expect(request.topic).toBe(topicOf(`commands/request_id=${body.command_id}`))
    expect(request.text).toBe('{"service_id":"Lamp","command_name":"switch","paras":{"state":"on"}}')
    expect(request.packet.qos).toBe(qos)
    await connected.end()
  })

  test('device protocol §3.0.2: an answer with a wrong request id, or a second one, is noted and does nothing', async () => {
    const connected = await connect()
    const asked = call('POST', '/commands', { paras: {} })
    const request = await connected.next()
    const respond = (id: string, body: string) =>
      connected.client.publishAsync(topicOf(`commands/response/request_id=${id}`), body, { qos: 1 })

    await respond('wrong', '{"result_code":9}')
    await respond(requestIdOf(request), '{"result_code":0}')
    await respond(requestIdOf(request), '{"result_code":9}')

    expect((await asked).body.response).toEqual({ result_code: 0 })
    await expect
      .poll(() => entries('notice'))
      .toEqual(['notice response-unexpected', 'notice response-unexpected'])
    await connected.end()
  })

  test('device protocol §3.5, §3.6: properties are set, and asked for; what comes is in the shadow', async () => {
    const connected = await connect()
    const setting = call('PUT', '/properties', {
      services: [{ service_id: 'Lamp', properties: { level: 5 } }],
    })
    const set = await answer(connected, 'properties/set', '')
    expect([set.topic, set.text]).toEqual([
      topicOf(`properties/set/request_id=${requestIdOf(set)}`),
      '{"services":[{"service_id":"Lamp","properties":{"level":5}}]}',
    ])
    expect(await setting).toMatchObject({
      status: 200,
      body: { request_id: requestIdOf(set), response: {} },
    })
    expect((await call('GET', '/shadow')).body.shadow, 'it reports by itself what it took on').toEqual([])

    const asking = call('GET', '/properties')
    const services = [{ service_id: 'Lamp', properties: { level: 5 } }]
    const get = await answer(connected, 'properties/get', JSON.stringify({ services }))

    expect(get.text, 'Python takes no null').toBe('{}')
    expect(await asking).toMatchObject({ status: 200, body: { response: { services } } })
    expect((await call('GET', '/shadow')).body.shadow).toMatchObject([
      { service_id: 'Lamp', reported: { properties: { level: 5 } } },
    ])
    await connected.end()
  })

  test('northbound §4.7: an asynchronous command waits for its device, and its answer ends it', async () => {
    const { body } = await call('POST', '/async-commands', { paras: { n: 1 }, send_strategy: 'delay' })
    expect(body.status).toBe('PENDING')

    const connected = await connect()
    const request = await answer(connected, 'commands', '{"result_code":0}')

    expect(requestIdOf(request)).toBe(body.command_id)
    await expect
      .poll(async () => (await call('GET', `/async-commands/${body.command_id}`)).body)
      .toMatchObject({ status: 'SUCCESSFUL', result: { result_code: 0 } })
    expect((await call('GET', '/async-commands-history')).body.commands).toHaveLength(1)
    await expect
      .poll(() => entries('downlink'))
      .toEqual(['downlink pending', 'downlink sent', 'downlink answered'])
    await connected.end()
  })

  test('device protocol §3.0.3: a child is reached through its gateway', async () => {
    const gateway = device
    const { body: child } = await quayside.api('POST', '/v5/iot/{project}/devices', {
      ...{ product_id: product, node_id: `child${++count}`, gateway_id: gateway.deviceId },
    })
    const toChild = (path: string, body: unknown) =>
      quayside.api('POST', `/v5/iot/{project}/devices/${child.device_id}${path}`, body)
    await toChild('/messages', { message: 'kept', message_id: 'm-1' })

    const connected = await connect()
    expect(await connected.next()).toMatchObject({
      topic: topicOf('messages/down'),
      text: `{"object_device_id":"${child.device_id}","id":"m-1","content":"kept"}`,
    })
    const asked = toChild('/commands', { paras: { a: 1 } })
    const request = await answer(connected, 'commands', '{}')

    expect(JSON.parse(request.text)).toEqual({ object_device_id: child.device_id, paras: { a: 1 } })
    expect((await asked).body.response).toEqual({})
    const asking = quayside.api('GET', `/v5/iot/{project}/devices/${child.device_id}/properties`)
    await answer(connected, 'properties/get', '{"services":[{"service_id":"Lamp","properties":{"level":9}}]}')
    expect((await asking).status).toBe(200)
    const { body: shadow } = await quayside.api('GET', `/v5/iot/{project}/devices/${child.device_id}/shadow`)
    expect(shadow.shadow, 'it is the child’s').toMatchObject([{ reported: { properties: { level: 9 } } }])
    expect((await call('GET', '/shadow')).body.shadow).toEqual([])
    await connected.end()
  })
})

test('device protocol §3.12: a broadcast reaches those of the space that have subscribed, and nobody else', async () => {
  const other = await registerDevice(quayside, product, `other${++count}`)
  const [listens, deaf] = [await connectDevice(quayside, device, 4), await connectDevice(quayside, other, 5)]
  await listens.client.subscribeAsync('$oc/broadcast/notice', { qos: 0 })

  const { status } = await quayside.api('POST', '/v5/iot/{project}/broadcast-messages', {
    topic_full_name: '$oc/broadcast/notice',
    message: Buffer.from('maintenance').toString('base64'),
  })

  expect(status).toBe(201)
  expect(await listens.next()).toMatchObject({ topic: '$oc/broadcast/notice', text: 'maintenance' })
  expect(deaf.left()).toEqual([])
  await Promise.all([listens.end(), deaf.end()])
})

test('northbound §4.7: a device that is away is 403 IOTDA.014016 at once', async () => {
  for (const answered of [
    await call('POST', '/commands', { paras: {} }),
    await call('GET', '/properties'),
    await call('PUT', '/properties', { services: [{ service_id: 'Lamp', properties: { level: 1 } }] }),
  ])
    expect(answered).toMatchObject({ status: 403, body: { error_code: 'IOTDA.014016' } })
  expect((await message({ ttl: 0 })).result.status).toBe('FAILED')
})

test('device protocol §1.5 point 4: what was not acknowledged comes again on the next connection', async () => {
  const first = await connectDevice(quayside, device, 4, { clean: true })
  await subscribe(first, topicOf('messages/down'))
  // An application that dies in its handler: MQTT.js acknowledges only after it.
  first.client.handleMessage = () => undefined
  const { message_id: id, result } = await message({})
  expect(result.status).toBe('PENDING')
  await first.client.endAsync(true)

  const second = await connectDevice(quayside, device, 4)
  await subscribe(second, topicOf('messages/down'))

  expect(JSON.parse((await second.next()).text)).toMatchObject({ id })
  await expect.poll(() => statusOf(id)).toBe('DELIVERED')
  await second.end()
})

test('safety S3: another device cannot answer in its place, nor is it sent anything', async () => {
  const other = await registerDevice(quayside, product, `other${++count}`)
  const [mine, theirs] = [await connectDevice(quayside, device, 5), await connectDevice(quayside, other, 5)]
  const asked = call('POST', '/commands', { paras: {} })
  const request = await mine.next()
  const id = requestIdOf(request)

  await theirs.client.publishAsync(
    `$oc/devices/${other.deviceId}/sys/commands/response/request_id=${id}`,
    '{"result_code":9}',
    { qos: 1 },
  )
  await mine.client.publishAsync(topicOf(`commands/response/request_id=${id}`), '{"result_code":0}', {
    qos: 1,
  })

  expect((await asked).body.response).toEqual({ result_code: 0 })
  expect(theirs.left()).toEqual([])
  await Promise.all([mine.end(), theirs.end()])
})
