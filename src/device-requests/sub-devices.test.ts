import { expect, onTestFinished, test } from 'vitest'
import { builders } from '../../tests/support/registry.ts'
import { unaskedByDevices } from '../../tests/support/unasked.ts'
import { limits } from '../base/limits.ts'
import { silentLogger } from '../base/logger.ts'
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { ChildStatuses } from '../domain/device/child-statuses.ts'
import { findChildList, listChildChanges, noteChild } from '../store/child-lists.ts'
import { insertDevice } from '../store/devices.ts'
import { migrate } from '../store/migrate.ts'
import { openStore } from '../store/open-store.ts'
import { insertProduct } from '../store/products.ts'
import { insertProject } from '../store/projects.ts'
import { insertSpace } from '../store/spaces.ts'
import type { DeviceRequestDeps, Request } from './request.ts'
import { syncSubDevices, updateStatuses } from './sub-devices.ts'

/** A gateway with two children, and what its requests come to. */
async function aGateway({ renumbers = 1 } = {}) {
  const build = builders()
  const store = openStore({ file: ':memory:', key: new Uint8Array(32) })
  onTestFinished(() => store.close())
  await migrate(store, build.clock)
  const project = build.aProject()
  const space = build.aSpace(project)
  const product = build.aProduct(space)
  const gateway = build.aDevice(product)
  await insertProject(store, project)
  await insertSpace(store, space)
  await insertProduct(store, product)
  await insertDevice(store, gateway)
  const { deviceId, projectId } = gateway
  const children = [
    build.aDevice(product, { gatewayId: deviceId }),
    build.aDevice(product, { gatewayId: deviceId }),
  ]
  for (const child of children) {
    await insertDevice(store, child)
    await noteChild(store, deviceId, 'add', child)
  }
  const replayed: number[] = []
  const said: ChildStatuses[] = []
  const looked: string[] = []
  const answers: JsonObject[] = []
  const unexpected = (): never => {
    throw new Error('this test did not expect it')
  }
  const deps: DeviceRequestDeps = {
    ...unaskedByDevices,
    clock: build.clock,
    ids: build.ids,
    limits,
    logger: silentLogger,
    store,
    downlinks: {
      async send({ payload }) {
        answers.push(JSON.parse(Buffer.from(payload).toString()).services[0])
        return 'written'
      },
      broadcast: unexpected,
      answers: { wait: unexpected, answered: unexpected },
    },
    desired: { ...unaskedByDevices.desired, connected: async (childId) => void looked.push(childId) },
    append: async () => undefined,
    readStatuses: () => Promise.resolve(new Map()),
    children: {
      add: unexpected,
      delete: unexpected,
      async say(news) {
        said.push(news)
        return news.statuses.flatMap(({ deviceId, status }) => (status === 'ONLINE' ? [deviceId] : []))
      },
      notices: {
        changed: unexpected,
        replay: (_, after) => void replayed.push(after),
        mayRenumber: () => renumbers-- > 0,
        hold: () => () => undefined,
      },
    },
  }
  const request: Request = {
    ...{ kind: 'event-up', deviceId, projectId, productKey: product.key, connection: 'l-1', receivedAt: 7 },
    ...{ topic: `$oc/devices/${deviceId}/sys/events/up`, payload: new Uint8Array() },
    parsed: { kind: 'event-up', deviceId, options: {} },
  }
  const event = (eventType: string, paras: JsonObject) => ({
    ...{ serviceId: '$sub_device_manager', eventType, eventTime: undefined, eventId: 'e', paras },
  })
  return {
    answers,
    children,
    deviceId,
    looked,
    replayed,
    said,
    store,
    sync: (version: JsonValue) =>
      syncSubDevices(deps, request, event('sub_device_sync_request', { version })),
    update: (device_statuses: JsonValue) =>
      updateStatuses(deps, request, event('sub_device_update_status', { device_statuses })),
    versions: async () => (await listChildChanges(store, deviceId, 0, 10_000)).map(({ version }) => version),
  }
}

test('device protocol §3.8.3: what changed behind the version of the gateway is replayed, and nothing when that is nothing', async () => {
  const { sync, replayed } = await aGateway()

  for (const version of [null, 0, 1, 2]) expect(await sync(version)).toBeUndefined()

  expect(replayed).toEqual([0, 0, 1])
})

test('device protocol §3.8.3: who missed more deletions than are kept gets the whole list under higher versions', async () => {
  const { sync, replayed, store, deviceId, children, versions } = await aGateway()
  const [child] = children
  if (!child) throw new Error('it has children')
  for (let i = 0; i <= limits.childDeletionsKept; i++)
    await noteChild(store, deviceId, 'delete', { ...child, deviceId: `gone${i}` as typeof deviceId })
  const { version, forgotten } = await findChildList(store, deviceId)

  await sync(forgotten)
  expect(replayed, 'it has seen all that is forgotten').toEqual([forgotten])
  await sync(forgotten - 1)

  expect(replayed.at(-1)).toBe(version)
  expect(await versions()).toEqual([version + 1, version + 2])
})

test('device protocol §3.8.3: a version that is none of this list gives every child a higher one, once', async () => {
  const { sync, replayed, versions } = await aGateway()

  await sync(500)
  expect(await versions()).toEqual([501, 502])
  await sync(502)

  expect(replayed).toEqual([500])
})

test('R12: whoever goes on naming versions that are none of its list is told so, and no row is written', async () => {
  const { sync, replayed, versions } = await aGateway()

  expect(await sync(500)).toBeUndefined()
  expect(await sync(600)).toMatchObject({ code: 'payload-invalid', params: { field: 'paras.version' } })

  expect(replayed).toEqual([500])
  expect(await versions()).toEqual([501, 502])
})

test('S5, device protocol §2.10: a status is taken of children alone, in the words there are', async () => {
  const { update, answers, said, children, deviceId } = await aGateway()
  const [a = '', b = ''] = children.map((child) => child.deviceId)

  await update([
    { device_id: a, status: 'ONLINE' },
    { device_id: b, status: 'INACTIVE' },
    { device_id: deviceId, status: 'OFFLINE' },
    { device_id: 'x'.repeat(500), status: 'ONLINE' },
  ])

  expect(said).toMatchObject([{ gatewayId: deviceId, at: 7, statuses: [{ deviceId: a, status: 'ONLINE' }] }])
  expect(answers).toMatchObject([
    {
      event_type: 'sub_device_update_status_response',
      event_id: 'e',
      paras: {
        successful_devices: [{ device_id: a, status: 'ONLINE' }],
        failed_devices: [
          { device_id: b, error_code: 'IOTDA.000006' },
          { device_id: deviceId, error_code: 'IOTDA.014000' },
          { device_id: 'x'.repeat(128), error_code: 'IOTDA.014000' },
        ],
      },
    },
  ])
})

test('device protocol §3.8.3: of more than 100 statuses the first 100 are taken, and the others fail', async () => {
  const { update, answers, said, children } = await aGateway()
  const one = { device_id: children[0]?.deviceId ?? '', status: 'ONLINE' }

  const notice = await update(Array(limits.childStatusesMax + 2).fill(one))

  expect(said[0]?.statuses).toHaveLength(limits.childStatusesMax)
  expect(answers).toMatchObject([
    {
      paras: {
        successful_devices: { length: limits.childStatusesMax },
        failed_devices: { length: 2 },
      },
    },
  ])
  expect(notice).toMatchObject({ code: 'payload-invalid' })
})

test('R11: an answer is bounded, however much was asked for', async () => {
  const { update, answers } = await aGateway()

  await update(Array(50_000).fill(0))

  expect(JSON.stringify(answers).length).toBeLessThan(64 * 1024)
})
