import { afterEach, beforeEach, expect, test } from 'vitest'
import { aClock } from '../../tests/support/builders.ts'
import { aFilledRegistry } from '../../tests/support/filled-registry.ts'
import { builders } from '../../tests/support/registry.ts'
import type { DeviceId } from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import type { Notice } from '../bus/bus.ts'
import type { ConnectionStatus, Device } from '../domain/device/device.ts'
import type { Product } from '../domain/product-model/product-model.ts'
import { findDeviceAnywhere, insertDevice, saveDeviceDetails } from '../store/devices.ts'
import type { OpenedStore } from '../store/open-store.ts'
import { takeOutbox } from '../store/outbox.ts'
import { type ExpireDevicesDeps, expireUnactivatedDevices } from './expire-devices.ts'

const clock = aClock()
const build = builders(clock)
let store: OpenedStore
let product: Product
let notices: Notice[]
let drained: number
let statuses: Map<DeviceId, ConnectionStatus>

beforeEach(async () => {
  ;({ store, product } = await aFilledRegistry({ build }))
  ;[notices, drained, statuses] = [[], 0, new Map()]
})
afterEach(() => store.close())

const deps = (over: Partial<ExpireDevicesDeps> = {}): ExpireDevicesDeps => ({
  store,
  clock,
  ids: build.ids,
  limits,
  bus: { publish: async (notice) => void notices.push(notice), subscribe: () => () => undefined },
  readStatuses: async (ids) => new Map([...statuses].filter(([id]) => ids.includes(id))),
  async drainOutbox() {
    drained++
  },
  ...over,
})

async function registered(timeoutSeconds: number, over: Partial<Device> = {}): Promise<Device> {
  const device = build.aDevice(product, {
    auth: { type: 'SECRET', secret: 'secret-1', secureAccess: true, timeoutSeconds },
    ...over,
  })
  await insertDevice(store, device)
  return device
}

const isThere = async ({ deviceId }: Device): Promise<boolean> =>
  (await findDeviceAnywhere(store, deviceId)) !== undefined

test('northbound §4.3: a device that did not connect in time goes, with a notice and an entry for projections', async () => {
  const device = await registered(60)
  clock.advance(59_999)
  expect(await expireUnactivatedDevices(deps())).toEqual([])

  clock.advance(1)
  expect(await expireUnactivatedDevices(deps())).toEqual([device.deviceId])

  expect(await isThere(device)).toBe(false)
  expect(notices).toEqual([{ kind: 'device-changed', deviceId: device.deviceId, cut: 'deleted' }])
  expect(await takeOutbox(store, 10)).toMatchObject([{ entry: { body: { change: 'device-deleted' } } }])
  expect(drained).toBe(1)
})

test('without a time-out a device waits for ever', async () => {
  const device = await registered(0)
  clock.advance(1e12)

  expect(await expireUnactivatedDevices(deps())).toEqual([])
  expect(await isThere(device)).toBe(true)
})

test('a device that has connected stays, and is not looked at again', async () => {
  const device = await registered(60)
  statuses.set(device.deviceId, { status: 'OFFLINE', changedAt: 1, activatedAt: 1 })
  clock.advance(60_000)
  let asked = 0
  const counting = deps({
    async readStatuses() {
      asked++
      return statuses
    },
  })

  expect(await expireUnactivatedDevices(counting)).toEqual([])
  expect(await expireUnactivatedDevices(counting)).toEqual([])
  expect(asked).toBe(1)
  expect(await isThere(device)).toBe(true)
})

test('a gateway with children stays, and does not keep others from going', async () => {
  const gateway = await registered(10)
  await registered(0, { gatewayId: gateway.deviceId })
  const other = await registered(20)
  clock.advance(20_000)

  const gone = await expireUnactivatedDevices(deps({ limits: { ...limits, expiredDevicesPerRunMax: 1 } }))

  expect(gone).toEqual([other.deviceId])
  expect(await isThere(gateway)).toBe(true)
})

test('a time-out that is prolonged while the job looks holds', async () => {
  const device = await registered(60)
  clock.advance(60_000)
  const prolonging = deps({
    async readStatuses() {
      await saveDeviceDetails(store, { ...device, auth: { ...device.auth, timeoutSeconds: 0 } })
      return statuses
    },
  })

  expect(await expireUnactivatedDevices(prolonging)).toEqual([])
  expect(await isThere(device)).toBe(true)
})

test('one run takes a bounded number, the next run the next', async () => {
  for (let number = 0; number < 3; number++) await registered(1)
  clock.advance(1000)
  const bounded = deps({ limits: { ...limits, expiredDevicesPerRunMax: 2 } })

  expect(await expireUnactivatedDevices(bounded)).toHaveLength(2)
  expect(await expireUnactivatedDevices(bounded)).toHaveLength(1)
})
