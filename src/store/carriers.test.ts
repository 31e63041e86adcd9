import { afterEach, beforeEach, expect, test } from 'vitest'
import { aDispatchBench, type DispatchBench } from '../../tests/support/dispatch-bench.ts'
import type { Device } from '../domain/device/device.ts'
import { dueBits } from '../domain/device/due.ts'
import { findCarrier, moveDownlinks } from './carriers.ts'
import { markDesired } from './desired-due.ts'
import { inTransaction } from './transaction.ts'

let bench: DispatchBench
let gateway: Device
let child: Device
beforeEach(async () => {
  bench = await aDispatchBench()
  gateway = await bench.aDevice()
  child = await bench.aDevice({ gatewayId: gateway.deviceId })
})
afterEach(() => bench.close())

test('device protocol §3.0.1: what is for a child goes by the connection of the gateway above all its parents', async () => {
  const grandchild = await bench.aDevice({ gatewayId: child.deviceId })

  expect(await findCarrier(bench.store, gateway)).toBe(gateway.deviceId)
  expect(await findCarrier(bench.store, child)).toBe(gateway.deviceId)
  expect(await findCarrier(bench.store, grandchild)).toBe(gateway.deviceId)
})

test('device protocol §2.11: what is desired of a child that moves is looked at when its new gateway connects', async () => {
  const other = await bench.aDevice()
  await inTransaction(bench.store, (tx) => moveDownlinks(tx, [child], other.deviceId))
  expect(await bench.due(other.deviceId)).toBe(0)
  await markDesired(bench.store, child)

  await inTransaction(bench.store, (tx) => moveDownlinks(tx, [child], other.deviceId))

  expect(await bench.due(other.deviceId)).toBe(dueBits.desired)
})

test('northbound §4.3: what waits for a child that moves goes by its new gateway', async () => {
  const other = await bench.aDevice()
  const to = {
    ...{ projectId: child.projectId, deviceKey: child.key, deviceId: child.deviceId },
    carrierId: gateway.deviceId,
  }
  await bench.dispatch.messages.create({
    ...to,
    ...{ messageId: 'm-1', content: 'x', encoding: 'none', payloadFormat: 'raw', ttlMinutes: 5 },
    topic: { kind: 'system' },
  })
  await bench.dispatch.asyncCommands.create({ ...to, paras: {}, strategy: 'delay', expireSeconds: 60 })
  bench.sent()
  bench.deliver(() => 'written')

  await inTransaction(bench.store, (tx) => moveDownlinks(tx, [child], other.deviceId))

  expect(await bench.due(other.deviceId)).toBe(dueBits.messages | dueBits.asyncCommands)
  await bench.dispatch.messages.connected(gateway.deviceId)
  expect(bench.sent()).toEqual([])
  await bench.dispatch.messages.connected(other.deviceId)
  await bench.dispatch.asyncCommands.connected(other.deviceId)
  expect(bench.sent().map(({ deviceId }) => deviceId)).toEqual([other.deviceId, other.deviceId])
  expect(await bench.due(other.deviceId)).toBe(0)
})
