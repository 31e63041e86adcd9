import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { aFilledRegistry } from '../../tests/support/filled-registry.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { limits } from '../base/limits.ts'
import type { DevicePolicy } from '../domain/policy/device-policy.ts'
import type { Statement } from '../domain/policy/policy.ts'
import {
  bindPolicy,
  deleteDevicePolicy,
  giveDefaultPolicy,
  insertDevicePolicy,
} from '../store/device-policies.ts'
import { deleteDevice, insertDevice } from '../store/devices.ts'
import type { PolicyTarget } from '../store/policy-targets.ts'
import { openRegistryReader } from '../store/registry-reader.ts'
import { createPolicyBook } from './policy-book.ts'

async function aBook() {
  const file = join(temporaryFolder(), 'registry.db')
  const key = new Uint8Array(32).fill(7)
  const { store, build, space, product } = await aFilledRegistry({ file, key })
  const device = build.aDevice(product)
  await insertDevice(store, device)
  const registry = openRegistryReader({ file, key })
  onTestFinished(async () => {
    registry.close()
    await store.close()
  })
  let reads = 0
  const book = createPolicyBook(
    {
      policyKeysOf(projectId, target) {
        reads++
        return registry.policyKeysOf(projectId, target)
      },
      findPolicy: (policyKey) => registry.findPolicy(policyKey),
    },
    limits,
  )
  const { projectId, spaceId, productKey, productId, deviceId } = device
  const grant = { projectId, spaceId, productKey, productId, deviceId, clientId: 'c' }
  async function bound(effect: Statement['effect'], resource: string, target: PolicyTarget) {
    const policy: DevicePolicy = {
      ...{ key: build.ids.rowKey(), projectId, spaceId, name: build.ids.hex32() },
      statements: [{ effect, actions: ['publish'], resources: [resource] }],
      ...{ createdAt: 0, updatedAt: 0 },
    }
    await insertDevicePolicy(store, policy)
    await bindPolicy(store, policy, target, build.ids.rowKey())
    return policy
  }
  return {
    ...{ store, build, space, product, device, grant, book, bound },
    reads: () => reads,
    decide: (topic: string, of = grant) => book.decideTopic(of, 'publish', topic),
  }
}

test('device protocol §3.11: policies of device, product and space decide together, those of others do not', async () => {
  const { bound, decide, device, product, space, grant } = await aBook()
  await bound('ALLOW', 'topic:by-device', { type: 'device', deviceId: device.deviceId })
  await bound('ALLOW', 'topic:by-product', { type: 'product', productKey: product.key })
  await bound('ALLOW', 'topic:by-space/*', { type: 'app', spaceId: space.spaceId })
  await bound('DENY', 'topic:*/no', { type: 'device', deviceId: device.deviceId })

  expect(decide('by-device')).toMatchObject({ kind: 'allowed', boundTo: 'device' })
  expect(decide('by-product')).toMatchObject({ kind: 'allowed', boundTo: 'product' })
  expect(decide('by-space/yes')).toMatchObject({ kind: 'allowed', boundTo: 'app' })
  expect(decide('by-space/no')).toMatchObject({ kind: 'denied', boundTo: 'device' })
  const other = { ...grant, deviceId: 'other' as typeof grant.deviceId }
  expect(decide('by-device', other)).toEqual({ kind: 'not-allowed' })
  expect(decide('by-space/no', other)).toMatchObject({ kind: 'allowed' })
})

test('what was read is remembered until it is said to have changed', async () => {
  const { store, build, space, grant, book, bound, decide, reads } = await aBook()
  await giveDefaultPolicy(store, space, build.ids.rowKey)
  expect(decide('a')).toMatchObject({ kind: 'allowed', policy: 'system_default_policy' })
  const before = reads()
  decide('b')
  expect(reads()).toBe(before)

  const shut = await bound('DENY', 'topic:a', { type: 'app', spaceId: space.spaceId })
  book.forget()
  expect(decide('a')).toMatchObject({ kind: 'denied' })
  await deleteDevicePolicy(store, grant.projectId, shut.key)
  book.forget()
  expect(decide('a')).toMatchObject({ kind: 'allowed' })
})

test('safety S16: a device that is made again under the id of another has none of its policies', async () => {
  const { store, build, product, device, grant, book, bound, decide } = await aBook()
  await bound('ALLOW', 'topic:a', { type: 'device', deviceId: device.deviceId })
  expect(decide('a')).toMatchObject({ kind: 'allowed' })

  await deleteDevice(store, grant.projectId, device.deviceId)
  await insertDevice(store, build.aDevice(product, { deviceId: device.deviceId }))
  book.forgetDevice(device.deviceId)

  expect(decide('a')).toEqual({ kind: 'not-allowed' })
})
