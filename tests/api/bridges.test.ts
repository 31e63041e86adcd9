import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '../../src/base/limits.ts'
import { parseBridgeId } from '../../src/base/ids.ts'
import { bridgeSession } from '../../src/domain/bridge/bridge.ts'
import { findBridgeAnywhere } from '../../src/store/bridges.ts'
import { startTestApi, type TestApi } from '../support/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ limits: { ...limits, bridgesMax: 4 } })
})
afterAll(() => api.close())

const create = (body: object) => api.ours.call('POST', '/bridges', body)
const list = async (query = '') => (await api.ours.call('GET', `/bridges${query}`)).body
const secretOf = async (id: string) => {
  const bridgeId = parseBridgeId(id)
  return bridgeId && (await findBridgeAnywhere(api.store, bridgeId))?.secret
}

test('northbound §8: a bridge is made with the id that was given, and its secret is told once', async () => {
  const created = await create({ bridge_name: 'Hall 1', bridge_id: 'hall-1' })

  expect(created).toEqual({
    status: 201,
    body: {
      ...{ bridge_id: 'hall-1', bridge_name: 'Hall 1', create_time: '20261122T120000Z' },
      auth_info: { auth_type: 'SECRET', secret: expect.stringMatching(/^[0-9a-f]{32}$/) },
    },
  })
  expect(await secretOf('hall-1')).toBe(created.body.auth_info.secret)
  const page = await list()
  expect(page.bridges).toEqual([{ bridge_id: 'hall-1', bridge_name: 'Hall 1', status: 'OFFLINE' }])
  expect(JSON.stringify(page)).not.toContain(created.body.auth_info.secret)
  const audited = api.audited()
  expect(audited).toContainEqual(expect.objectContaining({ action: 'bridge.create', target: 'hall-1' }))
  expect(JSON.stringify(audited)).not.toContain(created.body.auth_info.secret)
  expect(await api.snapshot(), 'safety S13: sealed').not.toContain(created.body.auth_info.secret)
})

test('device protocol §3.10: the status is that of the connection of the bridge', async () => {
  const at = api.clock.now()
  api.statuses.set(bridgeSession('hall-1'), { status: 'ONLINE', changedAt: at, activatedAt: at })

  expect((await list()).bridges).toMatchObject([{ bridge_id: 'hall-1', status: 'ONLINE' }])
})

test('an id is taken once, over all projects; without one it is made', async () => {
  const made = await create({ bridge_name: 'Second' })
  expect(made.body.bridge_id).toMatch(/^[0-9a-f]{32}$/)
  const before = await api.snapshot()

  for (const tenant of [api.ours, api.theirs])
    expect(await tenant.call('POST', '/bridges', { bridge_name: 'x', bridge_id: 'hall-1' })).toMatchObject({
      status: 400,
      body: { error_code: 'IOTDA.000006', error_msg: expect.stringContaining('hall-1') },
    })
  for (const body of [{}, { bridge_name: 'x'.repeat(65) }, { bridge_name: 'x', bridge_id: 'a b' }])
    expect(await create(body)).toMatchObject({ status: 400, body: { error_code: 'IOTDA.000006' } })
  expect(await api.snapshot()).toBe(before)
})

test('northbound §3.5: there is a quota, and the list has pages', async () => {
  await create({ bridge_name: 'Third' })
  await create({ bridge_name: 'Fourth' })

  expect(await create({ bridge_name: 'Fifth' })).toMatchObject({
    status: 400,
    body: { error_msg: expect.stringContaining('4') },
  })
  const first = await list('?limit=3')
  expect(first).toMatchObject({ bridges: [{}, {}, {}], page: { count: 4 } })
  const rest = await list(`?limit=3&marker=${first.page.marker}`)
  expect(rest.bridges).toMatchObject([{ bridge_id: 'hall-1' }])
})

test('a new secret takes the place of the earlier one; only force_disconnect cuts the connection', async () => {
  const before = await secretOf('hall-1')
  api.notices()

  const reset = await api.ours.call('POST', '/bridges/hall-1/reset-secret', {})
  expect(reset).toEqual({
    status: 200,
    body: { bridge_id: 'hall-1', secret: expect.stringMatching(/^[0-9a-f]{32}$/) },
  })
  expect(reset.body.secret).not.toBe(before)
  expect(await secretOf('hall-1')).toBe(reset.body.secret)
  expect(api.notices()).toEqual([{ kind: 'device-changed', deviceId: 'bridge/hall-1' }])

  await api.ours.call('POST', '/bridges/hall-1/reset-secret', { force_disconnect: true })
  expect(api.notices()).toEqual([
    { kind: 'device-changed', deviceId: 'bridge/hall-1', cut: 'credentials-reset' },
  ])
})

test('safety S3: a bridge of another project is not there', async () => {
  const before = await api.snapshot()

  for (const id of ['hall-1', 'nobody'])
    for (const [method, path] of [
      ['DELETE', `/bridges/${id}`],
      ['POST', `/bridges/${id}/reset-secret`],
    ] as const)
      expect(await api.theirs.call(method, path, method === 'POST' ? {} : undefined)).toMatchObject({
        status: 404,
        body: { error_msg: `There is no bridge ${id}.` },
      })
  expect((await api.theirs.call('GET', '/bridges')).body).toMatchObject({ bridges: [], page: { count: 0 } })
  expect(await api.snapshot()).toBe(before)
})

test('northbound §8: a deleted bridge is gone with its secret, and its connection is cut', async () => {
  api.notices()

  expect(await api.ours.call('DELETE', '/bridges/hall-1')).toMatchObject({ status: 204 })

  expect(api.notices()).toEqual([{ kind: 'device-changed', deviceId: 'bridge/hall-1', cut: 'deleted' }])
  expect(await secretOf('hall-1')).toBeUndefined()
  expect((await api.ours.call('DELETE', '/bridges/hall-1')).status).toBe(404)
})
