import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { aModel, anUplink, NOON, PROJECT } from '../../tests/support/builders.ts'
import type { DeviceId } from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import type { DevicePlace } from '../domain/device/place.ts'
import { compileModel } from '../domain/product-model/check-value.ts'
import type { Uplink } from '../domain/uplink/uplink.ts'
import { decideGatewayReport, type GatewayReportDeps } from './gateway-report.ts'

const meter = compileModel(aModel({ Meter: { kwh: { max: '100' } } }))
const lamp = compileModel(aModel({ Lamp: { on: { dataType: 'boolean' } } }))
const GATEWAY = 'gw' as DeviceId
const topic = '$oc/devices/gw/sys/gateway/sub_devices/properties/report'

const places: Readonly<Record<string, DevicePlace>> = {
  gw: { projectId: PROJECT, productKey: 'gateway' },
  m1: { projectId: PROJECT, productKey: 'meter', gatewayId: GATEWAY },
  l1: { projectId: PROJECT, productKey: 'lamp', gatewayId: 'm1' as DeviceId },
  foreign: { projectId: PROJECT, productKey: 'meter', gatewayId: 'other' as DeviceId },
}

const decide = (devices: unknown, over: Partial<Uplink> = {}, deps: Partial<GatewayReportDeps> = {}) =>
  decideGatewayReport(
    {
      modelOf: (key) => ({ meter, lamp })[key],
      findPlace: (id) => places[id],
      findReport: () => Promise.resolve(undefined),
      limits,
      ...deps,
    },
    anUplink({
      kind: 'gateway-report',
      deviceId: GATEWAY,
      productKey: 'gateway',
      topic,
      payload: Buffer.from(JSON.stringify({ devices })),
      ...over,
    }),
  )

const part = (device_id: string, service_id: string, properties: object) => ({
  device_id,
  services: [{ service_id, properties }],
})

test('device protocol §3.4, §4.5: each part is a report of its device, decided against its own product', async () => {
  const { entries, acceptance } = await decide([
    part('m1', 'Meter', { kwh: 7 }),
    part('l1', 'Lamp', { on: true }),
    part('gw', '$sdk', { v: 1 }),
  ])

  expect(entries).toMatchObject(
    [
      ['m1', { services: [{ service_id: 'Meter', properties: { kwh: 7 } }] }],
      ['l1', { services: [{ service_id: 'Lamp', properties: { on: true } }] }],
      ['gw', { services: [{ service_id: '$sdk', properties: { v: 1 } }] }],
    ].map(([deviceId, payload]) => ({
      kind: 'report',
      deviceId,
      projectId: PROJECT,
      at: NOON,
      body: { topic, payload: JSON.stringify(payload), verdict: { outcome: 'accepted' } },
    })),
  )
  expect(acceptance).toEqual({ reasonCode: 0, userProperties: [['verdict', 'report-stored']] })
})

test('S5: parts of strangers are skipped alike, whether they exist or not, and stand on the gateway’s account alone', async () => {
  const { entries, acceptance } = await decide([
    part('foreign', 'Meter', { kwh: 1 }),
    part('nobody', 'Meter', { kwh: 1 }),
    part('bad id!\u0000', 'Meter', { kwh: 1 }),
    { services: [] },
    part('m1', 'Meter', { kwh: 2 }),
  ])

  expect(entries.map(({ kind, deviceId }) => `${kind} ${deviceId}`)).toEqual(['report m1', 'notice gw'])
  expect(entries[1]?.body).toEqual({
    code: 'children-skipped',
    params: { skipped: 4, count: 5, devices: 'foreign, nobody, bad id!\\u0000, (no device_id)' },
    topic,
  })
  expect(acceptance).toMatchObject({ reasonCode: 0, userProperties: [['verdict', 'children-skipped']] })
})

test('a batch of which nothing is stored is answered 0x99, one that is stored in part 0x00 with the reason', async () => {
  const none = await decide([part('foreign', 'Meter', { kwh: 1 })])
  const some = await decide([part('m1', 'Meter', { kwh: 101 }), part('l1', 'Lamp', { on: true })])

  expect(none.acceptance.reasonCode).toBe(0x99)
  expect(some.acceptance).toEqual({
    reasonCode: 0,
    reasonString: "m1: Property 'kwh' of service 'Meter' must be at most 100; 101 is above.",
    userProperties: [['verdict', 'value-above-max']],
  })
})

test('device protocol §3.4: of more than 100 devices nothing is taken', async () => {
  const { entries, acceptance } = await decide(
    Array.from({ length: limits.gatewayReportChildrenMax + 1 }, () => part('m1', 'Meter', { kwh: 1 })),
  )

  expect(entries).toMatchObject([
    { deviceId: 'gw', body: { verdict: { outcome: 'refused', code: 'report-too-many-devices' } } },
  ])
  expect(acceptance.reasonCode).toBe(0x99)
})

for (const [what, payload, code] of [
  ['no JSON', '{', 'report-not-json'],
  ['no object', '[]', 'report-not-object'],
  ['no devices', '{}', 'report-devices-missing'],
  ['devices that are null', '{"devices":null}', 'report-devices-missing'],
  ['no device', '{"devices":[]}', 'report-devices-missing'],
  ['a megabyte and more', ' '.repeat(limits.gatewayReportBytesMax + 1), 'report-too-large'],
] as const)
  test(`device protocol §3.0.2: a batch of ${what} is refused on the gateway's account`, async () => {
    const { entries } = await decide([], { payload: Buffer.from(payload) })

    expect(entries).toMatchObject([
      { kind: 'report', deviceId: 'gw', body: { verdict: { outcome: 'refused', code, services: [] } } },
    ])
    expect(JSON.stringify(entries).length).toBeLessThan(4096)
  })

for (const [what, services, code] of [
  ['no services', undefined, 'report-services-missing'],
  ['services that are null', null, 'report-services-missing'],
  [
    'more than a report may hold',
    [{ service_id: 'Meter', properties: { text: 'x'.repeat(65_536) } }],
    'report-too-large',
  ],
  ['a service that the model lacks', [{ service_id: 'Lamp', properties: { on: true } }], 'service-unknown'],
] as const)
  test(`device protocol §4.2: a part with ${what} is refused, and takes no other with it`, async () => {
    const { entries } = await decide([{ device_id: 'm1', services }, part('l1', 'Lamp', { on: false })])

    expect(entries).toMatchObject([
      { deviceId: 'm1', body: { verdict: { outcome: 'refused', code } } },
      { deviceId: 'l1', body: { verdict: { outcome: 'accepted' } } },
    ])
  })

test('S11: an integer that was rounded in reading is refused in a part as in a report', async () => {
  const payload = Buffer.from(
    '{"devices":[{"device_id":"m1","services":[{"service_id":"$sdk","properties":{"n":9007199254740993}}]}]}',
  )

  const { entries } = await decide([], { payload })

  expect(entries).toMatchObject([{ body: { verdict: { outcome: 'refused', code: 'number-not-exact' } } }])
})

test('a device that is named twice reports twice, in the order of the packet', async () => {
  const { entries } = await decide([part('m1', 'Meter', { kwh: 1 }), part('m1', 'Meter', { kwh: 2 })])

  expect(entries.map(({ body }) => 'payload' in body && body.payload)).toEqual([
    '{"services":[{"service_id":"Meter","properties":{"kwh":1}}]}',
    '{"services":[{"service_id":"Meter","properties":{"kwh":2}}]}',
  ])
})

test('R4: of a redelivery each part keeps the time of the one it repeats', async () => {
  const asked: unknown[] = []
  const { entries } = await decide(
    [part('m1', 'Meter', { kwh: 1 }), part('l1', 'Lamp', { on: true })],
    { redelivered: true },
    {
      findReport: (deviceId, payload, since) => {
        asked.push([deviceId, Buffer.from(payload).toString(), since])
        return Promise.resolve(deviceId === 'm1' ? NOON - 5000 : undefined)
      },
    },
  )

  expect(asked[0]).toEqual([
    'm1',
    '{"services":[{"service_id":"Meter","properties":{"kwh":1}}]}',
    NOON - limits.redeliveryMillisMax,
  ])
  expect(entries).toMatchObject([
    { deviceId: 'm1', at: NOON - 5000, body: { repeats: true } },
    { deviceId: 'l1', at: NOON },
  ])
  expect(entries[1]?.body).not.toHaveProperty('repeats')
})
