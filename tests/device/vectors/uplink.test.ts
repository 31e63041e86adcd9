import { strict as assert } from 'node:assert'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import vectors from '../../vectors/device-protocol-vectors.json' with { type: 'json' }
import { type Account, basicTime } from '../../support/sdk-clients/sdk-client.ts'
import { type SdkPlatform, startSdkPlatform } from '../sdk-behaviour/platform.ts'
import { connectWired, requestIdOf, versions, type Wired, wired } from '../topics/wired.ts'

/* The vectors about what devices publish: bytes on a socket, and what the platform has of them afterwards. */

let platform: SdkPlatform
beforeAll(async () => void (platform = await startSdkPlatform()))
afterAll(() => platform.dispose())

/** Time, as history and shadow have it, of the one report of the device, and when it was received. */
async function timesOf({ id }: Wired) {
  const { entries } = await platform.api('GET', `/quayside/v1/{project}/devices/${id}/entries?kinds=report`)
  const history = await platform.api('GET', `/quayside/v1/{project}/devices/${id}/history?service_id=Env`)
  const [shadow] = await platform.shadowOf(id)
  assert(entries.length === 1 && history.points.length === 1)
  return { received: entries[0].at, history: history.points[0].time, shadow: shadow.reported.event_time }
}

for (const { id, note, valid, event_time_absent: isAbsent, ...vector } of vectors.event_time.cases)
  test(`device protocol §4.1, vector ${id}: ${note}`, async () => {
    const device = await wired(platform, 4)
    const entry = { service_id: 'Env', properties: { temperature: 1 } }
    const services = [isAbsent ? entry : { ...entry, event_time: vector.event_time }]

    await device.say(device.topic('properties/report'), { services })

    const { received, history, shadow } = await timesOf(device)
    expect([history, shadow]).toEqual(
      valid
        ? [vector.expected_event_time_ms, vector.expected_event_time]
        : [received, basicTime(Date.parse(received))],
    )
    await device.endQuietly()
  })

for (const { id, note, event_time, ...vector } of vectors.event_time.lenient_option)
  describe(`device protocol §4.1, vector ${id}`, () => {
    const services = [{ service_id: 'Env', properties: { temperature: 1 }, event_time }]

    test(`vector ${id}: as long as the operator does not take this form, the time of receipt stands: ${note}`, async () => {
      const device = await wired(platform, 4)

      await device.say(device.topic('properties/report'), { services })

      const { received, history } = await timesOf(device)
      expect(history).toBe(received)
      await device.endQuietly()
    })

    test(`vector ${id}: where the operator takes it, it stands for reports, batches and answers`, async () => {
      const lenient = await startSdkPlatform({ QUAYSIDE_EVENT_TIME: 'lenient' })
      onTestFinished(() => lenient.dispose())
      const device = await wired(lenient, 4)
      const gateway = await wired(lenient, 4)
      const asked = await wired(lenient, 4)

      await device.say(device.topic('properties/report'), { services })
      await gateway.say(gateway.topic('gateway/sub_devices/properties/report'), {
        devices: [{ device_id: gateway.id, services }],
      })
      const answer = lenient.call(asked.id, 'GET', '/properties?service_id=Env')
      const requestId = requestIdOf(await asked.wire.next())
      await asked.say(asked.topic(`properties/get/response/request_id=${requestId}`), { services })
      expect((await answer).status).toBe(200)

      for (const { id: deviceId } of [device, gateway, asked]) {
        const path = `/quayside/v1/{project}/devices/${deviceId}/history?service_id=Env`
        await expect
          .poll(async () => (await lenient.api('GET', path)).points[0]?.time, { timeout: 30_000 })
          .toBe(vector.expected_event_time_ms)
        const [{ reported }] = await lenient.shadowOf(deviceId)
        expect(reported.event_time).toBe(vector.expected_event_time)
      }
      const verdict = await lenient.api('POST', '/quayside/v1/{project}/explain/report', {
        ...{ device_id: device.id, payload: { services } },
      })
      expect(verdict.services[0]).toMatchObject({
        ...{ time: vector.expected_event_time_ms, time_source: 'device' },
      })
    })
  })

test('device protocol §3.0.2, §8 line 4, vector Z01: the gzip stream is unpacked, and its report in the shadow', async () => {
  for (const [, level] of versions)
    for (const { payload_base64: packed, decoded_utf8: unpacked } of vectors.gzip) {
      const device = await wired(platform, level)

      await device.say(device.topic('properties/report?encoding=gzip'), Buffer.from(packed, 'base64'))

      const [{ service_id, properties, event_time }] = JSON.parse(unpacked).services
      expect(await platform.shadowOf(device.id)).toMatchObject([
        { service_id, reported: { properties, event_time } },
      ])
      await device.endQuietly()
    }
})

/** What each vector's topic is for; those of bridges are in the tests of bridges. */
const payloads: { readonly [kind: string]: string | Uint8Array } = {
  message_up: '{"content":"x"}',
  property_report: '{"services":[{"service_id":"Env","properties":{"temperature":1}}]}',
  gateway_property_report:
    '{"devices":[{"device_id":"gw1","services":[{"service_id":"Env","properties":{"temperature":1}}]}]}',
  command_response: '{}',
  property_set_response: '{}',
  shadow_get: '{}',
  legacy_data_json:
    '{"msgType":"deviceReq","data":[{"serviceId":"Env","serviceData":{"temperature":1},"eventTime":"20240102T030405Z"}]}',
  unknown: '{}',
}
const ofTopics = vectors.topics.filter(({ kind }) => kind in payloads)

describe('topics', () => {
  const accounts = new Map<string, Account>()
  beforeAll(async () => {
    for (const id of ['dev1', 'other', 'gw1'])
      accounts.set(id, await platform.register({ node_id: id, device_id: id }))
    await platform.register({
      ...{ node_id: 'child1', device_id: 'child1', gateway_id: 'gw1', auth_info: undefined },
    })
  })

  for (const { id, connected_as, topic, kind, accept, note = kind } of ofTopics)
    test(`device protocol §3.0.1, vector ${id}: ${topic} of ${connected_as} is ${accept ? 'taken' : 'dropped'}: ${note}`, async () => {
      for (const [, level] of versions) {
        const account = accounts.get(connected_as)
        assert(account)
        const device = await connectWired(platform, level, account)
        const kept = async () =>
          (await platform.entries(account.deviceId, 'report,message-up,response,request')).filter(
            (entry) => entry.topic === topic,
          ).length
        const before = await kept()
        const payload = payloads[kind] ?? ''

        const code = await device.wire.publish(topic, topic.endsWith('=gzip') ? gzipSync(payload) : payload)

        const refusal = kind === 'unknown' ? 0x90 : 0x87
        expect(code).toBe(accept || level < 5 ? 0 : refusal)
        expect((await kept()) - before).toBe(accept ? 1 : 0)
        await device.wire.disconnect()
      }
    })
})
