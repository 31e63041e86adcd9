import fc from 'fast-check'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { NOON } from '../../tests/support/builders.ts'
import { aDispatch, aDownlinks } from '../../tests/support/downlinks.ts'
import { aFilledRegistry, aProductIn } from '../../tests/support/filled-registry.ts'
import { unaskedByDevices } from '../../tests/support/unasked.ts'
import type { DeviceId } from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import { silentLogger } from '../base/logger.ts'
import { parseTopic } from '../codec/topic/system-topics.ts'
import type { Device } from '../domain/device/device.ts'
import type { Delivery, Downlink } from '../domain/downlink/downlink.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import { createDesiredPushes } from '../downlink/desired-pushes.ts'
import { insertDevice } from '../store/devices.ts'
import type { DeviceRequestDeps } from './request.ts'
import { answerShadow } from './shadow-get.ts'

let deps: DeviceRequestDeps
let gateway: Device
let child: Device
let foreign: Device
let sent: Downlink[]
let delivery: Delivery
const shadows: Shadow[] = [
  {
    serviceId: 'Env',
    desired: { properties: { a: 1 }, time: NOON },
    reported: { properties: {}, time: NOON },
    version: 4,
  },
  { serviceId: 'Cleared', version: 9 },
]

beforeEach(async () => {
  const { store, build, clock, product } = await aFilledRegistry()
  onTestFinished(() => store.close())
  gateway = build.aDevice(product)
  foreign = build.aDevice((await aProductIn(store, build)).product)
  child = {
    ...gateway,
    key: build.ids.rowKey(),
    deviceId: `${gateway.deviceId}c` as DeviceId,
    nodeId: `${gateway.nodeId}c` as Device['nodeId'],
    gatewayId: gateway.deviceId,
  }
  for (const device of [gateway, foreign, child]) await insertDevice(store, device)
  sent = []
  delivery = 'written'
  const downlinks = aDownlinks((downlink) => {
    sent.push(downlink)
    return delivery
  })
  const readShadow = () => Promise.resolve(shadows)
  const append = () => Promise.resolve()
  const provisioningOf = () => Promise.resolve(undefined)
  const accessAddress = () => 'localhost:8883'
  const surroundings = { clock, limits, logger: silentLogger, store, downlinks, readShadow, append }
  const { ids } = build
  deps = {
    ...unaskedByDevices,
    ...surroundings,
    provisioningOf,
    accessAddress,
    ids,
    desired: createDesiredPushes({ ...surroundings, ids }),
    dispatch: aDispatch({ ...surroundings, ids }),
  }
})

const ask = (payload: Uint8Array | string, of: DeviceId = gateway.deviceId) => {
  const topic = `$oc/devices/${of}/sys/shadow/get/request_id=r-1`
  return answerShadow(deps, {
    ...{
      kind: 'request',
      deviceId: gateway.deviceId,
      projectId: gateway.projectId,
      productKey: gateway.productKey,
    },
    ...{ topic, requestId: 'r-1', payload: Buffer.from(payload), receivedAt: NOON, connection: 'l-1' },
    parsed: parseTopic(topic),
  })
}

test('device protocol §3.7: sections and services that hold nothing are left out, and times are in basic form', async () => {
  expect(await ask('{}')).toBeUndefined()

  expect(sent).toMatchObject([
    {
      deviceId: gateway.deviceId,
      topic: `$oc/devices/${gateway.deviceId}/sys/shadow/get/response/request_id=r-1`,
      reach: 'implicit',
      isRetried: false,
    },
  ])
  expect(JSON.parse(Buffer.from(sent[0]?.payload ?? []).toString())).toEqual({
    object_device_id: gateway.deviceId,
    shadow: [
      {
        service_id: 'Env',
        desired: { properties: { a: 1 }, event_time: '20261122T120000Z' },
        version: 4,
      },
    ],
  })
})

test('S3: a device of another project is as good as none, even below a gateway of that name', async () => {
  for (const id of [foreign.deviceId, 'nobody'])
    expect(await ask(JSON.stringify({ object_device_id: id }))).toEqual({
      code: 'shadow-foreign',
      params: { device: id },
    })
  expect(sent).toEqual([])
})

test('device protocol §3.0.2, vector K08: the answer about a child goes over the connection of its gateway', async () => {
  expect(await ask('{}', child.deviceId)).toBeUndefined()

  expect(sent).toMatchObject([
    {
      deviceId: gateway.deviceId,
      topic: `$oc/devices/${child.deviceId}/sys/shadow/get/response/request_id=r-1`,
    },
  ])
})

test('an answer that does not arrive leaves a notice', async () => {
  delivery = 'too-large'

  expect(await ask('{}')).toMatchObject({ code: 'downlink-too-large' })
})

test('S11: whatever is asked gets one answer about a device that may be told, or a notice', async () => {
  const known = [gateway.deviceId, child.deviceId]
  const member = fc.oneof(
    fc.constantFrom(...known, foreign.deviceId, '', null),
    fc.jsonValue({ maxDepth: 2 }),
  )
  const request = fc.oneof(
    fc.record({ object_device_id: member, service_id: member }, { requiredKeys: [] }),
    fc.jsonValue({ maxDepth: 40 }),
  )
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    request.map((value) => Buffer.from(JSON.stringify(value))),
  )

  await fc.assert(
    fc.asyncProperty(payload, fc.constantFrom(...known), async (bytes, of) => {
      sent = []

      const notice = await ask(bytes, of)

      expect(sent).toHaveLength(notice ? 0 : 1)
      for (const { payload: answer } of sent)
        expect(known).toContain(JSON.parse(Buffer.from(answer).toString()).object_device_id)
    }),
    { numRuns: 300 },
  )
})
