import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonValue } from '../../src/base/json.ts'
import type { Account } from '../support/sdk-clients/sdk-client.ts'
import { type SdkPlatform, startSdkPlatform } from './sdk-behaviour/platform.ts'
import { bodyOf, connectWired, versions, wired, type Wired } from './topics/wired.ts'

/*
 * Every device event (device protocol §3.8) with what no device should send: each payload is acknowledged, leaves a
 * notice, and nothing else comes of it; the device and all others are served on.
 */

let platform: SdkPlatform
beforeAll(async () => void (platform = await startSdkPlatform()))
afterAll(() => platform.dispose())

type Paras = { readonly [name: string]: JsonValue }

const MANY = 10_000
const long = 'x'.repeat(MANY)
const many: JsonValue = Array.from({ length: MANY }, () => null)
const deep = (levels: number): JsonValue => (levels === 0 ? 1 : { in: deep(levels - 1) })
/** What stands for a value of any kind: no text, no number, no list of texts, no object that is known. */
const wrong: readonly JsonValue[] = [true, [], [[]], { a: 1 }, many, deep(20), '\ud800', long]

/** Each event with parameters that are good but for the one that `spoilt` puts a wrong value into. */
const ofDevice: readonly (readonly [
  service: string,
  type: string,
  good: Paras,
  spoilt: readonly string[],
])[] = [
  ['$time_sync', 'time_sync_request', {}, ['device_send_time']],
  ['$sdk_info', 'sdk_info_report', { device_sdk_version: 'v' }, ['device_sdk_version', 'sw_version']],
  ['$ota', 'version_report', { sw_version: '1' }, ['sw_version', 'fw_version']],
  [
    '$ota',
    'upgrade_progress_report',
    { result_code: 0, version: '1' },
    ['result_code', 'progress', 'version'],
  ],
  ['$log', 'log_report', { type: 'A', content: 'a' }, ['type', 'timestamp']],
  ['$log', 'security_log_report', { type: 'A', content: {} }, ['type', 'timestamp']],
  ['$device_config', 'config_update_response', { result_code: 0 }, ['result_code']],
  ['$file_manager', 'get_upload_url', { file_name: 'a' }, ['size', 'hash_code']],
  ['$file_manager', 'get_download_url', { file_name: 'a' }, ['size', 'hash_code']],
  ['$file_manager', 'upload_result_report', { object_name: 'a', result_code: 0 }, ['result_code']],
  ['$file_manager', 'download_result_report', { object_name: 'a', result_code: 0 }, ['result_code']],
]
const ofGateway: readonly (readonly [type: string, list: string])[] = [
  ['add_sub_device_request', 'devices'],
  ['delete_sub_device_request', 'devices'],
  ['sub_device_update_status', 'device_statuses'],
]

const event = (service_id: JsonValue, event_type: JsonValue, paras: JsonValue) => ({
  services: [{ service_id, event_type, paras }],
})

/** Once it has its answer, all that was sent before has been acted on. */
async function settled(device: Wired): Promise<void> {
  await device.say(device.topic('events/up'), event('$oh_soft_bus', 'soft_bus_config_request', {}))
  for (;;) {
    const [{ event_type }] = bodyOf(await device.wire.next()).services
    if (event_type === 'soft_bus_config_response') return
  }
}

const noticesOf = (deviceId: string) => platform.entries(deviceId, 'notice')

const noFaults = (): void => {
  expect(platform.quayside.output()).not.toContain('could not be handled')
}

describe.for(versions)('MQTT %s', ([, level]) => {
  test('S11, device protocol §3.8.1: payloads that are no events at all', async () => {
    const device = await wired(platform, level)
    const payloads = [
      '',
      'null',
      '7',
      '"x"',
      '[',
      '{"services":null}',
      '{"services":[]}',
      '{"services":[null]}',
    ]
    const objects = [
      { object_device_id: 5, services: [] },
      ...wrong.filter((value) => value !== '\ud800').map((value) => event(value, 'x', {})),
      event('$log', '', {}),
      event('$log', 'log_report', []),
      event('$log', 'log_report', 'x'),
      event('$log', 'unheard-of', {}),
      event('$sub_device_manager', 'toString', {}),
      event('$constructor', '__proto__', {}),
    ]

    for (const payload of payloads) await device.say(device.topic('events/up'), payload)
    for (const payload of objects) await device.say(device.topic('events/up'), payload)
    await device.wire.publish(device.topic('events/up'), Buffer.from([0xff, 0xfe]))
    await settled(device)

    expect((await noticesOf(device.id)).map(({ code }) => code)).toEqual(
      expect.arrayContaining(['payload-not-json', 'payload-invalid', 'event-unknown']),
    )
    expect(await noticesOf(device.id)).toHaveLength(payloads.length + objects.length + 1)
    noFaults()
    await device.endQuietly()
  })

  test('R11, device protocol §3.8.1: of ten thousand events in one payload a hundred are looked at, and one notice says so', async () => {
    const device = await wired(platform, level)

    await device.say(device.topic('events/up'), {
      services: Array.from({ length: MANY }, () => ({ service_id: 'Door', event_type: 'opened', paras: {} })),
    })
    await settled(device)

    expect(await noticesOf(device.id)).toMatchObject([
      { code: 'payload-invalid', params: { field: 'services', rule: 'must have at most 100 entries' } },
    ])
    await device.endQuietly()
  })

  test.each(ofDevice)(
    'S11, device protocol §3.8: %s %s with wrong values',
    async (service, type, good, spoilt) => {
      const device = await wired(platform, level)
      const bad = spoilt.flatMap((name) =>
        wrong
          .filter((value) => typeof value !== 'string' || value === long)
          .map((value) => ({ ...good, [name]: value })),
      )

      for (const paras of bad) await device.say(device.topic('events/up'), event(service, type, paras))
      await settled(device)

      expect((await noticesOf(device.id)).map(({ code }) => code)).toEqual(bad.map(() => 'payload-invalid'))
      noFaults()
      await device.endQuietly()
    },
  )

  test.each(ofGateway)('S11, device protocol §3.8.3: %s with wrong values', async (type, list) => {
    const gateway = await wired(platform, level)
    const ask = async (paras: JsonValue) => {
      await gateway.say(gateway.topic('events/up'), event('$sub_device_manager', type, paras))
      return bodyOf(await gateway.wire.next()).services[0]
    }

    for (const value of [null, 'all', 7, {}, many])
      expect(await ask({ [list]: value })).toMatchObject({ paras: { successful_devices: [] } })
    for (const value of wrong) {
      const { paras } = await ask({ [list]: [value, { device_id: value, node_id: value, status: value }] })
      expect([paras.successful_devices, paras.failed_devices.length]).toEqual([[], 2])
    }

    expect(await noticesOf(gateway.id)).toHaveLength(5)
    noFaults()
    await gateway.endQuietly()
  })

  test('S5, device protocol §3.0.3: whatever event names a child of another gateway, nothing comes of it', async () => {
    const [gateway, other] = [await wired(platform, level), await wired(platform, level)]
    const { deviceId: foreign }: Account = await platform.register({
      ...{ gateway_id: other.id, auth_info: undefined },
    })
    // Of its child.
    await other.wire.next()

    for (const name of [foreign, other.id, 'nobody'])
      for (const [service, type, good] of ofDevice)
        await gateway.say(gateway.topic('events/up'), {
          object_device_id: name,
          ...event(service, type, { ...good, device_send_time: 1 }),
        })
    await settled(gateway)

    expect((await noticesOf(gateway.id)).map(({ code, params }) => [code, params.device])).toEqual(
      [foreign, other.id, 'nobody'].flatMap((name) => ofDevice.map(() => ['object-device-foreign', name])),
    )
    for (const id of [foreign, other.id]) expect(await platform.entries(id, 'event-up,notice')).toEqual([])
    await other.endQuietly()
    await gateway.endQuietly()
  })

  test('S11, device protocol §3.4: batches that are none are refused whole, and the gateway’s own report goes on', async () => {
    const account = await platform.register()
    const gateway = await connectWired(platform, level, account)
    const topic = gateway.topic('gateway/sub_devices/properties/report')
    const part = { device_id: gateway.id, services: [{ service_id: 'Env', properties: { temperature: 1 } }] }
    const bad: readonly JsonValue[] = [
      ...[null, [], 'x', {}, { devices: null }, { devices: {} }, { devices: [] }],
      { devices: Array.from({ length: 101 }, () => part) },
      ...wrong.filter((value) => !Array.isArray(value)).map((value) => ({ devices: value })),
    ]

    for (const payload of bad)
      expect(await gateway.wire.publish(topic, JSON.stringify(payload))).toBe(level === 5 ? 0x99 : 0)
    for (const device_id of wrong)
      expect(await gateway.wire.publish(topic, JSON.stringify({ devices: [{ ...part, device_id }] }))).toBe(
        level === 5 ? 0x99 : 0,
      )
    expect(await gateway.wire.publish(topic, JSON.stringify({ devices: [part, null, part] }))).toBe(0)

    const entries = await platform.entries(gateway.id, 'report')
    expect(entries.filter(({ verdict }) => verdict.outcome === 'refused')).toHaveLength(bad.length)
    expect(entries.filter(({ verdict }) => verdict.outcome === 'accepted')).toHaveLength(2)
    expect(await noticesOf(gateway.id)).toHaveLength(wrong.length + 1)
    noFaults()
    await gateway.endQuietly()
  })
})
