import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const create = async (name: string) => (await api.ours.call('POST', '/apps', { app_name: name })).body

test('a created space is shown and listed; the default one was there before', async () => {
  const created = await api.ours.call('POST', '/apps', { app_name: 'Haus 1' })

  expect(created.status).toBe(201)
  expect(created.body).toEqual({
    app_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    app_name: 'Haus 1',
    create_time: '20261122T120000Z',
    default_app: false,
  })
  expect((await api.ours.call('GET', `/apps/${created.body.app_id}`)).body).toEqual(created.body)
  const { body } = await api.ours.call('GET', '/apps')
  expect(body.applications).toContainEqual(created.body)
  expect(body.applications[0]).toMatchObject({ app_id: api.ours.defaultSpace, default_app: true })
  expect(api.audited()).toContainEqual(
    expect.objectContaining({
      action: 'space.create',
      actor: 'ours',
      target: created.body.app_id,
      outcome: 'done',
    }),
  )
})

test('default_app filters the list', async () => {
  await create('filtered')

  const defaults = (await api.ours.call('GET', '/apps?default_app=true')).body.applications
  const others = (await api.ours.call('GET', '/apps?default_app=false')).body.applications

  expect(defaults.map((space: { app_id: string }) => space.app_id)).toEqual([api.ours.defaultSpace])
  expect(others.every((space: { default_app: boolean }) => !space.default_app)).toBe(true)
})

test('a name is taken once; another space may be renamed, not to it', async () => {
  const one = await create('one')
  const two = await create('two')
  const before = await api.snapshot()

  expect(await api.ours.call('POST', '/apps', { app_name: 'one' })).toMatchObject({ status: 400 })
  expect(await api.ours.call('PUT', `/apps/${two.app_id}`, { app_name: 'one' })).toMatchObject({
    status: 400,
  })
  expect(await api.snapshot()).toBe(before)
  expect(await api.ours.call('PUT', `/apps/${one.app_id}`, { app_name: 'first' })).toMatchObject({
    status: 200,
    body: { app_id: one.app_id, app_name: 'first' },
  })
})

test.each([
  ['no name', {}],
  ['an empty name', { app_name: '' }],
  ['a null name', { app_name: null }],
  ['65 characters', { app_name: 'x'.repeat(65) }],
  ['a line feed', { app_name: 'a\nb' }],
  ['a number', { app_name: 7 }],
])('a space with %s is refused', async (_, body) => {
  const before = await api.snapshot()

  expect(await api.ours.call('POST', '/apps', body)).toMatchObject({
    status: 400,
    body: { error_code: 'IOTDA.000006' },
  })
  expect(await api.snapshot()).toBe(before)
})

test('northbound §2.4: an unknown space is 403 IOTDA.001000, for show, rename and deletion', async () => {
  const unknown = { status: 403, body: { error_code: 'IOTDA.001000' } }

  expect(await api.ours.call('GET', '/apps/unknown')).toMatchObject(unknown)
  expect(await api.ours.call('PUT', '/apps/unknown', { app_name: 'x' })).toMatchObject(unknown)
  expect(await api.ours.call('DELETE', '/apps/unknown')).toMatchObject(unknown)
})

test('an empty space can be deleted, and is gone', async () => {
  const { app_id: id } = await create('short-lived')

  expect(await api.ours.call('DELETE', `/apps/${id}`)).toEqual({ status: 204, body: undefined })
  expect((await api.ours.call('GET', `/apps/${id}`)).status).toBe(403)
})

test('the default space, and one that holds something, cannot be deleted', async () => {
  const { app_id: id } = await create('in-use')
  const product = {
    name: 'p',
    device_type: 't',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: [],
    app_id: id,
  }
  await api.ours.call('POST', '/products', product)
  const before = await api.snapshot()

  expect((await api.ours.call('DELETE', `/apps/${api.ours.defaultSpace}`)).status).toBe(400)
  const refused = await api.ours.call('DELETE', `/apps/${id}`)
  expect(refused.status).toBe(400)
  expect(refused.body.error_msg).toContain('1 products, 0 devices')
  expect(await api.snapshot()).toBe(before)
})

test("threat 7: another project's space is unknown under one's own path, and its path is forbidden", async () => {
  const { app_id: id } = await create('secret-place')

  expect((await api.theirs.call('GET', `/apps/${id}`)).status).toBe(403)
  expect((await api.theirs.call('DELETE', `/apps/${id}`)).status).toBe(403)
  expect(JSON.stringify((await api.theirs.call('GET', '/apps')).body)).not.toContain(id)
  expect(await api.theirs.callAs(api.ours.projectId, 'GET', '/apps')).toMatchObject({
    status: 403,
    body: { error_code: 'IOTDA.000021' },
  })
})
