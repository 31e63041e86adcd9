import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { DeviceId, Position } from '../../src/base/ids.ts'
import { limits } from '../../src/base/limits.ts'
import { Refusal } from '../../src/base/refusal.ts'
import { dueBits } from '../../src/domain/device/due.ts'
import { findDeviceAnywhere } from '../../src/store/devices.ts'
import { openProjections, type Projections } from '../../src/projections/projections.ts'
import { startTestApi, type TestApi } from '../support/api.ts'
import { aReportVerdict, anEntry } from '../support/builders.ts'
import { openLog } from '../support/segment-log.ts'
import { aWireProperty, aWireService, createdProduct, unique } from '../support/wire.ts'

/* The operations over a real log and real projections. */

let api: TestApi
let folder: string
let log: ReturnType<typeof openLog>
let projections: Projections
let product_id: string
let isLogFull = false
const pushed: string[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quayside-test-'))
  log = openLog(join(folder, 'log'))
  projections = await openProjections({
    file: join(folder, 'projections.db'),
    historyFolder: join(folder, 'history'),
    log,
  })
  api = await startTestApi({
    readShadow: (deviceId) => projections.readShadow(deviceId),
    changeShadow: (change) =>
      projections.outcomeOf(change.body.changeId, async () => {
        if (isLogFull) throw new Refusal('store-unavailable')
        return (await log.append([change]))[0] as Position
      }),
    pushDesired: ({ deviceId }) => void pushed.push(deviceId),
  })
  const properties = [
    aWireProperty(),
    aWireProperty({ property_name: 'mode', data_type: 'string' }),
    aWireProperty({ property_name: 'serial', method: 'R' }),
  ]
  product_id = await createdProduct(api.ours, {
    service_capabilities: [aWireService({ properties }), aWireService({ service_id: 'Lamp', properties })],
  })
})
afterAll(async () => {
  await api.close()
  await projections.close()
  await log.close()
  rmSync(folder, { recursive: true, force: true })
})

let device: string
beforeEach(async () => {
  device = (await api.ours.call('POST', '/devices', { product_id, node_id: unique('n') })).body.device_id
  pushed.length = 0
})

const put = (shadow: readonly object[], id = device) =>
  api.ours.call('PUT', `/devices/${id}/shadow`, { shadow })
const read = async () => (await api.ours.call('GET', `/devices/${device}/shadow`)).body.shadow
const battery = (desired: object, rest: object = {}) => ({ service_id: 'Battery', desired, ...rest })
const isDue = async (id = device) =>
  (((await findDeviceAnywhere(api.store, id as DeviceId))?.due ?? 0) & dueBits.desired) !== 0

describe('UpdateDeviceShadowDesiredData', () => {
  test('northbound §4.5: named properties are set, null removes one, {} clears the section; the answer shows it', async () => {
    const event_time = '20261122T120000Z'

    expect(await put([battery({ batteryLevel: 80, mode: 'eco' })])).toEqual({
      status: 200,
      body: {
        device_id: device,
        shadow: [
          {
            service_id: 'Battery',
            desired: { properties: { batteryLevel: 80, mode: 'eco' }, event_time },
            version: 1,
          },
        ],
      },
    })
    expect((await put([battery({ batteryLevel: null, mode: 'on' })])).body.shadow).toMatchObject([
      { desired: { properties: { mode: 'on' } }, version: 2 },
    ])
    expect((await put([battery({})])).body.shadow).toEqual([{ service_id: 'Battery', version: 3 }])
    expect(await read()).toEqual([{ service_id: 'Battery', version: 3 }])
  })

  test('device protocol §4.4: what is desired is on its way to the device when it is answered', async () => {
    expect(await isDue()).toBe(false)

    await put([battery({ batteryLevel: 80 })])

    expect(pushed).toEqual([device])
    expect(await isDue(), 'and waits for it if it is offline').toBe(true)
  })

  test('device protocol §2.11: what is desired of a child waits for its gateway, too', async () => {
    const body = { product_id, node_id: unique('n'), gateway_id: device }
    const child = (await api.ours.call('POST', '/devices', body)).body.device_id

    await put([battery({ batteryLevel: 80 })], child)

    expect([await isDue(child), await isDue()]).toEqual([true, true])
  })

  test('device protocol §4.4: a device whose model has defaults is looked at when it connects', async () => {
    const properties = [aWireProperty({ default_value: 50 })]
    const product = await createdProduct(api.ours, { service_capabilities: [aWireService({ properties })] })
    const body = { product_id: product, node_id: unique('n') }
    const { device_id } = (await api.ours.call('POST', '/devices', body)).body

    expect(await isDue(device_id)).toBe(true)
  })

  test('northbound §4.5: values are not held against their type', async () => {
    const { status, body } = await put([battery({ batteryLevel: 'full', mode: { a: [1, null] } })])

    expect(status).toBe(200)
    expect(body.shadow[0].desired.properties).toEqual({ batteryLevel: 'full', mode: { a: [1, null] } })
  })

  test('northbound §4.5: a version must be the current one, of every service, or nothing changes', async () => {
    await put([battery({ batteryLevel: 1 }, { version: 0 })])
    await log.append([
      anEntry({
        deviceId: device as DeviceId,
        verdict: aReportVerdict({ serviceId: 'Battery', values: { batteryLevel: 2 } }),
      }),
    ])
    const before = await read()
    expect(before).toMatchObject([{ version: 2 }])

    const refused = await put([
      { service_id: 'Lamp', desired: { mode: 'x' }, version: 0 },
      battery({ batteryLevel: 3 }, { version: 1 }),
    ])

    expect(refused).toMatchObject({ status: 400, body: { error_code: 'IOTDA.000006' } })
    expect(refused.body.error_msg).toContain('version 2, not 1')
    expect(await read()).toEqual(before)
    expect((await put([battery({ batteryLevel: 3 }, { version: 2 })])).status).toBe(200)
  })

  test.each([
    ['a service that the model lacks', [{ service_id: 'Unknown', desired: { a: 1 } }], 'IOTDA.013002'],
    ['a property that the model lacks', [battery({ batteryLevel: 1, nope: 1 })], 'IOTDA.013002'],
    ['removing a property that the model lacks', [battery({ nope: null })], 'IOTDA.013002'],
    ['a service twice', [battery({ mode: 'a' }), battery({ mode: 'b' })], 'IOTDA.000006'],
    ['no service', [], 'IOTDA.000006'],
    ['a negative version', [battery({}, { version: -1 })], 'IOTDA.000006'],
    ['no desired', [{ service_id: 'Battery' }], 'IOTDA.000006'],
    ['desired that is no object', [{ service_id: 'Battery', desired: [1] }], 'IOTDA.000006'],
    [
      'a value that no packet takes',
      [battery({ mode: 'x'.repeat(limits.desiredValueBytesMax) })],
      'IOTDA.000006',
    ],
    ['a system service of devices', [{ service_id: '$sdk', desired: { a: 1 } }], 'IOTDA.013002'],
    ['a key with a dot', [{ service_id: '$device_rule', desired: { 'a.b': 1 } }], 'IOTDA.000006'],
  ])('%s is refused, and nothing changes', async (_, shadow, error_code) => {
    const before = await api.snapshot()

    expect(await put(shadow)).toMatchObject({ status: 400, body: { error_code } })

    expect(await read()).toEqual([])
    expect(await api.snapshot()).toBe(before)
    expect(pushed).toEqual([])
  })

  test.each([
    ['$device_rule', { 'rule-41': { version: 3 }, 'rule-12': { version: -1 } }],
    ['$security_detection_config', { memoryCheck: 1, memoryThreshold: 80 }],
  ])(
    'device protocol §3.8.11, §3.8.12: %s is in no model and lives in the shadow',
    async (service_id, desired) => {
      expect((await put([{ service_id, desired }])).body.shadow).toMatchObject([
        { service_id, desired: { properties: desired } },
      ])
    },
  )

  test('works for a frozen device', async () => {
    await api.ours.call('POST', `/devices/${device}/freeze`)

    expect((await put([battery({ batteryLevel: 1 })])).status).toBe(200)
    expect((await api.ours.call('DELETE', `/devices/${device}/shadow`)).status).toBe(204)
  })

  test('R2: a log that cannot be written is said so, nothing changes, and the next attempt goes through', async () => {
    isLogFull = true
    onTestFinished(() => void (isLogFull = false))

    expect(await put([battery({ batteryLevel: 1 })])).toMatchObject({ status: 503 })
    expect((await api.ours.call('DELETE', `/devices/${device}/shadow`)).status).toBe(503)
    expect(await read()).toEqual([])
    expect(pushed).toEqual([])

    isLogFull = false
    expect((await put([battery({ batteryLevel: 1 }, { version: 0 })])).status).toBe(200)
  })

  test('a shadow that is full is said so', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: limits.shadowPropertiesMax }, (_, n) => [`rule-${n}`, { version: n }]),
    )
    expect((await put([{ service_id: '$device_rule', desired: properties }])).status).toBe(200)

    expect(await put([{ service_id: '$device_rule', desired: { more: 1 } }])).toMatchObject({
      status: 400,
      body: { error_code: 'IOTDA.000006', error_msg: expect.stringContaining('$device_rule') },
    })
  })

  test('S14: who changed a shadow is recorded', async () => {
    api.audited()
    await put([battery({ batteryLevel: 1 })])
    await api.ours.call('DELETE', `/devices/${device}/shadow`)

    expect(api.audited()).toMatchObject([
      { action: 'shadow.update', actor: 'ours', outcome: 'done' },
      { action: 'shadow.delete', actor: 'ours', outcome: 'done' },
    ])
  })
})

test('DeleteDeviceShadow: both sections of all services go, the version grows', async () => {
  await put([battery({ batteryLevel: 1 }), { service_id: 'Lamp', desired: { mode: 'on' } }])

  expect(await api.ours.call('DELETE', `/devices/${device}/shadow`)).toEqual({ status: 204, body: undefined })

  expect(await read()).toEqual([
    { service_id: 'Battery', version: 2 },
    { service_id: 'Lamp', version: 2 },
  ])
  expect((await api.ours.call('DELETE', `/devices/${device}/shadow`)).status, 'again').toBe(204)
  expect(await read()).toMatchObject([{ version: 2 }, { version: 2 }])
})

test("threat 7: another project's shadow is neither found nor changed; an unknown device has none", async () => {
  await put([battery({ batteryLevel: 1 })])
  const before = await read()
  const body = { shadow: [battery({ batteryLevel: 2 })] }

  for (const [method, sent] of [['PUT', body], ['DELETE']] as const) {
    expect(await api.theirs.call(method, `/devices/${device}/shadow`, sent)).toMatchObject({
      status: 404,
      body: { error_code: 'IOTDA.014000' },
    })
    expect(
      await api.theirs.callAs(api.ours.projectId, method, `/devices/${device}/shadow`, sent),
    ).toMatchObject({ status: 403, body: { error_code: 'IOTDA.000021' } })
    expect((await api.ours.call(method, '/devices/unknown/shadow', sent)).status).toBe(404)
  }
  expect(await read()).toEqual(before)
})
