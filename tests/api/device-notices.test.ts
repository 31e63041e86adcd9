import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createIds, type ProjectId, type RowKey } from '../../src/base/ids.ts'
import { limits } from '../../src/base/limits.ts'
import type { DeviceLogQuery } from '../../src/domain/device-event/device-log.ts'
import type { Device } from '../../src/domain/device/device.ts'
import { dueBits } from '../../src/domain/device/due.ts'
import type { Delivery, Downlink } from '../../src/domain/downlink/downlink.ts'
import type { Product } from '../../src/domain/product-model/product-model.ts'
import type { NewEntry } from '../../src/domain/entry/entry.ts'
import type { DeviceFiles } from '../../src/domain/file/file-addresses.ts'
import { createNotices, type Notices } from '../../src/downlink/notices.ts'
import { repeatConfigurations } from '../../src/jobs/repeat-configurations.ts'
import { saveDeviceFile } from '../../src/store/device-files.ts'
import { findDevice, insertDevice } from '../../src/store/devices.ts'
import { insertProduct } from '../../src/store/products.ts'
import { insertSpace } from '../../src/store/spaces.ts'
import { type Body, type PlatformApi, startPlatformApi } from '../support/platform-api.ts'

const DAY = 24 * 3_600_000
let platform: PlatformApi
let notices: Notices
let product: Product
let device: Device
let child: Device
let theirs: Device
let delivery: Delivery
const sent: Downlink[] = []
const entries: NewEntry[] = []
const removed: string[] = []
let logQuery: DeviceLogQuery | undefined

beforeAll(async () => {
  platform = await startPlatformApi({
    deps: {
      notices: {
        pushLogSwitch: (...given) => notices.pushLogSwitch(...given),
        pushConfigTask: (...given) => notices.pushConfigTask(...given),
        askVersion: (...given) => notices.askVersion(...given),
        pushDue: (...given) => notices.pushDue(...given),
        pushMoved: (...given) => notices.pushMoved(...given),
        wasTold: (...given) => notices.wasTold(...given),
      },
      files: {
        uploadAddress: (owner, { name }) => addressOf(owner.deviceId, name),
        downloadAddress: async (owner, name) => ({
          address: addressOf(owner.deviceId, name),
          file: undefined,
        }),
        recordUpload: () => Promise.reject(new Error('not asked')),
        remove: async (_owner, file) => removed.push(file.name) === 1,
      } satisfies DeviceFiles,
      childMoved: () => Promise.resolve(),
      async readDeviceLogs(query) {
        logQuery = query
        return { logs: [], before: 17 }
      },
    },
  })
  const { store, build, projectId, otherProjectId } = platform
  const add = async (of: ProjectId) => {
    const space = build.aSpace(build.aProject({ projectId: of }))
    const product = build.aProduct(space)
    await insertSpace(store, space)
    await insertProduct(store, product)
    return product
  }
  product = await add(projectId)
  device = build.aDevice(product)
  child = build.aDevice(product, { gatewayId: device.deviceId })
  theirs = build.aDevice(await add(otherProjectId))
  for (const each of [device, child, theirs]) await insertDevice(store, each)
})
afterAll(() => platform.close())
beforeEach(() => {
  const { store, clock } = platform
  delivery = 'written'
  for (const list of [sent, entries, removed]) list.splice(0)
  notices = createNotices({
    ...{ store, clock, ids: createIds(clock), limits },
    downlinks: {
      async send(downlink) {
        sent.push(downlink)
        return delivery
      },
    },
    append: async (given) => void entries.push(...given),
  })
  platform.audited()
})

const addressOf = (deviceId: string, name: string) => ({
  ...{
    url: `https://x:1/${deviceId}/${name}?s`,
    bucket: 'b',
    objectName: name,
    expiresAt: platform.clock.now(),
  },
})
const call = (method: string, path: string, body?: unknown, of: Device = device) =>
  platform.call(method, `/quayside/v1/{project}/devices/${of.deviceId}${path}`, { body })
const lastSent = (): Body => JSON.parse(Buffer.from(sent.at(-1)?.payload ?? []).toString())
const due = async (of: Device) => (await findDevice(platform.store, of.projectId, of.deviceId))?.due

test.each([
  ['PUT', '/log-switch', { switch: 'on' }],
  ['GET', '/log-switch', undefined],
  ['GET', '/logs', undefined],
  ['POST', '/config-tasks', { config_content: {} }],
  ['GET', '/config-tasks', undefined],
  ['DELETE', `/config-tasks/${'1'.repeat(24)}`, undefined],
  ['POST', '/version-query', {}],
  ['POST', '/files', { file_name: 'a' }],
  ['GET', '/files', undefined],
  ['GET', `/files/${'1'.repeat(24)}`, undefined],
  ['DELETE', `/files/${'1'.repeat(24)}`, undefined],
])("%s %s of another project's device is refused, and changes nothing", async (method, path, body) => {
  const answer = await call(method, path, body, theirs)

  expect([answer.status, answer.body.error_code]).toEqual([404, 'QS.device-not-found'])
  expect([sent, entries, await due(theirs)]).toEqual([[], [], undefined])
})

describe('log switch', () => {
  test('is off until somebody turns it; on for a day unless another end is named; the device is told and it is due', async () => {
    expect((await call('GET', '/log-switch')).body).toEqual({ switch: 'off' })

    const { status, body } = await call('PUT', '/log-switch', { switch: 'on' })

    expect([status, body]).toMatchObject([
      200,
      {
        switch: 'on',
        end_time: '2026-11-23T12:00:00.000Z',
        told_time: '2026-11-22T12:00:00.000Z',
        delivery: { sent: true },
      },
    ])
    expect(lastSent().services[0].paras).toEqual({ switch: 'on', end_time: '20261123T120000Z' })
    expect(await due(device)).toBe(dueBits.notices)
    expect(platform.audited()[0]?.entry).toMatchObject({
      action: 'device.log-switch',
      target: device.deviceId,
    })
  })

  test('a child is told through its gateway, by name, and the gateway has something due', async () => {
    delivery = 'offline'
    const { body } = await call('PUT', '/log-switch', { switch: 'off' }, child)

    expect(body.delivery).toMatchObject({
      sent: false,
      code: 'device-offline',
      sentence: expect.stringContaining('not'),
    })
    expect(sent.at(-1)).toMatchObject({
      deviceId: device.deviceId,
      topic: `$oc/devices/${device.deviceId}/sys/events/down`,
    })
    expect(lastSent().object_device_id).toBe(child.deviceId)
    expect(entries).toMatchObject([{ kind: 'downlink', deviceId: child.deviceId, body: { state: 'failed' } }])

    delivery = 'written'
    await notices.pushDue(device.deviceId, 'c-1')
    expect(sent.map(({ payload }) => JSON.parse(Buffer.from(payload).toString()).object_device_id)).toContain(
      child.deviceId,
    )
    expect(body.told_time).toBeUndefined()
    expect((await call('GET', '/log-switch', undefined, child)).body.told_time).toBeDefined()
  })

  test('a child that moves is told through its new gateway', async () => {
    const { store, build } = platform
    const other = build.aDevice(product)
    await insertDevice(store, other)
    delivery = 'offline'
    await call('PUT', '/log-switch', { switch: 'on' }, child)

    const path = `/v5/iot/{project}/devices/${child.deviceId}/change-gateway`
    expect((await platform.call('POST', path, { body: { gateway_id: other.deviceId } })).status).toBe(200)

    expect(await due(other)).toBe(dueBits.notices)
    await platform.call('POST', path, { body: { gateway_id: device.deviceId } })
  })

  test.each([
    [{}, 'switch'],
    [{ switch: 'maybe' }, 'switch'],
    [{ switch: 'on', end_time: 'tomorrow' }, 'end_time'],
    [{ switch: 'on', end_time: '2026-11-22T11:59:59Z' }, 'end_time'],
    [{ switch: 'on', end_time: '2027-11-22T12:00:00Z' }, 'end_time'],
  ])('%j is refused', async (body, field) => {
    const answer = await call('PUT', '/log-switch', body)

    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer.body)).toContain(field)
    expect(sent).toEqual([])
  })
})

describe('configuration (device protocol §3.8.8)', () => {
  const create = async (over = {}) =>
    (await call('POST', '/config-tasks', { config_content: { v: 1 }, ...over })).body
  const states = async () =>
    (await call('GET', '/config-tasks')).body.config_tasks.map(({ state }: Body) => state)
  const jobDeps = () => ({
    ...{ store: platform.store, clock: platform.clock, limits, notices },
    append: async (given: readonly NewEntry[]) => void entries.push(...given),
  })

  test('the newest wins; it is sent again after a day without an answer, and ends when its time is over', async () => {
    await create()
    const { task_id: id } = await create({ days: 2 })
    expect((await states()).slice(0, 2)).toEqual(['pending', 'superseded'])
    sent.splice(0)

    await repeatConfigurations(jobDeps())
    expect(sent).toEqual([])
    platform.clock.advance(DAY)
    await repeatConfigurations(jobDeps())
    expect(lastSent().services[0].paras).toEqual({ config_content: { v: 1 } })
    delivery = 'offline'
    platform.clock.advance(DAY - 1)
    await repeatConfigurations(jobDeps())
    expect(sent).toHaveLength(1)
    platform.clock.advance(1)
    await repeatConfigurations(jobDeps())

    expect(await states()).toMatchObject(['timeout', 'superseded'])
    expect(entries.at(-1)).toMatchObject({
      kind: 'notice',
      deviceId: device.deviceId,
      body: { code: 'config-unanswered', params: { days: 2 } },
    })
    expect(await call('DELETE', `/config-tasks/${id}`)).toMatchObject({
      status: 404,
      body: { error_code: 'QS.config-task-not-found' },
    })
  })

  test('only so many that have ended are kept', async () => {
    for (let count = 0; count < limits.configTasksKept + 5; count++) await create()

    expect(await states()).toHaveLength(limits.configTasksKept + 1)
  })

  test('cancelled, it is not sent when the device connects, and then nothing is due', async () => {
    await call('PUT', '/log-switch', { switch: 'off' })
    await call('PUT', '/log-switch', { switch: 'off' }, child)
    const { task_id: id } = await create()
    expect((await call('DELETE', `/config-tasks/${id}`)).status).toBe(204)
    sent.splice(0)

    await notices.pushDue(device.deviceId, 'c-2')

    expect([sent, await due(device)]).toEqual([[], undefined])
  })

  test.each([
    [{ config_content: 5 }, 'config_content'],
    [{}, 'config_content'],
    [{ config_content: {}, days: 31 }, 'days'],
    [{ config_content: { x: 'x'.repeat(limits.configBytesMax) } }, 'config_content'],
  ])('%# is refused', async (body, field) => {
    const answer = await call('POST', '/config-tasks', body)

    expect([answer.status, answer.body.field]).toEqual([400, field])
    expect(sent).toEqual([])
  })
})

test('a version query says whether it was sent', async () => {
  expect((await call('POST', '/version-query', {})).body).toMatchObject({ sent: true })
  delivery = 'too-large'
  expect((await call('POST', '/version-query', {})).body).toMatchObject({
    sent: false,
    code: 'downlink-too-large',
  })
  delivery = 'offline'
  expect((await call('POST', '/version-query', {})).body).toMatchObject({
    sent: false,
    code: 'question-device-offline',
    remedy: expect.stringContaining('Ask again when it is online'),
  })
})

test('logs are asked for by category, type and page', async () => {
  const { body } = await call('GET', '/logs?category=security&type=IP_REPORT&limit=5&marker=99')

  expect(logQuery).toEqual({
    deviceId: device.deviceId,
    category: 'security',
    type: 'IP_REPORT',
    limit: 5,
    before: 99,
  })
  expect(body).toEqual({ logs: [], page: { marker: '17' } })
  expect((await call('GET', '/logs?marker=x')).status).toBe(400)
  expect((await call('GET', '/logs?category=all')).status).toBe(400)
})

describe('files', () => {
  const add = async (name: string): Promise<RowKey> => {
    const { store, projectId, clock, build } = platform
    const key = build.ids.rowKey()
    await saveDeviceFile(store, device.key, {
      ...{
        key,
        projectId,
        deviceId: device.deviceId,
        name,
        size: 5,
        storage: 'local',
        uploadedAt: clock.now(),
      },
    })
    return key
  }

  test('are listed page by page, newest first; one has an address; deleted, it is gone', async () => {
    const first = await add('a')
    const second = await add('b')

    const page = (await call('GET', '/files?limit=1')).body
    const next = (await call('GET', `/files?limit=1&marker=${page.page.marker}`)).body
    const shown = (await call('GET', `/files/${first}`)).body

    expect([page.files[0].file_id, next.files[0].file_id, next.page]).toEqual([second, first, {}])
    expect(shown).toMatchObject({ file_name: 'a', size: 5, url: expect.stringContaining('/a?s') })
    expect((await call('DELETE', `/files/${first}`)).status).toBe(204)
    expect(removed).toEqual(['a'])
    expect((await call('GET', `/files/${'f'.repeat(24)}`)).body.error_code).toBe('QS.file-not-found')
    expect((await call('GET', '/files/../x')).status).toBe(404)
    expect((await call('GET', '/files?marker=zz')).status).toBe(400)
  })

  test('an address for an upload is given for a good name alone', async () => {
    const { status, body } = await call('POST', '/files', {
      file_name: 'maps/1.bin',
      size: 5,
      sha256: 'ab'.repeat(32),
    })

    expect([status, body.url]).toEqual([201, expect.stringContaining('/maps/1.bin?s')])
    for (const wrong of [
      {},
      { file_name: '../x' },
      { file_name: 'a\\b' },
      { file_name: 'a', size: -1 },
      { file_name: 'a', sha256: 'AB' },
    ])
      expect((await call('POST', '/files', wrong)).status).toBe(400)
  })
})
