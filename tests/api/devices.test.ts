import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'
import { makeCa, openWorkbench } from '../support/openssl.ts'
import { deviceId } from '../support/registry.ts'
import { aWireProperty, aWireService, createdProduct, unique } from '../support/wire.ts'

let api: TestApi
let product: string
beforeAll(async () => {
  api = await startTestApi()
  product = await createdProduct(api.ours)
})
afterAll(() => api.close())
beforeEach(() => {
  api.notices()
  api.logged()
  api.audited()
})

const SHA256 = 'ab'.repeat(32)
const SHA1 = 'cd'.repeat(20)
const add = (over: Readonly<Record<string, unknown>> = {}) =>
  api.ours.call('POST', '/devices', { product_id: product, node_id: unique('node'), ...over })
const added = async (over = {}) => {
  const { body } = await add(over)
  api.notices()
  api.logged()
  return body
}
const show = async (id: string) => (await api.ours.call('GET', `/devices/${id}`)).body

describe('register', () => {
  test('a secret device gets its id and a secret of 128 bits; create and show agree', async () => {
    const { status, body } = await add({
      node_id: 'imei-1',
      device_name: 'lamp',
      extension_info: { floor: 1 },
    })

    expect(status).toBe(201)
    expect(body).toEqual({
      app_id: api.ours.defaultSpace,
      app_name: 'DefaultApp',
      device_id: `${product}_imei-1`,
      node_id: 'imei-1',
      gateway_id: `${product}_imei-1`,
      device_name: 'lamp',
      node_type: 'GATEWAY',
      product_id: product,
      product_name: 'meter',
      status: 'INACTIVE',
      create_time: '20261122T120000Z',
      tags: [],
      extension_info: { floor: 1 },
      auth_info: {
        auth_type: 'SECRET',
        secret: expect.stringMatching(/^[0-9a-f]{32}$/),
        secure_access: true,
        timeout: 0,
      },
    })
    // The time-out is told by create, not by show.
    expect(await show(body.device_id)).toEqual({
      ...body,
      auth_info: { ...body.auth_info, timeout: undefined },
    })
    expect(api.audited()).toEqual([
      expect.objectContaining({ action: 'device.create', target: body.device_id }),
    ])
  })

  test('a given id and secret are taken', async () => {
    const body = await added({
      device_id: 'given-id',
      auth_info: { secret: 'my_secret-1', secure_access: false },
    })

    expect(body).toMatchObject({
      device_id: 'given-id',
      auth_info: { auth_type: 'SECRET', secret: 'my_secret-1', secure_access: false },
    })
  })

  test.each([
    ['plain', SHA256, SHA256],
    ['with colons in upper case, as openssl prints it', 'AB:'.repeat(31) + 'AB', SHA256],
    ['with its label', `sha256 Fingerprint=${'AB:'.repeat(31)}AB`, SHA256],
    ['SHA-1', ` ${SHA1.toUpperCase()}\n`, SHA1],
  ])('an X.509 device is registered with its fingerprint %s', async (_, fingerprint, canonical) => {
    const body = await added({ auth_info: { auth_type: 'CERTIFICATES', fingerprint } })

    expect(body.auth_info).toEqual({
      auth_type: 'CERTIFICATES',
      fingerprint: canonical,
      secure_access: true,
      timeout: 0,
    })
  })

  test('a pasted certificate stands for its fingerprint, a pasted key is refused (X7)', async () => {
    const bench = openWorkbench()
    const { pem, keyPem, sha256 } = makeCa(bench, { key: 'p256' })
    bench.dispose()

    const body = await added({ auth_info: { auth_type: 'CERTIFICATES', fingerprint: pem } })
    expect(body.auth_info.fingerprint).toBe(sha256)

    const refused = await add({ auth_info: { auth_type: 'CERTIFICATES', fingerprint: `${pem}${keyPem}` } })
    expect(refused.status).toBe(400)
    expect(refused.body.error_msg).toContain('private key')
  })

  test('an X.509 device without a fingerprint is to have its first certificate pinned', async () => {
    const body = await added({ auth_info: { auth_type: 'CERTIFICATES', fingerprint: '' } })

    expect(body.auth_info).toEqual({ auth_type: 'CERTIFICATES', secure_access: true, timeout: 0 })
  })

  test('children go at most two levels below a gateway, in the same space', async () => {
    const gateway = await added()
    const child = await added({ gateway_id: gateway.device_id, auth_info: { timeout: 60 } })
    const grandchild = await added({ gateway_id: child.device_id })
    const { body: space } = await api.ours.call('POST', '/apps', { app_name: unique('space') })
    const elsewhere = await createdProduct(api.ours, { app_id: space.app_id })
    const before = await api.snapshot()

    expect(child).toMatchObject({ gateway_id: gateway.device_id, node_type: 'ENDPOINT' })
    expect(child.auth_info).not.toHaveProperty('timeout')
    expect(grandchild).toMatchObject({ gateway_id: child.device_id, node_type: 'ENDPOINT' })
    expect((await add({ gateway_id: grandchild.device_id })).status).toBe(400)
    expect((await add({ gateway_id: 'nobody' })).status).toBe(404)
    const across = { product_id: elsewhere, app_id: space.app_id, gateway_id: gateway.device_id }
    expect((await add(across)).status).toBe(404)
    expect(await api.snapshot()).toBe(before)
  })

  test('northbound §4.2, §4.5: defaults become desired state, overridden, cleared and removed by the caller', async () => {
    const withDefaults = await createdProduct(api.ours, {
      service_capabilities: [
        aWireService({
          service_id: 'A',
          properties: [
            aWireProperty({ property_name: 'kept', default_value: { any: 1 } }),
            aWireProperty({ property_name: 'overridden', default_value: 1 }),
            aWireProperty({ property_name: 'removed', default_value: 1 }),
            aWireProperty({ property_name: 'bare' }),
          ],
        }),
        aWireService({ service_id: 'B', properties: [aWireProperty({ default_value: 5 })] }),
      ],
    })
    const shadow = [
      { service_id: 'A', desired: { overridden: 'text on an int', removed: null } },
      { service_id: 'B', desired: {} },
    ]

    const { body } = await api.ours.call('POST', '/devices', {
      product_id: withDefaults,
      node_id: 'n',
      shadow,
    })

    expect(api.logged()).toEqual([
      {
        kind: 'config',
        at: api.clock.now(),
        projectId: api.ours.projectId,
        deviceId: body.device_id,
        body: {
          change: 'device-created',
          desired: { A: { kept: { any: 1 }, overridden: 'text on an int' } },
          outboxKey: expect.stringMatching(/^[0-9a-f]{24}$/),
        },
      },
    ])
  })

  test('desired state of a service or property that the model lacks is refused, and no device is left', async () => {
    const before = await api.snapshot()

    for (const shadow of [
      [{ service_id: 'Battery', desired: { unknown: 1 } }],
      [{ service_id: 'Unknown', desired: { batteryLevel: 1 } }],
      [{ service_id: 'Unknown', desired: {} }],
    ]) {
      expect(await add({ shadow })).toMatchObject({ status: 400, body: { error_code: 'IOTDA.013002' } })
    }
    expect(await api.snapshot()).toBe(before)
    expect(api.logged()).toEqual([])
    expect(api.notices()).toEqual([])
  })

  test('a node id is unique in its product, a device id everywhere', async () => {
    const { device_id, node_id } = await added()
    const theirProduct = await createdProduct(api.theirs)
    const before = await api.snapshot()

    const taken = { status: 400, body: { error_code: 'IOTDA.014031' } }
    expect(await add({ node_id, device_id: unique('other') })).toMatchObject(taken)
    expect(await add({ device_id })).toMatchObject(taken)
    const body = { product_id: theirProduct, node_id: 'n', device_id }
    const foreign = await api.theirs.call('POST', '/devices', body)
    expect(foreign).toMatchObject(taken)
    // Nothing but that it exists: not whose it is, nor its name.
    expect(foreign.body.error_msg).toBe(`There is already a device ${device_id}.`)
    expect(await api.snapshot()).toBe(before)
  })

  test.each<[string, object, number]>([
    ['no node id', { node_id: undefined }, 400],
    ['an empty node id', { node_id: '' }, 400],
    ['a node id of 65 characters', { node_id: 'x'.repeat(65) }, 400],
    ['a node id with a slash', { node_id: 'a/b' }, 400],
    ['a device id of 129 characters', { device_id: 'x'.repeat(129) }, 400],
    ['no product', { product_id: undefined }, 400],
    ['an unknown product', { product_id: 'unknown' }, 404],
    ['an unknown space', { app_id: 'nowhere' }, 403],
    ['a secret of 7 characters', { auth_info: { secret: 'x'.repeat(7) } }, 400],
    ['a secret of 33 characters', { auth_info: { secret: 'x'.repeat(33) } }, 400],
    ['a secret with a space', { auth_info: { secret: 'my secret' } }, 400],
    ['an unknown auth type', { auth_info: { auth_type: 'TOKEN' } }, 400],
    ['a fingerprint of 39 digits', { auth_info: { fingerprint: 'a'.repeat(39) } }, 400],
    ['a fingerprint with other letters', { auth_info: { fingerprint: 'g'.repeat(64) } }, 400],
    ['a negative timeout', { auth_info: { timeout: -1 } }, 400],
    ['more than 1 KB of extension info', { extension_info: { text: 'x'.repeat(1015) } }, 400],
    ['a list as extension info', { extension_info: [] }, 400],
    ['a control character in the name', { device_name: 'a\u0007' }, 400],
  ])('a device with %s is refused, and nothing is written', async (_, over, status) => {
    const before = await api.snapshot()

    expect((await add({ ...over })).status).toBe(status)
    expect(await api.snapshot()).toBe(before)
    expect(api.logged()).toEqual([])
  })

  test('threat 11: a refused secret is not told back', async () => {
    const refused = await add({ auth_info: { secret: 'bad secret value' } })

    expect(JSON.stringify(refused.body)).not.toContain('bad secret value')
  })
})

describe('show and list', () => {
  test('device protocol §2.10: status and times follow the connection, FROZEN wins', async () => {
    const { device_id } = await added()
    const at = Date.UTC(2026, 10, 22, 13, 0, 0, 45)
    api.statuses.set(deviceId(device_id), { status: 'ONLINE', changedAt: at, activatedAt: at - 1000 })

    expect(await show(device_id)).toMatchObject({
      status: 'ONLINE',
      connection_status_update_time: '2026-11-22T13:00:00.045Z',
      active_time: '2026-11-22T12:59:59.045Z',
    })
    await api.ours.call('POST', `/devices/${device_id}/freeze`)
    expect((await show(device_id)).status).toBe('FROZEN')
    await api.ours.call('POST', `/devices/${device_id}/unfreeze`)
    expect((await show(device_id)).status).toBe('ONLINE')
  })

  test('the list never has credentials', async () => {
    await added({ auth_info: { secret: 'very-secret-1' } })

    const { body } = await api.ours.call('GET', '/devices?limit=50')

    expect(JSON.stringify(body)).not.toContain('very-secret-1')
    expect(body.devices[0]).not.toHaveProperty('auth_info')
    expect(body.devices[0]).toMatchObject({
      app_name: 'DefaultApp',
      product_name: 'meter',
      status: 'INACTIVE',
    })
  })

  test('every filter narrows the list', async () => {
    const own = await createdProduct(api.ours)
    const gateway = await added({ product_id: own, device_name: 'gate way' })
    api.clock.advance(10_000)
    const child = await added({ product_id: own, gateway_id: gateway.device_id, node_id: 'child-node' })
    api.clock.advance(10_000)
    const grandchild = await added({ product_id: own, gateway_id: child.device_id })
    const list = async (query: string) => {
      const { body } = await api.ours.call('GET', `/devices?product_id=${own}&${query}`)
      expect(body.page.count).toBe(body.devices.length)
      return body.devices.map((device: { device_id: string }) => device.device_id)
    }
    const [g, c, d] = [gateway, child, grandchild].map((device) => device.device_id as string)

    expect(await list('')).toEqual([d, c, g])
    expect(await list('device_name=gate%20way')).toEqual([g])
    expect(await list('node_id=child-node')).toEqual([c])
    expect(await list(`gateway_id=${g}`)).toEqual([c])
    expect(await list(`gateway_id=${g}&is_cascade_query=false`)).toEqual([c])
    expect(await list(`gateway_id=${g}&is_cascade_query=true`)).toEqual([d, c])
    expect(await list(`start_time=${child.create_time}&end_time=${grandchild.create_time}`)).toEqual([c])
    expect(await list(`app_id=${api.ours.defaultSpace}`)).toHaveLength(3)
    const { body: page } = await api.ours.call('GET', `/devices?product_id=${own}&limit=1&offset=1`)
    expect(page).toMatchObject({ devices: [{ device_id: c }], page: { count: 3 } })
  })

  test.each([
    ['start_time=2026-11-22', 'IOTDA.000009'],
    ['end_time=20261131T000000Z', 'IOTDA.000009'],
    ['start_time=20261122T000000Z&end_time=20261122T000000Z', 'IOTDA.000010'],
    ['limit=51', 'IOTDA.000017'],
    ['is_cascade_query=maybe', 'IOTDA.000006'],
  ])('?%s is refused with %s', async (query, code) => {
    expect(await api.ours.call('GET', `/devices?${query}`)).toMatchObject({
      status: 400,
      body: { error_code: code },
    })
  })

  test('an unknown device is 404 IOTDA.014000 for every operation on it', async () => {
    const unknown = { status: 404, body: { error_code: 'IOTDA.014000' } }
    for (const [method, path, body] of [
      ['GET', ''],
      ['PUT', '', { device_name: 'x' }],
      ['DELETE', ''],
      ['POST', '/freeze'],
      ['POST', '/unfreeze'],
      ['POST', '/action?action_id=resetSecret', {}],
      ['POST', '/reset-fingerprint', {}],
      ['GET', '/shadow'],
    ] as const) {
      expect(await api.ours.call(method, `/devices/unknown${path}`, body)).toMatchObject(unknown)
    }
  })
})

describe('update', () => {
  test('what is named changes, extension info as a whole; the time-out is told only when it changed', async () => {
    const { device_id, auth_info } = await added({ device_name: 'old', extension_info: { a: 1 } })
    const put = (body: object) => api.ours.call('PUT', `/devices/${device_id}`, body)

    const changed = await put({
      device_name: 'new',
      extension_info: { b: null },
      auth_info: { secure_access: false, timeout: 30, secret: 'not-taken-here' },
    })
    expect(changed).toMatchObject({ status: 200, body: { device_name: 'new', extension_info: { b: null } } })
    expect(changed.body.auth_info).toEqual({
      auth_type: 'SECRET',
      secret: auth_info.secret,
      secure_access: false,
      timeout: 30,
    })
    const again = await put({ description: 'd', device_name: '', auth_info: { timeout: 30 } })
    expect(again.body).toMatchObject({ device_name: 'new', description: 'd', extension_info: { b: null } })
    expect(again.body.auth_info).not.toHaveProperty('timeout')
    expect(api.notices()).toEqual([
      { kind: 'device-changed', deviceId: device_id },
      { kind: 'device-changed', deviceId: device_id },
    ])
  })

  test('too much extension info changes nothing', async () => {
    const { device_id } = await added()
    const before = await api.snapshot()

    const body = { device_name: 'x', extension_info: { text: 'x'.repeat(1100) } }
    expect((await api.ours.call('PUT', `/devices/${device_id}`, body)).status).toBe(400)
    expect(await api.snapshot()).toBe(before)
  })
})

describe('freeze and unfreeze', () => {
  test('X9: freezing cuts the connection; each is refused the second time', async () => {
    const { device_id } = await added()
    const post = (verb: string) => api.ours.call('POST', `/devices/${device_id}/${verb}`)

    expect(await post('freeze')).toEqual({ status: 204, body: undefined })
    expect(api.notices()).toEqual([{ kind: 'device-changed', deviceId: device_id, cut: 'frozen' }])
    expect(await post('freeze')).toMatchObject({ status: 400, body: { error_code: 'IOTDA.014038' } })
    expect(await post('unfreeze')).toEqual({ status: 204, body: undefined })
    expect(api.notices()).toEqual([{ kind: 'device-changed', deviceId: device_id }])
    expect(await post('unfreeze')).toMatchObject({ status: 400, body: { error_code: 'IOTDA.014039' } })
    expect(api.notices()).toEqual([])
    expect(api.audited().map(({ action }) => action)).toEqual(
      expect.arrayContaining(['device.freeze', 'device.unfreeze']),
    )
  })

  test('a child device cannot be frozen', async () => {
    const gateway = await added()
    const child = await added({ gateway_id: gateway.device_id })

    expect((await api.ours.call('POST', `/devices/${child.device_id}/freeze`)).status).toBe(400)
    expect((await show(child.device_id)).status).toBe('INACTIVE')
  })
})

describe('reset secret', () => {
  const reset = (id: string, body: object) =>
    api.ours.call('POST', `/devices/${id}/action?action_id=resetSecret`, body)

  test('a secret is generated or taken, primary by default; X9: the connection stays', async () => {
    const { device_id, auth_info } = await added()

    const generated = await reset(device_id, {})
    expect(generated).toEqual({
      status: 200,
      body: { device_id, secret: expect.stringMatching(/^[0-9a-f]{32}$/), secret_type: 'PRIMARY' },
    })
    expect(generated.body.secret).not.toBe(auth_info.secret)
    expect(api.notices()).toEqual([{ kind: 'device-changed', deviceId: device_id }])

    const second = await reset(device_id, { secret: 'my-second-secret', secret_type: 'SECONDARY' })
    expect(second.body).toEqual({ device_id, secret: 'my-second-secret', secret_type: 'SECONDARY' })
    expect((await show(device_id)).auth_info).toEqual({
      auth_type: 'SECRET',
      secret: generated.body.secret,
      secondary_secret: 'my-second-secret',
      secure_access: true,
    })
  })

  test('X9: with force_disconnect the connection is cut', async () => {
    const { device_id } = await added()

    await reset(device_id, { force_disconnect: true })

    expect(api.notices()).toEqual([{ kind: 'device-changed', deviceId: device_id, cut: 'credentials-reset' }])
  })

  test('an X.509 device becomes a secret device, its fingerprints are void', async () => {
    const { device_id } = await added({ auth_info: { auth_type: 'CERTIFICATES', fingerprint: SHA256 } })

    await reset(device_id, { secret: 'a-new-secret' })

    expect((await show(device_id)).auth_info).toEqual({
      auth_type: 'SECRET',
      secret: 'a-new-secret',
      secure_access: true,
    })
  })

  test('no body is an empty one; another action or a bad secret is refused', async () => {
    const { device_id } = await added()
    const path = `/devices/${device_id}/action`

    expect((await api.ours.call('POST', `${path}?action_id=resetSecret`)).status).toBe(200)
    const before = await api.snapshot()
    expect((await api.ours.call('POST', path, {})).status).toBe(400)
    expect((await api.ours.call('POST', `${path}?action_id=other`, {})).status).toBe(400)
    expect((await reset(device_id, { secret: 'short' })).status).toBe(400)
    expect((await reset(device_id, { secret_type: 'THIRD' })).status).toBe(400)
    expect(await api.snapshot()).toBe(before)
  })
})

describe('reset fingerprint', () => {
  const reset = (id: string, body: object) => api.ours.call('POST', `/devices/${id}/reset-fingerprint`, body)

  test('a secret device becomes an X.509 device, its secrets are void', async () => {
    const { device_id } = await added()

    expect(await reset(device_id, { fingerprint: SHA256.toUpperCase() })).toEqual({
      status: 200,
      body: { device_id, fingerprint: SHA256, fingerprint_type: 'PRIMARY' },
    })
    expect((await show(device_id)).auth_info).toEqual({
      auth_type: 'CERTIFICATES',
      fingerprint: SHA256,
      secure_access: true,
    })
    expect(api.notices()).toEqual([{ kind: 'device-changed', deviceId: device_id }])
  })

  test('the secondary stands beside the primary; without a value one is cleared', async () => {
    const { device_id } = await added({ auth_info: { auth_type: 'CERTIFICATES', fingerprint: SHA256 } })
    await reset(device_id, { fingerprint: SHA1, fingerprint_type: 'SECONDARY', force_disconnect: true })

    expect(api.notices()).toEqual([{ kind: 'device-changed', deviceId: device_id, cut: 'credentials-reset' }])
    expect((await show(device_id)).auth_info).toMatchObject({
      fingerprint: SHA256,
      secondary_fingerprint: SHA1,
    })
    expect((await reset(device_id, {})).body).toEqual({ device_id, fingerprint_type: 'PRIMARY' })
    expect((await show(device_id)).auth_info).toEqual({
      auth_type: 'CERTIFICATES',
      secondary_fingerprint: SHA1,
      secure_access: true,
    })
  })

  test('an old secret does not come to life again', async () => {
    const { device_id } = await added()
    await api.ours.call('POST', `/devices/${device_id}/action?action_id=resetSecret`, {
      secret: 'old-secondary',
      secret_type: 'SECONDARY',
    })
    await reset(device_id, { fingerprint: SHA256 })
    await api.ours.call('POST', `/devices/${device_id}/action?action_id=resetSecret`, {
      secret: 'new-primary',
    })

    expect((await show(device_id)).auth_info).not.toHaveProperty('secondary_secret')
  })

  test('what is no fingerprint is refused', async () => {
    const { device_id } = await added()
    const before = await api.snapshot()

    expect((await reset(device_id, { fingerprint: 'abc' })).status).toBe(400)
    expect(await api.snapshot()).toBe(before)
  })
})

describe('delete', () => {
  test('S16, X9: the device goes, its connection is cut, projections are told', async () => {
    const { device_id } = await added({ auth_info: { secret: 'gone-for-good' } })

    expect(await api.ours.call('DELETE', `/devices/${device_id}`)).toEqual({ status: 204, body: undefined })
    expect(api.notices()).toEqual([{ kind: 'device-changed', deviceId: device_id, cut: 'deleted' }])
    expect(api.logged()).toMatchObject([{ deviceId: device_id, body: { change: 'device-deleted' } }])
    expect((await api.ours.call('GET', `/devices/${device_id}`)).status).toBe(404)
    expect((await api.ours.call('DELETE', `/devices/${device_id}`)).status).toBe(404)
    expect(await api.snapshot()).not.toContain(device_id)
  })

  test('a gateway with children stays', async () => {
    const gateway = await added()
    const child = await added({ gateway_id: gateway.device_id })
    const before = await api.snapshot()

    const refused = await api.ours.call('DELETE', `/devices/${gateway.device_id}`)
    expect(refused.status).toBe(400)
    expect(refused.body.error_msg).toContain('1 child devices')
    expect(await api.snapshot()).toBe(before)
    expect(api.notices()).toEqual([])
    expect((await api.ours.call('DELETE', `/devices/${child.device_id}`)).status).toBe(204)
    expect((await api.ours.call('DELETE', `/devices/${gateway.device_id}`)).status).toBe(204)
  })
})

test("threat 7: another project's device is not found under one's own path, and its path is forbidden", async () => {
  const { device_id } = await added()
  const theirProduct = await createdProduct(api.theirs)
  const before = await api.snapshot()

  for (const [method, path, body] of [
    ['GET', ''],
    ['PUT', '', { device_name: 'stolen' }],
    ['DELETE', ''],
    ['POST', '/freeze'],
    ['POST', '/unfreeze'],
    ['POST', '/action?action_id=resetSecret', {}],
    ['POST', '/reset-fingerprint', {}],
    ['GET', '/shadow'],
  ] as const) {
    expect((await api.theirs.call(method, `/devices/${device_id}${path}`, body)).status).toBe(404)
    expect(
      await api.theirs.callAs(api.ours.projectId, method, `/devices/${device_id}${path}`, body),
    ).toMatchObject({
      status: 403,
      body: { error_code: 'IOTDA.000021' },
    })
  }
  const child = { product_id: theirProduct, node_id: 'n', gateway_id: device_id }
  expect((await api.theirs.call('POST', '/devices', child)).status).toBe(404)
  expect((await api.theirs.call('POST', '/devices', { product_id: product, node_id: 'n' })).status).toBe(404)
  expect((await api.theirs.call('GET', `/devices?product_id=${product}`)).body.devices).toEqual([])
  expect((await api.theirs.call('GET', `/devices?gateway_id=${device_id}`)).body.devices).toEqual([])
  expect(await api.snapshot()).toBe(before)
})
