import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DeviceId } from '../../src/base/ids.ts'
import { limits } from '../../src/base/limits.ts'
import type { Device } from '../../src/domain/device/device.ts'
import type { Log } from '../../src/log/log.ts'
import { openLog } from '../support/segment-log.ts'
import { openProjections, type Projections } from '../../src/projections/projections.ts'
import { insertCaCertificate } from '../../src/store/ca-certificates.ts'
import { insertDevice } from '../../src/store/devices.ts'
import { insertProduct } from '../../src/store/products.ts'
import { insertSpace } from '../../src/store/spaces.ts'
import { takeOutbox } from '../../src/store/outbox.ts'
import { aConnectionVerdict, NOON } from '../support/builders.ts'
import { type Body, type PlatformApi, startPlatformApi } from '../support/platform-api.ts'
import { aFingerprint, deviceId, nodeId, productId } from '../support/registry.ts'

let platform: PlatformApi
let folder: string
let log: Log
let projections: Projections
/** Devices of the project, the oldest first: see `beforeAll` for what each is. */
let devices: readonly Device[]
const byCertificate = aFingerprint()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quayside-test-'))
  log = openLog(join(folder, 'log'))
  // Small reads, so that a list of devices takes several.
  projections = await openProjections({
    file: join(folder, 'projections.db'),
    historyFolder: join(folder, 'history'),
    log,
    limits: { ...limits, scanRowsMax: 2, connectionVerdictsMax: 100, changeMemoryMillis: 1 },
  })
  platform = await startPlatformApi({
    deps: {
      readStatuses: (ids) => projections.readStatuses(ids),
      readConnected: (query) => projections.readConnected(query),
      readPresented: (deviceId) => projections.readPresented(deviceId),
    },
  })
  const { store, build, projectId, otherProjectId, clock } = platform
  const spaceOf = async (project: typeof projectId) => {
    const space = build.aSpace({ ...build.aProject(), projectId: project })
    await insertSpace(store, space)
    return space
  }
  const space = await spaceOf(projectId)
  const lamp = build.aProduct(space, {
    productId: productId('lamp'),
    name: 'Straßenlampe',
    deviceType: 'Lamp',
    services: [
      {
        serviceId: 'Light',
        serviceType: 'Light',
        properties: [
          { name: 'on', dataType: 'int', required: false, method: 'RW' },
          { name: 'lux', dataType: 'int', required: false, method: 'R' },
        ],
        commands: [],
        events: [],
        option: 'Optional',
      },
    ],
  })
  const meter = build.aProduct(await spaceOf(projectId), {
    productId: productId('meter'),
    name: 'Wasserzähler',
  })
  const foreign = build.aProduct(await spaceOf(otherProjectId), { productId: productId('lamp') })
  for (const product of [lamp, meter, foreign]) await insertProduct(store, product)
  const secret = { type: 'SECRET', secureAccess: true, timeoutSeconds: 0 } as const
  const aLamp = (node: string, over: Partial<Device> = {}) => {
    clock.advance(1000)
    return build.aDevice(lamp, { deviceId: deviceId(`lamp_${node}`), nodeId: nodeId(node), ...over })
  }
  devices = [
    aLamp('SN-001', {
      name: 'Über der Tür',
      auth: { ...secret, secret: 'first-secret', secondarySecret: 'second-secret' },
    }),
    aLamp('SN-002', {
      name: 'anderswo',
      auth: { type: 'CERTIFICATES', fingerprint: byCertificate, secureAccess: true, timeoutSeconds: 60 },
    }),
    aLamp('SN-003', { frozen: true }),
    aLamp('SN%004'.replace('%', '_'), { name: '100%' }),
    {
      ...build.aDevice(meter, { deviceId: deviceId('meter_W1'), nodeId: nodeId('W1'), name: 'Zähler' }),
      createdAt: clock.now() + 1000,
    },
  ]
  for (const device of devices) await insertDevice(store, device)
  await insertDevice(
    store,
    build.aDevice(foreign, { deviceId: deviceId('theirs_SN-001'), nodeId: nodeId('SN-001') }),
  )
  await insertCaCertificate(
    store,
    build.aCaCertificate(space, {
      subject: 'CN=Straßen CA,O=Stadt',
      commonName: 'Straßen CA',
      verified: true,
    }),
  )

  const came = (id: string, at: number, status: 'ONLINE' | 'OFFLINE') =>
    ({
      kind: 'status',
      at,
      projectId,
      deviceId: id as DeviceId,
      body: {
        status,
        connection: `1-${id}`,
        ...(status === 'ONLINE' ? { address: '192.0.2.7:4000' } : { cause: 'closed-by-device' }),
      },
    }) as const
  const verdict = aConnectionVerdict({ outcome: 'refused', code: 'device-frozen' })
  await log.append([
    came('lamp_SN-001', NOON + 500_000, 'ONLINE'),
    came('lamp_SN-002', NOON + 400_000, 'ONLINE'),
    came('lamp_SN-002', NOON + 600_000, 'OFFLINE'),
    came('lamp_SN-003', NOON + 700_000, 'ONLINE'),
    came('meter_W1', NOON + 300_000, 'ONLINE'),
    { kind: 'connection', at: NOON + 1, projectId, deviceId: deviceId('lamp_SN-001'), body: verdict },
  ])
})
afterAll(async () => {
  await platform.close()
  await projections.close()
  await log.close()
  rmSync(folder, { recursive: true, force: true })
})

const get = (path: string, headers = {}) => platform.call('GET', `/quayside/v1/{project}${path}`, { headers })
const post = (path: string, body?: unknown, headers = {}) =>
  platform.call('POST', `/quayside/v1/{project}${path}`, { body, headers })
const idsOf = ({ body }: { body: Body }): string[] =>
  body.devices.map((device: { device_id: string }) => device.device_id.replace(/^lamp_/, ''))

describe('ListOwnDevices', () => {
  test('shows a device with its names, status and no secret', async () => {
    const { status, body, text } = await get('/devices?search=sn-001')

    expect(status).toBe(200)
    expect(body.count).toBe(1)
    expect(body.devices[0]).toMatchObject({
      device_id: 'lamp_SN-001',
      node_id: 'SN-001',
      device_name: 'Über der Tür',
      product_id: 'lamp',
      product_name: 'Straßenlampe',
      node_type: 'GATEWAY',
      status: 'ONLINE',
      status_since: new Date(NOON + 500_000).toISOString(),
      auth_type: 'SECRET',
      tags: [],
    })
    expect(text).not.toContain('secret":')
    expect(text).not.toContain('first-secret')
  })

  test.for([
    ['text of a node id, in either case', 'search=sn-00', ['SN-003', 'SN-002', 'SN-001']],
    ['text of a name of any script, in either case', `search=${encodeURIComponent('ÜBER')}`, ['SN-001']],
    ['a name by what LIKE would take for a wildcard', 'search=100%25', ['SN_004']],
    ['an underscore is no wildcard', 'search=SN_0', ['SN_004']],
    ['spaces around the text count for nothing', 'search=%20anderswo%20', ['SN-002']],
    ['nothing but spaces', 'search=%20', ['meter_W1', 'SN_004', 'SN-003', 'SN-002', 'SN-001']],
    ['no such text', 'search=none-of-them', []],
    ['online', 'status=online', ['meter_W1', 'SN-001']],
    ['offline', 'status=offline', ['SN-002']],
    ['inactive', 'status=inactive', ['SN_004']],
    ['frozen, though its connection was up', 'status=frozen', ['SN-003']],
    ['a status and a text', 'status=online&search=lamp', ['SN-001']],
    ['a product', 'product_id=meter', ['meter_W1']],
    ['how it authenticates', 'auth_type=CERTIFICATES', ['SN-002']],
    [
      'by name, those without one last',
      'sort=name&order=asc',
      ['SN_004', 'SN-002', 'meter_W1', 'SN-001', 'SN-003'],
    ],
    ['by name, downwards', 'sort=name&order=desc', ['SN-001', 'meter_W1', 'SN-002', 'SN_004', 'SN-003']],
    ['by node id', 'sort=node_id&order=asc', ['SN-001', 'SN-002', 'SN-003', 'SN_004', 'meter_W1']],
    ['by device id', 'sort=device_id', ['meter_W1', 'SN_004', 'SN-003', 'SN-002', 'SN-001']],
    [
      'by status, the latest change first, frozen last',
      'sort=status_since',
      ['SN-002', 'SN-001', 'meter_W1', 'SN_004', 'SN-003'],
    ],
    [
      'by status, the earliest first',
      'sort=status_since&order=asc',
      ['SN_004', 'meter_W1', 'SN-001', 'SN-002', 'SN-003'],
    ],
  ] as const)('finds by %s', async ([, query, expected]) => {
    const answer = await get(`/devices?${query}`)

    expect(idsOf(answer)).toEqual(expected)
    expect(answer.body.count).toBe(expected.length)
  })

  test('finds a device by its fingerprint as openssl prints it', async () => {
    const printed = byCertificate.toUpperCase().replace(/(..)(?=.)/g, '$1:')

    expect(idsOf(await get(`/devices?search=${encodeURIComponent(printed)}`))).toEqual(['SN-002'])
  })

  test('a space narrows it down; one that is not there is refused', async () => {
    const [meter] = (await get('/devices?product_id=meter')).body.devices

    expect(idsOf(await get(`/devices?app_id=${meter.app_id}`))).toEqual(['meter_W1'])
    expect((await get('/devices?app_id=nowhere')).body).toMatchObject({ error_code: 'QS.space-not-found' })
  })

  test.for(['', '&search=e', '&sort=status_since', '&status=online'])(
    'pages%s add up to the whole, and the count stays',
    async (more) => {
      const whole = await get(`/devices?limit=200${more}`)
      const pages: string[] = []
      for (let offset = 0; offset <= whole.body.count; offset++) {
        const page = await get(`/devices?limit=1&offset=${offset}${more}`)
        expect(page.body.count).toBe(whole.body.count)
        pages.push(...idsOf(page))
      }

      expect(pages).toEqual(idsOf(whole))
    },
  )

  test.for([
    ['limit=201', 'QS.invalid-limit'],
    ['offset=1000001', 'QS.invalid-input'],
    ['status=asleep', 'QS.invalid-input'],
    ['sort=secret', 'QS.invalid-input'],
    [`search=${'x'.repeat(129)}`, 'QS.invalid-input'],
  ])('refuses %s', async ([query, code]) => {
    expect(await get(`/devices?${query}`)).toMatchObject({ status: 400, body: { error_code: code } })
  })
})

describe('ShowOwnDevice', () => {
  test('shows all but the secrets, with the newest verdict', async () => {
    const { body, text } = await get('/devices/lamp_SN-001')

    expect(body).toMatchObject({
      has_secret: true,
      has_secondary_secret: true,
      secure_access: true,
      activated_at: new Date(NOON + 500_000).toISOString(),
      address: '192.0.2.7:4000',
      extension_info: {},
      timeout: 0,
      last_connection: { outcome: 'refused', listener: 'mqtts' },
    })
    expect(text).not.toMatch(/first-secret|second-secret/)
  })

  test('a device that never connected has nothing to say of connections', async () => {
    const { body } = await get('/devices/lamp_SN_004')

    expect(body).toMatchObject({ status: 'INACTIVE', status_since: body.create_time })
    expect(body).not.toHaveProperty('last_connection')
    expect(body).not.toHaveProperty('activated_at')
  })

  test('one of another project is not found', async () => {
    expect(await get('/devices/theirs_SN-001')).toMatchObject({
      status: 404,
      body: { error_code: 'QS.device-not-found' },
    })
  })
})

describe('RevealDeviceSecret', () => {
  test('shows both secrets and leaves its mark in the audit trail, without them', async () => {
    platform.audited()
    const { body } = await post('/devices/lamp_SN-001/secret/reveal')

    expect(body).toEqual({ secret: 'first-secret', secondary_secret: 'second-secret' })
    const entries = platform.audited()
    expect(entries).toMatchObject([
      { entry: { action: 'device.secret.reveal', target: 'lamp_SN-001', outcome: 'done' } },
    ])
    expect(JSON.stringify(entries)).not.toContain('first-secret')
  })

  test('is audited by the name of the user who signed in to the console', async () => {
    const { user } = platform
    const signedIn = await platform.bare('POST', '/quayside/v1/session', {
      body: { username: user.name, password: user.password },
    })
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
    platform.audited()
    const { body } = await platform.bare('POST', '/quayside/v1/{project}/devices/lamp_SN-001/secret/reveal', {
      headers: { cookie, 'x-csrf-token': signedIn.body.csrf_token },
    })

    expect(body.secret).toBe('first-secret')
    expect(platform.audited()).toMatchObject([
      { entry: { action: 'device.secret.reveal', actor: user.name, target: 'lamp_SN-001' } },
    ])
  })

  test('a device of certificates has none', async () => {
    expect((await post('/devices/lamp_SN-002/secret/reveal')).body).toEqual({})
  })

  test('one of another project is not found', async () => {
    expect((await post('/devices/theirs_SN-001/secret/reveal')).status).toBe(404)
  })
})

describe('AddDevices', () => {
  const app = () => devices[0]?.spaceId
  const rows = () => [
    { product_id: 'lamp', node_id: 'B-1', app_id: app(), secret: 'a-secret-of-mine' },
    { product_id: 'lamp', node_id: 'B-1', app_id: app() },
    { product_id: 'lamp', node_id: 'SN-001', device_id: 'another-id', app_id: app() },
    { product_id: 'lamp', node_id: 'B-2', device_id: 'lamp_SN-001', app_id: app() },
    { product_id: 'nowhere', node_id: 'B-3' },
    { product_id: 'lamp', node_id: 'B 4', app_id: app() },
    { product_id: 'lamp', app_id: app() },
    { product_id: 'lamp', node_id: 'B-5', auth_type: 'CERTIFICATES', fingerprint: 'zz', app_id: app() },
    {
      product_id: 'lamp',
      node_id: 'B-6',
      auth_type: 'CERTIFICATES',
      fingerprint: byCertificate.toUpperCase(),
      app_id: app(),
    },
    { product_id: 'lamp', node_id: 7, app_id: app() },
    'no object',
    null,
    { product_id: 'lamp', node_id: 'B-8', app_id: 'nowhere' },
    { product_id: 'lamp', node_id: 'B-9', app_id: app(), device_name: '', description: null },
  ]
  const outcomes = (results: Body) =>
    results.map(({ outcome, error_code, field }: Body) =>
      [outcome, error_code, field].filter(Boolean).join(' '),
    )
  const expected = (good: string) => [
    good,
    'refused QS.device-exists device_id',
    'refused QS.node-exists node_id',
    'refused QS.device-exists device_id',
    'refused QS.product-not-found product_id',
    'refused QS.invalid-input node_id',
    'refused QS.invalid-input node_id',
    'refused QS.fingerprint-unreadable fingerprint',
    good,
    'refused QS.invalid-input node_id',
    'refused QS.invalid-input row',
    'refused QS.invalid-input product_id',
    'refused QS.space-not-found app_id',
    good,
  ]

  test('a dry run says of every row what would happen, writes nothing and shows no secret', async () => {
    const before = (await get('/devices')).body.count
    platform.audited()
    const { status, body, text } = await post('/devices/batch', { dry_run: true, devices: rows() })

    expect(status).toBe(200)
    expect(outcomes(body.results)).toEqual(expected('ready'))
    expect(body.counts).toEqual({ ready: 3, registered: 0, refused: 11 })
    expect(text).not.toContain('a-secret-of-mine')
    expect((await get('/devices')).body.count).toBe(before)
    expect(await takeOutbox(platform.store, 10)).toEqual([])
    expect(platform.audited()).toEqual([])
  })

  test('registers the good rows, each as AddDevice would, and refuses the others', async () => {
    const { body } = await post('/devices/batch', { devices: rows() })

    expect(outcomes(body.results)).toEqual(expected('registered'))
    expect(body.counts).toEqual({ ready: 0, registered: 3, refused: 11 })
    expect(body.results[0]).toEqual({
      row: 0,
      outcome: 'registered',
      device_id: 'lamp_B-1',
      node_id: 'B-1',
      auth_type: 'SECRET',
      secret: 'a-secret-of-mine',
    })
    expect(body.results[8]).toMatchObject({ auth_type: 'CERTIFICATES', fingerprint: byCertificate })
    expect(body.results[8]).not.toHaveProperty('secret')
    expect(body.results[13].secret).toMatch(/^[0-9a-f]{32}$/)
    expect((await post('/devices/lamp_B-9/secret/reveal')).body).toEqual({ secret: body.results[13].secret })
    expect(await takeOutbox(platform.store, 10)).toHaveLength(3)
    const devices = [0, 8, 13].map((row) => body.results[row].device_id)
    const audited = platform.audited()
    expect(audited).toMatchObject([
      { entry: { action: 'device.batch', outcome: 'done', detail: { registered: 3, refused: 11, devices } } },
      { entry: { action: 'device.secret.reveal' } },
    ])
    // Safety threat 11: whoever reads the trail learns no secret.
    expect(JSON.stringify(audited)).not.toContain('a-secret-of-mine')
    expect(JSON.stringify(audited)).not.toContain(body.results[13].secret)
  })

  test('a row is refused in the language of the caller', async () => {
    const devices = [{ product_id: 'nowhere', node_id: 'C-1' }]
    const { body } = await post('/devices/batch', { devices }, { 'accept-language': 'zh-CN' })

    expect(body.results[0]).toMatchObject({
      error_code: 'QS.product-not-found',
      error_msg: '产品 nowhere 不存在。',
    })
  })

  test('so are its field and the rule that it breaks', async () => {
    const devices = [{ product_id: 'lamp', node_id: 'x'.repeat(65) }]
    const { body } = await post('/devices/batch', { devices }, { 'accept-language': 'zh-CN' })

    expect(body.results[0]).toMatchObject({
      field: 'node_id',
      error_msg: '参数 node_id 不符合要求：最多 64 个字符。',
    })
  })

  test('a key that was pasted for a fingerprint is said to be one, and not repeated', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'
    const devices = [{ product_id: 'lamp', node_id: 'C-2', app_id: app(), fingerprint: key }]
    const { body, text } = await post('/devices/batch', { dry_run: true, devices })

    expect(body.results[0]).toMatchObject({
      error_code: 'QS.certificate-is-private-key',
      field: 'fingerprint',
    })
    expect(text).not.toContain('AAAA')
  })

  test.for([
    ['no rows', { devices: [] }],
    ['more rows than 500', { devices: Array.from({ length: 501 }, () => ({})) }],
    ['no list', { devices: 'all' }],
  ] as const)('refuses %s as a whole', async ([, body]) => {
    expect(await post('/devices/batch', body)).toMatchObject({
      status: 400,
      body: { error_code: 'QS.invalid-input', field: 'devices' },
    })
  })
})

describe('ListOwnProducts', () => {
  test('shows the size of the model and how many devices there are, newest first', async () => {
    const { body } = await get('/products?search=STRASSEN')
    expect(body).toEqual({ products: [], count: 0 })

    const found = (await get(`/products?search=${encodeURIComponent('STRAßEN')}`)).body
    expect(found).toMatchObject({
      count: 1,
      products: [{ product_id: 'lamp', name: 'Straßenlampe', service_count: 1, property_count: 2 }],
    })
    const inList = (await get('/devices?product_id=lamp')).body.count
    expect(found.products[0].device_count).toBe(inList)
    expect(found.products[0].create_time).toMatch(/^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/)
  })

  test('the pages of all products, and those of a space', async () => {
    const all = (await get('/products')).body
    expect(all.products.map(({ product_id }: Body) => product_id)).toEqual(['meter', 'lamp'])
    const [meter, lamp] = all.products

    expect((await get('/products?limit=1&offset=1')).body).toMatchObject({ count: 2, products: [lamp] })
    expect((await get(`/products?app_id=${meter.app_id}`)).body).toEqual({ products: [meter], count: 1 })
  })
})

describe('Search', () => {
  test('finds a device, a product and a CA certificate by one text', async () => {
    const { body } = await get(`/search?text=${encodeURIComponent('straßen')}`)

    expect(body.products).toMatchObject([{ product_id: 'lamp', name: 'Straßenlampe' }])
    expect(body.certificates).toMatchObject([{ cn_name: 'Straßen CA', verified: true }])
    expect(body.devices).toEqual([])
    expect((await get('/search?text=w1')).body.devices).toEqual([
      {
        device_id: 'meter_W1',
        node_id: 'W1',
        device_name: 'Zähler',
        product_name: 'Wasserzähler',
        status: 'ONLINE',
      },
    ])
  })

  test('finds a device by its fingerprint, and no more of a kind than asked for', async () => {
    const printed = byCertificate.toUpperCase().replace(/(..)(?=.)/g, '$1:')

    expect(idsOf(await get(`/search?text=${encodeURIComponent(printed)}`))).toContain('SN-002')
    expect(idsOf(await get('/search?text=lamp&limit=2'))).toHaveLength(2)
    expect((await get('/search?text=lamp&limit=11')).body).toMatchObject({ error_code: 'QS.invalid-limit' })
  })

  test('nothing but spaces finds nothing', async () => {
    expect((await get('/search?text=%20')).body).toEqual({ devices: [], products: [], certificates: [] })
  })
})
