import { expect, onTestFinished, test } from 'vitest'
import { aProperty, aService, NOON } from '../../tests/support/builders.ts'
import { aDownlinks } from '../../tests/support/downlinks.ts'
import { aFilledRegistry } from '../../tests/support/filled-registry.ts'
import type { DeviceId } from '../base/ids.ts'
import type { JsonObject } from '../base/json.ts'
import { limits as defaults, type Limits } from '../base/limits.ts'
import { silentLogger } from '../base/logger.ts'
import type { Device } from '../domain/device/device.ts'
import { dueBits } from '../domain/device/due.ts'
import type { Delivery, Downlink } from '../domain/downlink/downlink.ts'
import type { DownlinkEntry, NewEntry } from '../domain/entry/entry.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import { markDesired } from '../store/desired-due.ts'
import { findDeviceAnywhere, insertDevice } from '../store/devices.ts'
import { createDesiredPushes } from './desired-pushes.ts'

const model = [
  aService({
    serviceId: 'Env',
    properties: [aProperty({ name: 'a' }), aProperty({ name: 'b' }), aProperty({ name: 'r', method: 'R' })],
  }),
]

async function setUp({ limits = {} }: { readonly limits?: Partial<Limits> } = {}) {
  const { store, build, clock, product } = await aFilledRegistry({ services: model })
  onTestFinished(() => store.close())

  const shadows = new Map<DeviceId, Shadow[]>()
  const sent: Downlink[] = []
  const entries: NewEntry[] = []
  let deliver: () => Delivery | Promise<Delivery> = () => 'written'
  let onRead: () => Promise<void> = () => Promise.resolve()
  const pushes = createDesiredPushes({
    store,
    clock,
    ids: build.ids,
    limits: { ...defaults, ...limits },
    logger: silentLogger,
    downlinks: aDownlinks((downlink) => {
      sent.push(downlink)
      return deliver()
    }),
    async readShadow(deviceId) {
      const found = shadows.get(deviceId) ?? []
      await onRead()
      return found
    },
    append: async (more) => void entries.push(...more),
  })
  const shadow = (desired: JsonObject | undefined, reported: JsonObject = {}, serviceId = 'Env'): Shadow => ({
    serviceId,
    ...(desired && { desired: { properties: desired, time: NOON } }),
    reported: { properties: reported, time: NOON },
    version: 1,
  })
  return {
    clock,
    store,
    pushes,
    async aDevice(over: Partial<Device> = {}): Promise<Device> {
      const device = build.aDevice(product, over)
      await insertDevice(store, device)
      await markDesired(store, device)
      return device
    },
    desire: (
      device: Device,
      desired: JsonObject | undefined,
      reported: JsonObject = {},
      serviceId?: string,
    ) => void shadows.set(device.deviceId, [shadow(desired, reported, serviceId)]),
    deliveries: (next: typeof deliver) => void (deliver = next),
    whileReading: (next: typeof onRead) => void (onRead = next),
    isDue: async (device: Device) =>
      (((await findDeviceAnywhere(store, device.deviceId))?.due ?? 0) & dueBits.desired) !== 0,
    /** Since the last look. */
    async sent() {
      await pushes.idle()
      return sent.splice(0).map(({ deviceId, topic, payload }) => ({
        to: deviceId,
        topic,
        body: JSON.parse(Buffer.from(payload).toString()),
      }))
    },
    async logged() {
      await pushes.idle()
      return entries.splice(0).map(({ deviceId, body }) => ({ deviceId, body: body as DownlinkEntry }))
    },
  }
}

const setOf = (...services: readonly (readonly [string, JsonObject])[]) => ({
  services: services.map(([service_id, properties]) => ({ service_id, properties })),
})

test('device protocol §4.4: what differs and may be written goes to the device as properties/set, and into the log', async () => {
  const { pushes, aDevice, desire, sent, logged } = await setUp()
  const device = await aDevice()
  desire(device, { a: 1, b: 2, r: 3 }, { a: 1 })

  pushes.push(device.deviceId, 'changed')

  const [push] = await sent()
  const prefix = `$oc/devices/${device.deviceId}/sys/properties/set/request_id=`
  expect(push).toEqual({
    to: device.deviceId,
    topic: expect.stringMatching(/request_id=[0-9a-f-]{36}$/),
    body: setOf(['Env', { b: 2 }]),
  })
  expect(push?.topic.startsWith(prefix)).toBe(true)
  expect(await logged()).toEqual([
    {
      deviceId: device.deviceId,
      body: {
        type: 'property-set',
        id: push?.topic.slice(prefix.length),
        state: 'sent',
        topic: push?.topic,
        payload: JSON.stringify(push?.body),
        payloadEncoding: 'utf8',
      },
    },
  ])
})

test('device protocol §3.0.3: what is desired of a child goes through its topmost gateway, and names the child', async () => {
  const { pushes, aDevice, desire, sent, logged } = await setUp()
  const gateway = await aDevice()
  const child = await aDevice({ gatewayId: gateway.deviceId })
  const grandchild = await aDevice({ gatewayId: child.deviceId })
  desire(grandchild, { a: 1 })

  pushes.push(grandchild.deviceId, 'changed')

  expect(await sent()).toMatchObject([
    {
      to: gateway.deviceId,
      topic: expect.stringContaining(`$oc/devices/${gateway.deviceId}/sys/properties/set/request_id=`),
      body: { object_device_id: grandchild.deviceId, ...setOf(['Env', { a: 1 }]) },
    },
  ])
  expect(await logged()).toMatchObject([{ deviceId: grandchild.deviceId }])
})

test('device protocol §4.4: nothing differs, so nothing is sent', async () => {
  const { pushes, aDevice, desire, sent, logged } = await setUp()
  const device = await aDevice()
  desire(device, { a: 1, r: 9 }, { a: 1.0 })

  for (const cause of ['changed', 'connected', 'report'] as const) {
    pushes.push(device.deviceId, cause)
    expect(await sent()).toEqual([])
  }
  expect(await logged()).toEqual([])
})

test('device protocol §4.4: a device that answers each push with a report is pushed to once a minute', async () => {
  const { pushes, clock, aDevice, desire, sent } = await setUp()
  const device = await aDevice()
  desire(device, { a: 1 }, { a: 0 })
  const push = async (cause: 'changed' | 'connected' | 'report') => {
    pushes.push(device.deviceId, cause)
    return (await sent()).length
  }

  expect(await push('report')).toBe(1)
  for (let n = 0; n < 5; n++) expect(await push('report')).toBe(0)
  clock.advance(defaults.desiredPushMillis - 1)
  expect(await push('report')).toBe(0)
  clock.advance(1)
  expect(await push('report')).toBe(1)
  expect(await push('changed'), 'an application has changed what is desired').toBe(1)
  expect(await push('report')).toBe(0)
  clock.advance(-24 * 3_600_000)
  expect(await push('report'), 'our clock was stepped back').toBe(1)
})

test('device protocol §4.4: once for one session, although its first report came before the push at its connect', async () => {
  const { pushes, clock, aDevice, desire, sent } = await setUp()
  const device = await aDevice()
  desire(device, { a: 1 })
  const connect = async () => {
    await pushes.connected(device.deviceId)
    return (await sent()).length
  }

  pushes.push(device.deviceId, 'report')
  expect(await sent()).toHaveLength(1)
  clock.advance(100)
  expect(await connect()).toBe(0)
  clock.advance(1000)
  expect(await connect(), 'another session').toBe(1)
})

test('device protocol §2.11: a device for which nothing is marked costs no read of its shadow when it connects', async () => {
  const { pushes, aDevice, store, whileReading, sent } = await setUp()
  const device = await aDevice()
  await pushes.connected(device.deviceId)
  await sent()
  whileReading(() => Promise.reject(new Error('it was read')))

  await pushes.connected(device.deviceId)
  await pushes.connected('unknown' as DeviceId)

  expect(await sent()).toEqual([])
  expect((await findDeviceAnywhere(store, device.deviceId))?.due).toBeUndefined()
})

test('device protocol §2.11: with a gateway come its children, on both levels, each for itself', async () => {
  const { pushes, aDevice, desire, sent, isDue } = await setUp()
  const gateway = await aDevice()
  const child = await aDevice({ gatewayId: gateway.deviceId })
  const grandchild = await aDevice({ gatewayId: child.deviceId })
  const without = await aDevice({ gatewayId: gateway.deviceId })
  const stranger = await aDevice()
  for (const device of [child, grandchild, stranger]) desire(device, { a: 1 })

  await pushes.connected(gateway.deviceId)

  const ids = (await sent()).map(({ body }) => body.object_device_id)
  expect(new Set(ids)).toEqual(new Set([child.deviceId, grandchild.deviceId]))
  expect(ids).toHaveLength(2)
  expect(await isDue(without), 'nothing is desired of it').toBe(false)
  expect(await isDue(gateway), 'its children are').toBe(true)
})

test('what is desired while the mark is taken away finds the device marked all the same', async () => {
  const { pushes, aDevice, desire, sent, whileReading, isDue } = await setUp()
  const device = await aDevice()
  let reads = 0
  whileReading(async () => {
    if (++reads === 1) desire(device, { a: 1 })
  })

  await pushes.connected(device.deviceId)
  await sent()

  expect(await isDue(device)).toBe(true)
})

test('a device that is offline is no news; the difference goes out when it connects', async () => {
  const { pushes, aDevice, desire, deliveries, sent, logged, isDue } = await setUp()
  const device = await aDevice()
  desire(device, { a: 1 })
  deliveries(() => 'offline')

  pushes.push(device.deviceId, 'changed')
  expect(await sent()).toHaveLength(1)
  expect(await logged()).toEqual([])
  expect(await isDue(device)).toBe(true)

  deliveries(() => 'acknowledged')
  await pushes.connected(device.deviceId)
  expect(await sent()).toHaveLength(1)
  expect(await logged()).toMatchObject([{ body: { state: 'delivered' } }])
})

test.for([
  ['unacknowledged', 'downlink-unacknowledged'],
  ['not-subscribed', 'device-not-subscribed'],
  ['too-large', 'downlink-too-large'],
  ['connection-lost', 'connection-lost'],
  ['busy', 'downlink-queue-full'],
] as const)('what did not arrive is in the log: %s', async ([delivery, code]) => {
  const { pushes, aDevice, desire, deliveries, logged } = await setUp()
  const device = await aDevice()
  desire(device, { a: 1 })
  deliveries(() => delivery)

  pushes.push(device.deviceId, 'changed')

  expect(await logged()).toMatchObject([{ body: { state: 'failed', code, payload: expect.any(String) } }])
})

test('device protocol §3.5: an answer is logged, once, and nobody else can give it', async () => {
  const { pushes, aDevice, desire, sent, logged } = await setUp()
  const gateway = await aDevice()
  const device = await aDevice({ gatewayId: gateway.deviceId })
  desire(device, { a: 1 })
  pushes.push(device.deviceId, 'changed')
  const [push] = await sent()
  await logged()
  const requestId = push?.topic.split('=')[1] ?? ''
  const answer = (deviceId: DeviceId) =>
    pushes.answered({
      ...{ kind: 'response', deviceId, projectId: device.projectId, productKey: device.productKey },
      ...{
        topic: 't',
        requestId,
        payload: Buffer.from('{"result_code":0}'),
        receivedAt: NOON,
        connection: 'l-1',
      },
    })

  expect(await answer(device.deviceId), 'the child has no connection of its own').toBe(false)
  expect(await answer(gateway.deviceId)).toBe(true)
  expect(await answer(gateway.deviceId)).toBe(false)
  expect(await logged()).toEqual([
    {
      deviceId: device.deviceId,
      body: {
        ...{ type: 'property-set', id: requestId, state: 'answered' },
        detail: { payload: '{"result_code":0}' },
      },
    },
  ])
})

test('R11: only so many are under way; the others wait, and what is desired last is sent last', async () => {
  const { pushes, aDevice, desire, deliveries, sent } = await setUp({ limits: { desiredPushesMax: 2 } })
  const devices = await Promise.all(Array.from({ length: 5 }, () => aDevice()))
  for (const device of devices) desire(device, { a: 1 })
  let underWay = 0
  let most = 0
  deliveries(async (): Promise<Delivery> => {
    most = Math.max(most, ++underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay--
    return 'written'
  })

  for (const device of devices) pushes.push(device.deviceId, 'changed')
  for (const device of devices) desire(device, { a: 2 })
  for (const device of devices) pushes.push(device.deviceId, 'changed')

  const last = new Map((await sent()).map(({ to, body }) => [to, body]))
  expect([...last.values()]).toEqual(devices.map(() => setOf(['Env', { a: 2 }])))
  expect(last.size).toBe(5)
  expect(most).toBe(2)
})

test('R11: as many wait as may; those that are turned away are pushed to another time', async () => {
  const limits = { desiredPushesMax: 1, desiredPushesWaitingMax: 1 }
  const { pushes, aDevice, desire, sent } = await setUp({ limits })
  const devices = await Promise.all([1, 2, 3].map(() => aDevice()))
  for (const device of devices) desire(device, { a: 1 })

  for (const device of devices) pushes.push(device.deviceId, 'changed')

  expect((await sent()).map(({ to }) => to)).toEqual(devices.slice(0, 2).map(({ deviceId }) => deviceId))
})

test('a shadow that cannot be read is tried again the next time', async () => {
  const { pushes, aDevice, desire, sent, whileReading } = await setUp()
  const device = await aDevice()
  desire(device, { a: 1 })
  whileReading(() => Promise.reject(new Error('the disk is full')))
  pushes.push(device.deviceId, 'changed')
  expect(await sent()).toEqual([])

  whileReading(() => Promise.resolve())
  pushes.push(device.deviceId, 'report')

  expect(await sent()).toHaveLength(1)
})

test('R7: at the end what waits is dropped, and what is under way is waited for', async () => {
  const { pushes, aDevice, desire, deliveries } = await setUp({ limits: { desiredPushesMax: 1 } })
  const devices = await Promise.all([1, 2].map(() => aDevice()))
  for (const device of devices) desire(device, { a: 1 })
  let delivered = 0
  deliveries(() => {
    delivered++
    return 'written'
  })
  for (const device of devices) pushes.push(device.deviceId, 'changed')

  await pushes.close()

  expect(delivered).toBe(1)
})

test('R11: only so much is remembered; a device that is forgotten is pushed to once too often', async () => {
  const { pushes, aDevice, desire, sent } = await setUp({ limits: { desiredPushesKnownMax: 2 } })
  const devices = await Promise.all([1, 2, 3].map(() => aDevice()))
  for (const device of devices) {
    desire(device, { a: 1 })
    pushes.push(device.deviceId, 'changed')
    expect(await sent()).toHaveLength(1)
  }

  for (const device of devices) pushes.push(device.deviceId, 'report')

  expect((await sent()).map(({ to }) => to)).toEqual([devices[0]?.deviceId])
})
