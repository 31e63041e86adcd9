import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Delivery } from '../../src/domain/downlink/downlink.ts'
import type { OperationDeps } from '../../src/operations/operation.ts'
import { findChildList, listChildChanges } from '../../src/store/child-lists.ts'
import { startTestApi, type TestApi } from '../support/api.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'
import { deviceId } from '../support/registry.ts'
import { createdProduct, unique } from '../support/wire.ts'

const changed: string[] = []
const moved: unknown[] = []
const record: Partial<OperationDeps> = {
  childrenChanged: (gatewayId) => void changed.push(gatewayId),
  childMoved: async (child) => void moved.push(child),
}

let api: TestApi
let product: string
beforeAll(async () => {
  api = await startTestApi(record)
  product = await createdProduct(api.ours)
})
afterAll(() => api.close())
beforeEach(() => {
  api.notices()
  api.logged()
  api.audited()
  changed.length = 0
  moved.length = 0
})

const added = async (over: object = {}): Promise<string> => {
  const body = { product_id: product, node_id: unique('node'), ...over }
  const { body: device } = await api.ours.call('POST', '/devices', body)
  changed.length = 0
  api.notices()
  return device.device_id
}
const change = (device: string, gateway_id: unknown) =>
  api.ours.call('POST', `/devices/${device}/change-gateway`, { gateway_id })
const listOf = async (gatewayId: string) =>
  (await listChildChanges(api.store, deviceId(gatewayId), 0, 100)).map(
    ({ version, change: what, deviceId: id, parentId }) => [version, what, id, parentId],
  )

describe('device protocol §3.8.3: what the API does to children stands in the list of their topmost gateway', () => {
  test('registration on both levels, and deletion', async () => {
    const gateway = await added()
    const child = await added({ gateway_id: gateway })
    const body = { product_id: product, node_id: unique('node'), gateway_id: child }
    const { device_id: grandchild } = (await api.ours.call('POST', '/devices', body)).body

    expect(changed).toEqual([gateway])
    expect(await listOf(gateway)).toEqual([
      [1, 'add', child, gateway],
      [2, 'add', grandchild, child],
    ])
    await api.ours.call('DELETE', `/devices/${grandchild}`)
    expect(await listOf(gateway)).toEqual([
      [1, 'add', child, gateway],
      [3, 'delete', grandchild, child],
    ])
    expect(changed).toEqual([gateway, gateway])
  })

  test('a device without a gateway is in no list, and a registration that is refused changes none', async () => {
    const gateway = await added()
    const child = await added({ gateway_id: gateway, node_id: 'taken-node' })
    const taken = { product_id: product, node_id: 'taken-node', gateway_id: gateway }

    expect((await api.ours.call('POST', '/devices', taken)).status).toBe(400)
    await api.ours.call('DELETE', `/devices/${await added()}`)

    expect(await listOf(gateway)).toEqual([[1, 'add', child, gateway]])
    expect(changed).toEqual([])
  })
})

describe('ChangeGateway', () => {
  test('northbound §4.3: a child moves to another gateway; both lists, the status and the bus learn of it', async () => {
    const [from, to] = [await added(), await added()]
    const child = await added({ gateway_id: from })

    expect(await change(child, to)).toEqual({ status: 200, body: {} })

    expect((await api.ours.call('GET', `/devices/${child}`)).body.gateway_id).toBe(to)
    expect(await listOf(from)).toEqual([[2, 'delete', child, from]])
    expect(await listOf(to)).toEqual([[1, 'add', child, to]])
    expect(changed).toEqual([from, to])
    expect(moved).toEqual([{ deviceId: child, projectId: api.ours.projectId, gatewayId: to }])
    expect(api.notices()).toEqual([{ kind: 'device-changed', deviceId: child }])
    expect(api.audited().slice(-1)).toMatchObject([
      { action: 'device.change-gateway', target: child, outcome: 'done' },
    ])
  })

  test('below the same topmost gateway it is one change of its list', async () => {
    const gateway = await added()
    const [parent, child] = [await added({ gateway_id: gateway }), await added({ gateway_id: gateway })]

    expect((await change(child, parent)).status).toBe(200)

    expect((await listOf(gateway)).at(-1)).toEqual([3, 'add', child, parent])
    expect(changed).toEqual([gateway])
  })

  test('what cannot be is refused, and leaves everything as it was', async () => {
    const [gateway, other] = [await added(), await added()]
    const child = await added({ gateway_id: gateway })
    const grandchild = await added({ gateway_id: child })
    const otherChild = await added({ gateway_id: other })
    const space = (await api.ours.call('POST', '/apps', { app_name: unique('space') })).body.app_id
    const elsewhere = await createdProduct(api.ours, { app_id: space })
    const abroad = await added({ app_id: space, product_id: elsewhere })
    const before = await api.snapshot()

    for (const [device, to, status, code] of [
      [gateway, other, 400, 'IOTDA.000006'],
      [grandchild, child, 400, 'IOTDA.000006'],
      [grandchild, grandchild, 400, 'IOTDA.000006'],
      [child, other, 400, 'IOTDA.000006'],
      [otherChild, grandchild, 400, 'IOTDA.000006'],
      [otherChild, abroad, 404, 'IOTDA.014000'],
      [otherChild, 'nobody', 404, 'IOTDA.014000'],
      ['nobody', gateway, 404, 'IOTDA.014000'],
      [otherChild, undefined, 400, 'IOTDA.000006'],
      [otherChild, 7, 400, 'IOTDA.000006'],
    ] as const)
      expect(await change(device, to), `${device} to ${to}`).toMatchObject({
        status,
        body: { error_code: code },
      })

    expect(await api.snapshot()).toBe(before)
    expect([changed, moved, api.notices()]).toEqual([[], [], []])
  })

  test('safety, threat 7: neither the child nor the gateway of another project can be named', async () => {
    const [gateway, other] = [await added(), await added()]
    const child = await added({ gateway_id: gateway })
    const theirProduct = await createdProduct(api.theirs)
    const theirs = { product_id: theirProduct, node_id: 'theirs' }
    const { device_id: their } = (await api.theirs.call('POST', '/devices', theirs)).body

    const path = `/devices/${child}/change-gateway`
    expect((await api.theirs.call('POST', path, { gateway_id: their })).status).toBe(404)
    expect((await change(child, their)).status).toBe(404)
    expect((await change(child, other)).status).toBe(200)
  })
})

describe('own operations', () => {
  const following: boolean[] = []
  const sent: unknown[] = []
  let delivery: Delivery = 'written'
  let platform: PlatformApi
  let gateway: string
  let child: string
  beforeAll(async () => {
    platform = await startPlatformApi({
      deps: {
        ...record,
        readPresented: async (id) => ({ deviceId: id, certificates: [] }),
        followGateways: async (isFollowing) => void following.push(isFollowing),
        sendEvent: async (device, event) => {
          sent.push([device.deviceId, event])
          return { eventId: 'event-1', delivery }
        },
      },
    })
    const make = async (path: string, body: object) => (await platform.call('POST', path, { body })).body
    const service = {
      product_id: 'meters',
      name: 'm',
      device_type: 'm',
      protocol_type: 'MQTT',
      data_format: 'json',
    }
    await make('/v5/iot/{project}/products', { ...service, service_capabilities: [] })
    const device = (body: object) => make('/v5/iot/{project}/devices', { product_id: 'meters', ...body })
    gateway = (await device({ node_id: 'gw' })).device_id
    child = (await device({ node_id: 'child', gateway_id: gateway })).device_id
  })
  afterAll(() => platform.close())

  const settings = '/quayside/v1/{project}/gateway-settings'
  const scan = (device: string, body: unknown = {}) =>
    platform.call('POST', `/quayside/v1/{project}/devices/${device}/scan`, { body })

  test('device protocol §2.10: children do not follow their gateway until somebody says so', async () => {
    expect((await platform.call('GET', settings)).body).toEqual({ children_follow: false })
    platform.audited()

    expect(await platform.call('PUT', settings, { body: { children_follow: true } })).toMatchObject({
      status: 200,
      body: { children_follow: true },
    })

    expect((await platform.call('PUT', settings, { body: {} })).body).toEqual({ children_follow: true })
    expect((await platform.call('GET', settings)).body).toEqual({ children_follow: true })
    expect(following).toEqual([true, true])
    expect(platform.audited()[0]?.entry).toMatchObject({
      action: 'gateways.update',
      detail: { children_follow: true },
    })
    expect((await platform.call('PUT', settings, { body: { children_follow: 1 } })).status).toBe(400)
  })

  test('device protocol §3.8.4: a scan is sent to the gateway as it was asked for', async () => {
    const body = {
      protocol: 'modbus',
      channel: 'COM1',
      parent_device_id: gateway,
      scan_settings: { baud: 9600 },
    }

    expect((await scan(gateway, body)).body).toEqual({ event_id: 'event-1' })

    expect(sent).toEqual([
      [gateway, { serviceId: '$sub_device_discovery', eventType: 'start_scan', paras: body }],
    ])
  })

  test('a scan of a device that is not online, of a child or of nobody is refused', async () => {
    delivery = 'offline'
    const codes = [await scan(gateway), await scan(child), await scan('nobody')].map(
      ({ status, body }) => `${status} ${body.error_code}`,
    )

    expect(codes).toEqual(['403 QS.device-offline', '400 QS.device-is-child', '404 QS.device-not-found'])
  })

  test('the children of a gateway are listed and counted', async () => {
    const { body: list } = await platform.call('GET', `/quayside/v1/{project}/devices?gateway_id=${gateway}`)
    const { body: own } = await platform.call('GET', `/quayside/v1/{project}/devices/${gateway}`)
    const { body: none } = await platform.call('GET', `/quayside/v1/{project}/devices?gateway_id=${child}`)

    expect(list).toMatchObject({ count: 1, devices: [{ device_id: child, gateway_id: gateway }] })
    expect(own.children).toBe(1)
    expect(none).toEqual({ count: 0, devices: [] })
  })

  test('safety, threat 7: nothing of another project can be asked for', async () => {
    const foreign = `/quayside/v1/${platform.otherProjectId}`

    expect((await platform.call('GET', `${foreign}/gateway-settings`)).status).toBe(403)
    expect((await platform.call('POST', `${foreign}/devices/${gateway}/scan`, { body: {} })).status).toBe(403)
  })
})

test('R5: a registration that fails leaves no list behind', async () => {
  const gateway = await added()
  const body = { product_id: 'nothing', node_id: unique('node'), gateway_id: gateway }

  expect((await api.ours.call('POST', '/devices', body)).status).toBe(404)

  expect(await findChildList(api.store, deviceId(gateway))).toEqual({ version: 0, forgotten: 0, told: 0 })
})
