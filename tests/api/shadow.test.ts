import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'
import { deviceId } from '../support/registry.ts'
import { createdProduct } from '../support/wire.ts'

let api: TestApi
let device: string
beforeAll(async () => {
  api = await startTestApi()
  const product_id = await createdProduct(api.ours)
  device = (await api.ours.call('POST', '/devices', { product_id, node_id: 'n' })).body.device_id
})
afterAll(() => api.close())

test('a device that never reported has an empty shadow', async () => {
  expect(await api.ours.call('GET', `/devices/${device}/shadow`)).toEqual({
    status: 200,
    body: { device_id: device, shadow: [] },
  })
})

test('northbound §4.5: one entry a service, sections that are not there are left out, times in basic form', async () => {
  const time = Date.UTC(2015, 11, 12, 12, 12, 12, 345)
  api.shadows.set(deviceId(device), [
    {
      serviceId: 'Battery',
      reported: { properties: { batteryLevel: 80, nested: { a: null } }, time },
      version: 1,
    },
    {
      serviceId: 'Lamp',
      desired: { properties: { on: true }, time },
      reported: { properties: {}, time },
      version: 4,
    },
    { serviceId: 'Empty', version: 0 },
  ])

  expect((await api.ours.call('GET', `/devices/${device}/shadow`)).body).toEqual({
    device_id: device,
    shadow: [
      {
        service_id: 'Battery',
        reported: { properties: { batteryLevel: 80, nested: { a: null } }, event_time: '20151212T121212Z' },
        version: 1,
      },
      {
        service_id: 'Lamp',
        desired: { properties: { on: true }, event_time: '20151212T121212Z' },
        reported: { properties: {}, event_time: '20151212T121212Z' },
        version: 4,
      },
      { service_id: 'Empty', version: 0 },
    ],
  })
})

test('works for a frozen device', async () => {
  await api.ours.call('POST', `/devices/${device}/freeze`)

  expect((await api.ours.call('GET', `/devices/${device}/shadow`)).status).toBe(200)
})
