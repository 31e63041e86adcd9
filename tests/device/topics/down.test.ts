import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Publish } from '../../support/sdk-clients/wire.ts'
import { type SdkPlatform, startSdkPlatform } from '../sdk-behaviour/platform.ts'
import { bodyOf, requestIdOf, versions, type Wired, wired } from './wired.ts'

/* What goes down to devices, topic by topic of the catalogue (device protocol §3.0.1), on both versions. */

let platform: SdkPlatform
beforeAll(async () => void (platform = await startSdkPlatform()))
afterAll(() => platform.dispose())

const call = (device: Wired, method: string, path: string, body?: unknown) =>
  platform.call(device.id, method, path, body)

/** Answers a question on its response topic. */
async function respond(device: Wired, path: string, asked: Publish): Promise<void> {
  await device.say(device.topic(`${path}/response/request_id=${requestIdOf(asked)}`), '{}')
}

describe.for(versions)('MQTT %s', ([, level]) => {
  /** Device protocol §1.5: comes at QoS 0 to who has not subscribed, and once, at QoS 1, to who has. */
  async function comesAnyway(filter: string, cause: (device: Wired) => Promise<Publish>): Promise<void> {
    for (const qos of [0, 1] as const) {
      const device = await wired(platform, level)
      const granted = qos === 1 ? await device.wire.subscribe([device.topic(filter)]) : [qos]
      expect(granted).toEqual([qos])

      expect(await cause(device)).toMatchObject({ qos, dup: false })

      await device.endQuietly()
    }
  }

  /** Device protocol §1.5 point 3: comes at the quality that was granted, and not to who has not subscribed. */
  async function comesToSubscribers(
    filterOf: (device: Wired) => string,
    cause: (device: Wired) => Promise<void>,
    payload?: Uint8Array,
  ): Promise<void> {
    for (const qos of [0, 1] as const) {
      const device = await wired(platform, level)
      expect(await device.wire.subscribe([filterOf(device)], qos)).toEqual([qos])

      await cause(device)
      const expected = { topic: filterOf(device), qos, dup: false, ...(payload && { payload }) }
      expect(await device.wire.next()).toMatchObject(expected)

      await device.wire.unsubscribe(filterOf(device))
      await cause(device)
      await device.endQuietly()
    }
  }

  test('device protocol §3.0.1, topic 2 down: messages/down, without SUBSCRIBE at QoS 0, with one at QoS 1', async () => {
    await comesAnyway('messages/down', async (device) => {
      const { body } = await call(device, 'POST', '/messages', { message: 'hello' })
      const publish = await device.wire.next()
      expect(publish.topic).toBe(device.topic('messages/down'))
      expect(bodyOf(publish)).toEqual({ id: body.message_id, content: 'hello' })
      return publish
    })
  })

  test('device protocol §3.0.1, topic 5 down: properties/set, without SUBSCRIBE at QoS 0, with one at QoS 1', async () => {
    await comesAnyway('properties/set/#', async (device) => {
      const services = [{ service_id: 'Env', properties: { threshold: 30, unit: 'C' } }]
      const asked = call(device, 'PUT', '/properties', { services })
      const publish = await device.wire.next()
      expect(publish.topic).toBe(device.topic(`properties/set/request_id=${requestIdOf(publish)}`))
      expect(bodyOf(publish)).toEqual({ services })
      await respond(device, 'properties/set', publish)
      expect((await asked).status).toBe(200)
      return publish
    })
  })

  test('device protocol §7 no. 8: a property set above 64 KiB arrives, with a notice of it; one above 256 KiB is refused', async () => {
    const device = await wired(platform, level)
    const set = (bytes: number) => ({
      services: [{ service_id: 'Env', properties: { unit: 'x'.repeat(bytes) } }],
    })
    for (const [bytes, notices] of [
      [60 * 1024, 0],
      [66 * 1024, 1],
    ] as const) {
      const asked = call(device, 'PUT', '/properties', set(bytes))
      const publish = await device.wire.next()
      expect(bodyOf(publish)).toEqual(set(bytes))
      await respond(device, 'properties/set', publish)
      expect((await asked).status).toBe(200)
      expect(await platform.entries(device.id, 'notice')).toMatchObject(
        Array.from({ length: notices }, () => ({ code: 'property-set-large', params: { limit: 65_536 } })),
      )
    }
    const refused = await call(device, 'PUT', '/properties', set(256 * 1024))
    expect([refused.status, refused.body.error_code]).toEqual([400, 'IOTDA.000006'])
    await device.endQuietly()
  })

  test('device protocol §3.0.1, topic 7 down: properties/get, without SUBSCRIBE at QoS 0, with one at QoS 1', async () => {
    await comesAnyway('properties/get/#', async (device) => {
      const asked = call(device, 'GET', '/properties?service_id=Env')
      const publish = await device.wire.next()
      expect(publish.topic).toBe(device.topic(`properties/get/request_id=${requestIdOf(publish)}`))
      expect(bodyOf(publish)).toEqual({ service_id: 'Env' })
      await respond(device, 'properties/get', publish)
      expect((await asked).status).toBe(200)
      return publish
    })
  })

  test('device protocol §3.0.1, topic 10 down: shadow/get/response, without SUBSCRIBE at QoS 0, with one at QoS 1', async () => {
    await comesAnyway('shadow/get/response/#', async (device) => {
      const requestId = randomUUID()
      await device.say(device.topic(`shadow/get/request_id=${requestId}`), '{}')
      const publish = await device.wire.next()
      expect(publish.topic).toBe(device.topic(`shadow/get/response/request_id=${requestId}`))
      expect(bodyOf(publish)).toEqual({ object_device_id: device.id, shadow: [] })
      return publish
    })
  })

  test('device protocol §3.0.1, topic 11 down: commands, without SUBSCRIBE at QoS 0, with one at QoS 1', async () => {
    await comesAnyway('commands/#', async (device) => {
      const asked = call(device, 'POST', '/commands', {
        ...{ service_id: 'Lamp', command_name: 'switch', paras: { state: 'on' } },
      })
      const publish = await device.wire.next()
      expect(bodyOf(publish)).toEqual({ service_id: 'Lamp', command_name: 'switch', paras: { state: 'on' } })
      await respond(device, 'commands', publish)
      expect(publish.topic).toBe(device.topic(`commands/request_id=${(await asked).body.command_id}`))
      return publish
    })
  })

  test('device protocol §3.0.1, topic 14 down: events/down, without SUBSCRIBE at QoS 0, with one at QoS 1', async () => {
    await comesAnyway('events/down', async (device) => {
      const paras = { device_send_time: 1704164645000 }
      const event = { service_id: '$time_sync', event_type: 'time_sync_request', event_id: 'e-1', paras }
      await device.say(device.topic('events/up'), { services: [event] })
      const publish = await device.wire.next()
      expect(publish.topic).toBe(device.topic('events/down'))
      expect(bodyOf(publish).services).toMatchObject([
        { service_id: '$time_sync', event_type: 'time_sync_response', paras },
      ])
      return publish
    })
  })

  test('device protocol §3.0.1, topic 17 down: user/…, to subscribers alone, at the granted QoS', async () => {
    await comesToSubscribers(
      ({ id }) => `$oc/devices/${id}/user/door/state`,
      async (device) => {
        await call(device, 'POST', '/messages', { message: 'x', topic: 'door/state', ttl: 0 })
      },
    )
  })

  test('device protocol §3.0.1, topic 18 down: a topic that does not begin with $oc, to subscribers alone, at the granted QoS', async () => {
    await comesToSubscribers(
      ({ id }) => `plant/${id}/door`,
      async (device) => {
        const topic_full_name = `plant/${device.id}/door`
        await call(device, 'POST', '/messages', { message: 'x', topic_full_name, ttl: 0 })
      },
    )
  })

  test('device protocol §3.0.1, topic 19 down: $oc/broadcast/…, to subscribers alone, at the granted QoS', async () => {
    await comesToSubscribers(
      () => `$oc/broadcast/notice/${level}`,
      async () => {
        await platform.api('POST', '/v5/iot/{project}/broadcast-messages', {
          topic_full_name: `$oc/broadcast/notice/${level}`,
          message: Buffer.from('maintenance').toString('base64'),
        })
      },
    )
  })

  test('device protocol §3.0.1, topic 20 down: $oc/m2m/…, to subscribers alone, at the granted QoS', async () => {
    const source = await wired(platform, level)
    const topicTo = ({ id }: Wired) => `$oc/m2m/to/${id}/from/${source.id}/request_id=r-1`
    await comesToSubscribers(topicTo, async (device) => {
      const body = { request_id: 'r-1', to: device.id, from: source.id, content: 'toggle' }
      await source.say(topicTo(device), body)
    })
    await source.endQuietly()
  })

  test('device protocol §3.0.1, §3.14, topic 22 down: /huawei/v1/…/command/binary has the bytes of an application, to subscribers alone, at the granted QoS', async () => {
    const bytes = Buffer.from('0001ff7b', 'hex')
    await comesToSubscribers(
      ({ id }) => `/huawei/v1/devices/${id}/command/binary`,
      async (device) => {
        const topic_full_name = `/huawei/v1/devices/${device.id}/command/binary`
        const message = { message: bytes.toString('base64'), encoding: 'base64', topic_full_name, ttl: 0 }
        await call(device, 'POST', '/messages', message)
      },
      bytes,
    )
  })

  test('device protocol §3.0.1, topic 22 down: /huawei/v1/…/command/json, to subscribers alone, at the granted QoS', async () => {
    for (const qos of [0, 1] as const) {
      const device = await wired(platform, level)
      const topic = `/huawei/v1/devices/${device.id}/command/json`
      expect(await device.wire.subscribe([topic], qos)).toEqual([qos])
      const asked = call(device, 'POST', '/commands', {
        ...{ service_id: 'Lamp', command_name: 'switch', paras: { state: 'on' } },
      })

      const publish = await device.wire.next()
      expect(publish).toMatchObject({ topic, qos, dup: false })
      const { mid, ...body } = bodyOf(publish)
      expect(body).toEqual({ msgType: 'cloudReq', serviceId: 'Lamp', cmd: 'switch', paras: { state: 'on' } })
      await device.say(`/huawei/v1/devices/${device.id}/data/json`, {
        ...{ msgType: 'deviceRsp', mid, errcode: 0, body: { state: 'on' } },
      })

      expect((await asked).body.response).toMatchObject({ result_code: 0, paras: { state: 'on' } })
      await device.endQuietly()
    }
  })
})

test('safety S3, device protocol §3.12, §3.13: a device of another resource space hears neither broadcasts nor messages of devices', async () => {
  const { app_id } = await platform.api('POST', '/v5/iot/{project}/apps', { app_name: 'elsewhere' })
  const { product_id } = await platform.api('POST', '/v5/iot/{project}/products', {
    ...{ name: 'elsewhere', device_type: 'Sdk', protocol_type: 'MQTT', data_format: 'json', app_id },
    service_capabilities: [],
  })
  const stranger = await wired(platform, 4, { product_id, app_id })
  const source = await wired(platform, 4)
  const filters = ['$oc/broadcast/spaces', `$oc/m2m/to/${stranger.id}/#`]
  expect(await stranger.wire.subscribe(filters)).toEqual([1, 1])

  await platform.api('POST', '/v5/iot/{project}/broadcast-messages', {
    ...{ topic_full_name: '$oc/broadcast/spaces', message: Buffer.from('here').toString('base64') },
  })
  await source.say(`$oc/m2m/to/${stranger.id}/from/${source.id}/request_id=r-1`, { content: 'toggle' })

  await expect
    .poll(() => platform.entries(source.id, 'notice'), { timeout: 30_000 })
    .toMatchObject([{ code: 'relay-target-unknown', params: { target: stranger.id } }])
  await stranger.endQuietly()
  await source.endQuietly()
})
