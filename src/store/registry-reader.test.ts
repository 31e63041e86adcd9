import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { aFilledRegistry } from '../../tests/support/filled-registry.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import type { DeviceId, NodeId, RowKey } from '../base/ids.ts'
import type { Device } from '../domain/device/device.ts'
import { deleteDevice, insertDevice, saveDeviceCredentials, setFrozen } from './devices.ts'
import { openRegistryReader } from './registry-reader.ts'
import { inTransaction } from './transaction.ts'

const key = new Uint8Array(32).fill(7)

async function aRegistry() {
  const file = join(temporaryFolder(), 'registry.db')
  const { store, build, product } = await aFilledRegistry({ file, key })
  const device = build.aDevice(product)
  await insertDevice(store, device)
  const reader = openRegistryReader({ file, key, version: store.version })
  onTestFinished(async () => {
    reader.close()
    await store.close()
  })
  return { store, reader, device, find: () => reader.findDevice(device.deviceId) }
}

test('a device is read once while the registry stays as it is', async () => {
  const { find, device } = await aRegistry()

  const first = await find()

  expect(first).toEqual(device)
  expect(await find()).toBe(first)
})

test.for<
  readonly [string, (registry: Awaited<ReturnType<typeof aRegistry>>) => Promise<unknown>, Partial<Device>]
>([
  ['frozen', ({ store, device }) => setFrozen(store, { ...device, frozen: true }), { frozen: true }],
  [
    're-keyed',
    ({ store, device }) =>
      saveDeviceCredentials(store, {
        ...device,
        auth: { type: 'SECRET', secret: 'another', secureAccess: true, timeoutSeconds: 0 },
      }),
    { auth: { type: 'SECRET', secret: 'another', secureAccess: true, timeoutSeconds: 0 } },
  ],
])(
  'S7, X9: whoever asks after a device was %s learns of it, without a notice',
  async ([, change, expected]) => {
    const registry = await aRegistry()
    await registry.find()

    await change(registry)

    expect(await registry.find()).toMatchObject(expected)
  },
)

test('S7, X9: a device that was deleted in a transaction is gone when the transaction is, not before', async () => {
  const { store, device, find } = await aRegistry()
  await find()

  await inTransaction(store, async (inside) => {
    await deleteDevice(inside, device.projectId, device.deviceId)
    expect(await find()).toEqual(device)
  })

  expect(await find()).toBeUndefined()
})

test('S5: where a device stands is read once while the registry stays as it is, and anew when it changed', async () => {
  const { store, reader, device } = await aRegistry()
  const child = {
    ...device,
    key: '1'.repeat(24) as RowKey,
    deviceId: 'child' as DeviceId,
    nodeId: 'n' as NodeId,
  }
  const { projectId, productKey, deviceId: gatewayId } = device

  expect(reader.findPlace(child.deviceId)).toBeUndefined()
  await insertDevice(store, { ...child, gatewayId })

  const place = reader.findPlace(child.deviceId)
  expect(place).toEqual({ projectId, productKey, gatewayId })
  expect(reader.findPlace(child.deviceId)).toBe(place)
  await deleteDevice(store, projectId, child.deviceId)
  expect(reader.findPlace(child.deviceId)).toBeUndefined()
})
