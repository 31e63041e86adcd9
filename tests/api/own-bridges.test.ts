import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BridgeId, DeviceId } from '../../src/base/ids.ts'
import { bridgeSession } from '../../src/domain/bridge/bridge.ts'
import type { BridgedQuery } from '../../src/domain/bridge/bridged-devices.ts'
import { insertBridge } from '../../src/store/bridges.ts'
import { insertDevice } from '../../src/store/devices.ts'
import { insertProduct } from '../../src/store/products.ts'
import { insertSpace } from '../../src/store/spaces.ts'
import { NOON } from '../support/builders.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'

const asked: BridgedQuery[] = []
const session = bridgeSession('hall-1')
let platform: PlatformApi
let named: DeviceId
beforeAll(async () => {
  platform = await startPlatformApi({
    deps: {
      async readBridged(query) {
        asked.push(query)
        return query.sessions.map((one) => ({ session: one, count: 2, deviceIds: [named, 'x' as DeviceId] }))
      },
      readStatuses: async () =>
        new Map([
          [
            session,
            { status: 'ONLINE', changedAt: NOON, activatedAt: NOON, address: '192.0.2.1:5' } as const,
          ],
        ]),
    },
  })
  const { store, build, projectId } = platform
  const space = build.aSpace({ ...build.aProject(), projectId })
  const product = build.aProduct(space)
  const device = build.aDevice(product, { name: 'Lamp' })
  named = device.deviceId
  await insertSpace(store, space)
  await insertProduct(store, product)
  await insertDevice(store, device)
  await insertBridge(store, {
    ...{ key: build.ids.rowKey(), projectId, bridgeId: 'hall-1' as BridgeId, name: 'Hall 1' },
    ...{ secret: 'a-secret', createdAt: NOON },
  })
})
afterAll(() => platform.close())

test('the list of bridges says since when, from where, and how many devices are logged in', async () => {
  const { status, body } = await platform.call('GET', '/quayside/v1/{project}/bridges')

  expect(status).toBe(200)
  const at = new Date(NOON).toISOString()
  expect(body).toEqual({
    bridges: [
      {
        ...{ bridge_id: 'hall-1', name: 'Hall 1', status: 'ONLINE', status_since: at },
        ...{ address: '192.0.2.1:5', devices: 2, created_at: at },
      },
    ],
    bridges_max: 20,
  })
  expect(asked.splice(0)).toEqual([{ sessions: [session], limit: 0 }])
})

test('its devices come by their ids, a page at a time, with their names; of another bridge 404', async () => {
  const path = '/quayside/v1/{project}/bridges/hall-1/devices'

  expect((await platform.call('GET', `${path}?limit=2&offset=4`)).body).toEqual({
    devices: [
      { device_id: named, name: 'Lamp' },
      { device_id: 'x', name: null },
    ],
    count: 2,
  })
  expect(asked.splice(0)).toEqual([{ sessions: [session], limit: 2, offset: 4 }])
  expect(await platform.call('GET', `${path}?limit=0`)).toMatchObject({ status: 400 })
  expect(await platform.call('GET', '/quayside/v1/{project}/bridges/nobody/devices')).toMatchObject({
    status: 404,
    body: { error_code: 'QS.bridge-not-found' },
  })
})
