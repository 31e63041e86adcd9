import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Delivery, Downlink } from '../../src/domain/downlink/downlink.ts'
import { startTestApi, type TestApi } from '../support/api.ts'
import { aDownlinks } from '../support/downlinks.ts'
import { createdProduct, unique } from '../support/wire.ts'

let api: TestApi
let product: string
let device: string
let delivery: Delivery
const sent: Downlink[] = []
beforeAll(async () => {
  const downlinks = aDownlinks((downlink) => {
    sent.push(downlink)
    return delivery
  })
  api = await startTestApi({ downlinks })
  product = await createdProduct(api.ours)
})
afterAll(() => api.close())
beforeEach(async () => {
  delivery = 'offline'
  device = await added()
  sent.length = 0
  api.audited()
})

const added = async (over: object = {}): Promise<string> => {
  const { body } = await api.ours.call('POST', '/devices', {
    product_id: product,
    node_id: unique('node'),
    ...over,
  })
  return body.device_id
}
const pathOf = (id = device) => `/devices/${id}/messages`
const create = (over: object = {}, id = device) =>
  api.ours.call('POST', pathOf(id), { message: 'hello', ...over })
const show = async (messageId: string) => (await api.ours.call('GET', `${pathOf()}/${messageId}`)).body
const payloads = () => sent.splice(0).map(({ payload }) => Buffer.from(payload).toString())

describe('create', () => {
  test('northbound §4.6: for a device that is away it is PENDING', async () => {
    const { status, body } = await create({ name: 'display' })

    expect(status).toBe(201)
    expect(body).toEqual({
      message_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      result: { status: 'PENDING', created_time: '20261122T120000Z' },
    })
    expect(api.audited()).toMatchObject([{ action: 'device.message', target: device }])
    expect(await show(body.message_id)).toEqual({
      message_id: body.message_id,
      name: 'display',
      message: 'hello',
      encoding: 'none',
      payload_format: 'standard',
      topic: `$oc/devices/${device}/sys/messages/down`,
      status: 'PENDING',
      created_time: '20261122T120000Z',
    })
  })

  test('northbound §4.6: a device that is there has it at once', async () => {
    delivery = 'acknowledged'

    const { body } = await create({ message_id: 'given-1', message: { line1: 'hello' } })

    expect(body).toEqual({
      message_id: 'given-1',
      result: {
        status: 'DELIVERED',
        created_time: '20261122T120000Z',
        finished_time: '20261122T120000Z',
      },
    })
    expect(payloads()).toEqual(['{"id":"given-1","content":"{\\"line1\\":\\"hello\\"}"}'])
  })

  test('northbound §4.6: an id of the device’s that is taken is an error; another device may have it', async () => {
    await create({ message_id: 'taken' })
    const before = await api.snapshot()

    expect(await create({ message_id: 'taken' })).toMatchObject({
      status: 400,
      body: { error_code: 'IOTDA.000006' },
    })
    expect(await api.snapshot()).toBe(before)
    expect((await create({ message_id: 'taken' }, await added())).status).toBe(201)
  })

  test('device protocol §3.2: raw text, raw JSON, and base64, which is raw whatever is said of its format', async () => {
    delivery = 'written'
    await create({ payload_format: 'raw' })
    await create({ payload_format: 'raw', message: { a: [1, null] } })
    const { body } = await create({ encoding: 'base64', payload_format: 'standard', message: 'aGk=' })

    expect(payloads()).toEqual(['hello', '{"a":[1,null]}', 'hi'])
    expect(await show(body.message_id)).toMatchObject({
      message: 'aGk=',
      encoding: 'base64',
      payload_format: 'raw',
    })
  })

  test('a topic below user/, and any topic by its full name', async () => {
    delivery = 'written'
    await create({ topic: 'display/1' })
    await create({ topic_full_name: '/v1/x' })

    expect(sent.map(({ topic, reach }) => [topic, reach])).toEqual([
      [`$oc/devices/${device}/user/display/1`, 'subscribed'],
      ['/v1/x', 'subscribed'],
    ])
  })

  test('northbound §4.6: a child is reached through its gateway', async () => {
    const child = await added({ gateway_id: device })
    const grandchild = await added({ gateway_id: child })
    delivery = 'written'

    await create({ message_id: 'm-1' }, grandchild)

    expect(sent[0]).toMatchObject({ deviceId: device, topic: `$oc/devices/${device}/sys/messages/down` })
    expect(payloads()).toEqual([`{"object_device_id":"${grandchild}","id":"m-1","content":"hello"}`])
  })

  test('device protocol §1.4: properties of MQTT 5 are sent, and shown', async () => {
    delivery = 'written'
    const properties = {
      correlation_data: 'c-1',
      response_topic: 'a/b',
      user_properties: [{ prop_key: 'k', prop_value: 'v' }],
    }

    const { body } = await create({ properties })

    expect(sent[0]?.properties).toEqual({
      correlationData: Buffer.from('c-1'),
      responseTopic: 'a/b',
      userProperties: [['k', 'v']],
    })
    expect(await show(body.message_id)).toMatchObject({ properties })
  })

  test.for([
    ['ttl 0 for a device that is away', { ttl: 0 }, 'offline', 'IOTDA.014016'],
    ['ttl 0 for a topic that is not subscribed to', { ttl: 0, topic: 'a' }, 'not-subscribed', 'IOTDA.014112'],
  ] as const)('northbound §4.6: %s has failed', async ([, over, how, code]) => {
    delivery = how

    const { body } = await create(over)

    expect(body.result).toMatchObject({ status: 'FAILED', finished_time: '20261122T120000Z' })
    expect(await show(body.message_id)).toMatchObject({
      status: 'FAILED',
      error_info: { error_code: code, error_msg: expect.stringMatching(/\.$/) },
    })
  })

  test('device protocol §1.5 point 3: what waits for a subscription says so', async () => {
    delivery = 'not-subscribed'
    const { body } = await create({ topic: 'a' })

    expect(await show(body.message_id)).toMatchObject({
      status: 'PENDING',
      error_info: { error_code: 'IOTDA.014112', error_msg: expect.stringContaining('/user/a') },
    })
  })

  test.for([
    [{ message: null }],
    [{ message_id: 'a b' }],
    [{ message_id: 'a'.repeat(101) }],
    [{ name: 'a'.repeat(129) }],
    [{ encoding: 'base64', message: 'no base64!' }],
    [{ encoding: 'base64', message: { a: 1 } }],
    [{ ttl: 7 }],
    [{ ttl: 1445 }],
    [{ ttl: -5 }],
    [{ topic: 'a//b' }],
    [{ topic: 'a/b/' }],
    [{ topic: 'a'.repeat(65) }],
    [{ topic: 'a', topic_full_name: 'b' }],
    [{ topic_full_name: 'a/+' }],
    [{ topic_full_name: 'é'.repeat(65) }],
    [{ properties: { correlation_data: 'ü' } }],
    [{ properties: { user_properties: Array.from({ length: 21 }, () => ({ prop_key: 'k' })) } }],
    [{ message: 'x'.repeat(256 * 1024) }],
  ])('is refused, and nothing is kept: %j', async ([over]) => {
    const before = await api.snapshot()

    expect(await create(over)).toMatchObject({ status: 400, body: { error_code: 'IOTDA.000006' } })
    expect(await api.snapshot()).toBe(before)
    expect(sent).toEqual([])
  })

  test('device protocol §6.1: 256 KB are taken', async () => {
    delivery = 'written'

    expect((await create({ payload_format: 'raw', message: 'x'.repeat(256 * 1024) })).status).toBe(201)
  })

  test('threat 7: a device of another project is not there', async () => {
    expect(await api.theirs.call('POST', pathOf(), { message: 'x' })).toMatchObject({
      status: 404,
      body: { error_code: 'IOTDA.014000' },
    })
  })
})

test('northbound §4.6: the list has the newest 20, newest first', async () => {
  for (let n = 1; n <= 21; n++) await create({ message_id: `m-${n}` })

  const { body } = await api.ours.call('GET', pathOf())

  expect(body.device_id).toBe(device)
  expect(body.messages.map((one: { message_id: string }) => one.message_id)).toEqual(
    Array.from({ length: 20 }, (_, n) => `m-${21 - n}`),
  )
})

test('northbound §2.4: an unknown message is an empty 200, an unknown device 404', async () => {
  expect(await api.ours.call('GET', `${pathOf()}/nobody`)).toEqual({ status: 200, body: {} })
  expect((await api.ours.call('GET', `${pathOf('nobody')}/m-1`)).status).toBe(404)
})

test('a message that waits is withdrawn by its deletion', async () => {
  await create({ message_id: 'm-1' })

  expect(await api.ours.call('DELETE', `${pathOf()}/m-1`)).toEqual({ status: 204 })
  expect(await show('m-1')).toEqual({})
  expect(await api.ours.call('DELETE', `${pathOf()}/m-1`)).toMatchObject({ status: 404 })
  expect((await api.theirs.call('DELETE', `${pathOf()}/m-1`)).status).toBe(404)
})

test('safety S16: messages go with their device, and a later one of its id has none of them', async () => {
  await create({ message_id: 'm-1' })
  await api.ours.call('DELETE', `/devices/${device}`)
  await added({ device_id: device })

  expect((await api.ours.call('GET', pathOf())).body.messages).toEqual([])
})
