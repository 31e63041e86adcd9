import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SdkPlatform, startSdkPlatform } from '../sdk-behaviour/platform.ts'
import { requestIdOf, versions, type Wired, wired } from './wired.ts'

/*
 * What comes up from devices, topic by topic of the catalogue (device protocol §3.0.1), on both versions: a PUBACK of
 * success, and what it is for.
 */

let platform: SdkPlatform
beforeAll(async () => void (platform = await startSdkPlatform()))
afterAll(() => platform.dispose())

const call = (device: Wired, method: string, path: string, body?: unknown) =>
  platform.call(device.id, method, path, body)

/** The message stands in the log as it came, with its topic. */
async function isKept(device: Wired, kind: 'message-up' | 'event-up', topic: string, payload: string) {
  await device.say(topic, payload)
  expect(await platform.entries(device.id, kind)).toMatchObject([{ topic, payload }])
  await device.endQuietly()
}

describe.for(versions)('MQTT %s', ([, level]) => {
  test('device protocol §3.0.1, topic 1 up: messages/up is kept', async () => {
    const device = await wired(platform, level)
    await isKept(device, 'message-up', device.topic('messages/up?request_id=r-1'), '{"content":"x"}')
  })

  test('device protocol §3.0.1, topic 3 up: properties/report is in the shadow', async () => {
    const device = await wired(platform, level)

    await device.say(device.topic('properties/report'), {
      services: [{ service_id: 'Env', properties: { temperature: 21.5 }, event_time: '20240102T030405Z' }],
    })

    expect(await platform.shadowOf(device.id)).toMatchObject([
      {
        service_id: 'Env',
        reported: { properties: { temperature: 21.5 }, event_time: '20240102T030405Z' },
      },
    ])
    await device.endQuietly()
  })

  test('device protocol §3.0.1, topic 4 up: gateway/sub_devices/properties/report is in the shadow of each child', async () => {
    const gateway = await wired(platform, level)
    const { deviceId: child } = await platform.register({ gateway_id: gateway.id, auth_info: undefined })
    const services = [{ service_id: 'Env', properties: { temperature: 4 }, event_time: '20240102T030405Z' }]

    await gateway.say(gateway.topic('gateway/sub_devices/properties/report'), {
      devices: [
        { device_id: child, services },
        { device_id: gateway.id, services },
      ],
    })

    const reported = { properties: { temperature: 4 }, event_time: '20240102T030405Z' }
    for (const deviceId of [child, gateway.id])
      expect(await platform.shadowOf(deviceId)).toMatchObject([{ service_id: 'Env', reported }])
    expect(await platform.statusOf(child)).toBe('INACTIVE')
    await gateway.wire.disconnect()
  })

  test('device protocol §3.0.1, topic 6 up: properties/set/response ends the application’s call', async () => {
    const device = await wired(platform, level)
    const asked = call(device, 'PUT', '/properties', {
      services: [{ service_id: 'Env', properties: { threshold: 1 } }],
    })
    const requestId = requestIdOf(await device.wire.next())

    await device.say(device.topic(`properties/set/response/request_id=${requestId}`), {
      ...{ result_code: 3, result_desc: 'jammed' },
    })

    expect(await asked).toMatchObject({
      status: 200,
      body: { request_id: requestId, response: { result_code: 3, result_desc: 'jammed' } },
    })
    await device.endQuietly()
  })

  test('device protocol §3.0.1, topic 8 up: properties/get/response ends the call, and is in the shadow', async () => {
    const device = await wired(platform, level)
    const asked = call(device, 'GET', '/properties')
    const requestId = requestIdOf(await device.wire.next())
    const services = [
      { service_id: 'Env', properties: { temperature: 21.7 }, event_time: '20240102T030500Z' },
    ]

    await device.say(device.topic(`properties/get/response/request_id=${requestId}`), { services })

    expect(await asked).toMatchObject({ status: 200, body: { response: { services } } })
    expect(await platform.shadowOf(device.id)).toMatchObject([
      {
        service_id: 'Env',
        reported: { properties: { temperature: 21.7 }, event_time: '20240102T030500Z' },
      },
    ])
    await device.endQuietly()
  })

  test('device protocol §3.0.1, topic 9 up: shadow/get is answered', async () => {
    const device = await wired(platform, level)
    const requestId = randomUUID()

    await device.say(device.topic(`shadow/get/request_id=${requestId}`), { object_device_id: device.id })

    expect((await device.wire.next()).topic).toBe(device.topic(`shadow/get/response/request_id=${requestId}`))
    await device.endQuietly()
  })

  test('device protocol §3.0.1, topic 12 up: commands/response ends the application’s call', async () => {
    const device = await wired(platform, level)
    const asked = call(device, 'POST', '/commands', { paras: {} })
    const requestId = requestIdOf(await device.wire.next())
    const answer = { result_code: 0, response_name: 'switch_rsp', paras: { state: 'on' } }

    await device.say(device.topic(`commands/response/request_id=${requestId}`), answer)

    expect(await asked).toMatchObject({
      status: 200,
      body: { command_id: requestId, response: answer },
    })
    await device.endQuietly()
  })

  test('device protocol §3.0.1, topic 13 up: events/up is kept, of whatever service', async () => {
    const device = await wired(platform, level)
    await isKept(
      device,
      'event-up',
      device.topic('events/up'),
      '{"services":[{"service_id":"Door","event_type":"opened","paras":{}}]}',
    )
  })

  test('device protocol §3.0.1, topic 17 up: user/… is kept', async () => {
    const device = await wired(platform, level)
    await isKept(device, 'message-up', `$oc/devices/${device.id}/user/door/state`, '{"raw":true}')
  })

  test('device protocol §3.0.1, topic 18 up: a topic that does not begin with $oc is kept, and sent to nobody', async () => {
    const [device, other] = [await wired(platform, level), await wired(platform, level)]
    const topic = `plant/${device.id}/door`
    await other.wire.subscribe([topic, '#'])

    await isKept(device, 'message-up', topic, 'open')

    await other.endQuietly()
  })

  test('device protocol §3.0.1, topic 20 up: $oc/m2m/… is kept, and handed to the device it names', async () => {
    const [device, target] = [await wired(platform, level), await wired(platform, level)]
    const topic = `$oc/m2m/to/${target.id}/from/${device.id}/request_id=r-1`
    await target.wire.subscribe([`$oc/m2m/to/${target.id}/#`])
    const payload = JSON.stringify({ request_id: 'r-1', to: target.id, from: device.id, content: 'toggle' })

    await isKept(device, 'message-up', topic, payload)

    const publish = await target.wire.next()
    expect([publish.topic, publish.payload.toString()]).toEqual([topic, payload])
    await target.endQuietly()
  })

  test('device protocol §3.0.1, topic 21 up: /huawei/v1/…/data/json is a report, …/data/binary is kept as it came', async () => {
    const device = await wired(platform, level)

    await device.say(`/huawei/v1/devices/${device.id}/data/json`, {
      msgType: 'deviceReq',
      data: [{ serviceId: 'Env', serviceData: { temperature: 21.5 }, eventTime: '20240102T030405Z' }],
    })

    expect(await platform.shadowOf(device.id)).toMatchObject([
      {
        service_id: 'Env',
        reported: { properties: { temperature: 21.5 }, event_time: '20240102T030405Z' },
      },
    ])
    await isKept(device, 'message-up', `/huawei/v1/devices/${device.id}/data/binary`, '[1, 2, 3]')
  })

  test('device protocol §3.0.1, topic 23 up: sub_device_manage/messages/up is kept as a message', async () => {
    const device = await wired(platform, level)
    await isKept(
      device,
      'message-up',
      device.topic('sub_device_manage/messages/up'),
      '{"id":"m1","name":"n","content":"x"}',
    )
  })

  test('device protocol §3.0.2: what only goes down is refused to devices, and kept by nobody', async () => {
    const device = await wired(platform, level)
    for (const topic of [
      device.topic('messages/down'),
      device.topic('commands/request_id=r'),
      device.topic('events/down'),
      '$oc/broadcast/notice',
      `/huawei/v1/devices/${device.id}/command/json`,
    ])
      expect(await device.wire.publish(topic, '{}')).toBe(level === 5 ? 0x87 : 0)

    expect(await platform.entries(device.id, 'message-up,event-up')).toEqual([])
    await device.endQuietly()
  })
})
