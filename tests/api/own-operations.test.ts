import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Position } from '../../src/base/ids.ts'
import type { Device } from '../../src/domain/device/device.ts'
import type { DeviceEntryQuery } from '../../src/domain/entry/entry-query.ts'
import type { StatisticsQuery } from '../../src/domain/statistics/statistics.ts'
import type { BucketQuery, ConnectionQuery, HistoryQuery } from '../../src/domain/history/history.ts'
import type { ExplainConnectionInput, PlatformFacts } from '../../src/operations/operation.ts'
import { allowEverything, type DevicePolicy } from '../../src/domain/policy/device-policy.ts'
import type { TopicQuestion } from '../../src/domain/verdict/topic-question.ts'
import { bindPolicy, insertDevicePolicy } from '../../src/store/device-policies.ts'
import { insertDevice } from '../../src/store/devices.ts'
import { insertProduct } from '../../src/store/products.ts'
import { insertSpace } from '../../src/store/spaces.ts'
import { bridgeSession } from '../../src/domain/bridge/bridge.ts'
import { aConnectionVerdict, aReportVerdict, aStatusEntry, NOON } from '../support/builders.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'

const asked: unknown[] = []
const facts: PlatformFacts = {
  name: 'Quayside',
  version: '1.2.3',
  publicHost: 'iot.example.com',
  addresses: ['192.0.2.1'],
  listeners: [{ name: 'mqtts', port: 8883 }],
  region: 'local',
  ca: { pem: 'PEM', sha256: 'ab', subject: 'CN=Quayside', expiresAt: NOON },
  serverCertificates: [
    {
      subject: 'CN=iot.example.com',
      issuer: 'CN=Quayside',
      names: ['iot.example.com'],
      key: 'RSA 2048',
      sha256: 'cd',
      expiresAt: NOON,
    },
  ],
  startedAt: NOON,
}

let platform: PlatformApi
let device: Device
let theirs: Device
beforeAll(async () => {
  const note = (question: unknown) => void asked.push(question)
  platform = await startPlatformApi({
    deps: {
      async explainTopic(question: TopicQuestion) {
        note(question)
        const params = { topic: question.topic, policy: 'shut', statement: 2, bound_to: 'to-product' }
        return { outcome: 'refused', code: 'publish-denied', params }
      },
      async readHistory(query: HistoryQuery) {
        note(query)
        const point = {
          seq: '7',
          serviceId: 'Meter',
          time: NOON,
          receivedAt: NOON + 5,
          timeSource: 'device',
        } as const
        return { points: [{ ...point, values: { kwh: 80, on: true } }], marker: 'next' }
      },
      async readBuckets(query: BucketQuery) {
        note(query)
        return [{ from: NOON, count: 2, min: 1, max: 3, avg: 2, first: 1, last: 3 }]
      },
      async readConnections(query: ConnectionQuery) {
        note(query)
        return {
          connections: [
            { id: '42', verdict: aConnectionVerdict({ code: 'device-frozen', outcome: 'refused' }) },
          ],
        }
      },
      async explainConnection(input: ExplainConnectionInput) {
        note(input)
        return aConnectionVerdict()
      },
      async explainReport(deviceId, payload) {
        note({ deviceId, payload })
        return aReportVerdict()
      },
      async readConnection(ofProject, position) {
        note({ ofProject, position })
        return undefined
      },
      async readDeviceEntries(query: DeviceEntryQuery) {
        note(query)
        const entry = { ...aStatusEntry(), position: 9 as Position }
        if (query.deviceId !== bridgeSession('hall-1')) return { entries: [entry], before: 9 }
        const { projectId, otherProjectId } = platform
        const own = { ...entry, deviceId: query.deviceId, projectId, at: platform.clock.now() }
        return { entries: [own, { ...own, projectId: otherProjectId }, { ...own, at: 0 }], before: 9 }
      },
      async readLatest(deviceId) {
        note(deviceId)
        const refused = { serviceId: 'New', property: 'x', at: NOON, code: 'service-unknown' } as const
        return { services: [], refused: [{ ...refused, params: { service: 'New' } }] }
      },
      async readStatistics(query: StatisticsQuery) {
        note(query)
        return []
      },
      readTotals: () =>
        Promise.resolve({ online: 0, reports: 0, valuesStored: 0, valuesRefused: 0, connectionsRefused: 0 }),
      platform: () => facts,
    },
  })
  const { store, build, projectId, otherProjectId } = platform
  const aDeviceOf = async (project: typeof projectId): Promise<Device> => {
    const space = build.aSpace({ ...build.aProject(), projectId: project })
    const product = build.aProduct(space)
    const made = build.aDevice(product)
    await insertSpace(store, space)
    await insertProduct(store, product)
    await insertDevice(store, made)
    return made
  }
  device = await aDeviceOf(projectId)
  theirs = await aDeviceOf(otherProjectId)
})
afterAll(() => platform.close())

const get = (path: string, headers = {}) => {
  asked.length = 0
  return platform.call('GET', `/quayside/v1/{project}${path.replace('{device}', device.deviceId)}`, {
    headers,
  })
}
const post = (path: string, body: unknown) => {
  asked.length = 0
  return platform.call('POST', `/quayside/v1/{project}${path}`, { body })
}

test('contracts §1: history of a property has one value a point, of a device all values of the report', async () => {
  const point = {
    seq: '7',
    service_id: 'Meter',
    time: '2026-11-22T12:00:00.000Z',
    received_at: '2026-11-22T12:00:00.005Z',
    time_source: 'device',
  }

  const one = await get('/devices/{device}/history?service_id=Meter&property=kwh')
  expect(one.body).toEqual({ points: [{ ...point, value: 80 }], page: { marker: 'next' } })
  const all = await get('/devices/{device}/history')
  expect(all.body).toEqual({
    points: [{ ...point, values: { kwh: 80, on: true } }],
    page: { marker: 'next' },
  })
  expect(asked).toEqual([{ deviceId: device.deviceId, limit: 100, order: 'desc' }])
})

test.for([
  '/devices?search=',
  '/search?text=',
  '/products?search=',
  '/connections?search=',
  '/certificates?search=',
])('S13: %s takes no U+0000, where SQLite would end the pattern and find everything', async (path) => {
  for (const text of ['%00', 'nothing%00of-this-kind']) {
    const { status, body } = await get(path + text)
    expect([status, body.error_code]).toEqual([400, 'QS.invalid-input'])
  }
  expect(asked).toEqual([])
})

test('contracts §4: times in are ISO 8601 or epoch milliseconds', async () => {
  await get(
    `/devices/{device}/history?start=${NOON}&end=2026-11-22T14:30:00%2B01:00&order=asc&limit=1000&marker=next`,
  )
  expect(asked).toEqual([
    {
      deviceId: device.deviceId,
      limit: 1000,
      order: 'asc',
      start: NOON,
      end: NOON + 90 * 60_000,
      marker: 'next',
    },
  ])
})

test.for([
  ['?property=kwh', 'QS.invalid-input'],
  ['?limit=1001', 'QS.invalid-limit'],
  ['?limit=0', 'QS.invalid-limit'],
  ['?order=random', 'QS.invalid-input'],
  ['?start=yesterday', 'QS.invalid-time'],
  ['?start=2026-02-30T00:00:00Z', 'QS.invalid-time'],
  ['?start=2&end=2', 'QS.invalid-time-range'],
] as const)('history refuses %s with %s, and nothing is read', async ([query, code]) => {
  const { status, body } = await get(`/devices/{device}/history${query}`)

  expect([status, body.error_code]).toEqual([400, code])
  expect(asked).toEqual([])
})

test('contracts §1: history in buckets', async () => {
  const query = `?service_id=Meter&property=kwh&start=${NOON}&end=${NOON + 60_000}&buckets=2000`

  expect((await get(`/devices/{device}/history/buckets${query}`)).body).toEqual({
    buckets: [{ from: '2026-11-22T12:00:00.000Z', count: 2, min: 1, max: 3, avg: 2, first: 1, last: 3 }],
  })
  expect(asked).toEqual([
    {
      deviceId: device.deviceId,
      serviceId: 'Meter',
      property: 'kwh',
      start: NOON,
      end: NOON + 60_000,
      buckets: 2000,
    },
  ])
  for (const wrong of [
    '?service_id=Meter&property=kwh',
    query.replace('2000', '2001'),
    query.replace(`end=${NOON + 60_000}`, 'end=1'),
  ])
    expect((await get(`/devices/{device}/history/buckets${wrong}`)).status).toBe(400)
})

test('threat 7: a device of another project is not found, whatever is asked about it', async () => {
  const other = theirs.deviceId
  const answers = [
    await get(`/devices/${other}/history`),
    await get(`/devices/${other}/latest`),
    await get(`/devices/${other}/entries`),
    await get(`/devices/${other}/history/buckets?service_id=a&property=b&start=1&end=2`),
    await post('/explain/report', { device_id: other, payload: '{}' }),
    await get('/devices/nobody/history'),
  ]

  for (const { status, body } of answers)
    expect([status, body.error_code]).toEqual([404, 'QS.device-not-found'])
  expect(asked).toEqual([])
})

test('contracts §1, §2: connections, rendered in the caller’s language', async () => {
  const path = `/connections?outcome=refused&since=${NOON}&search=lamp&limit=5&marker=m&device_id=${device.deviceId}`
  const english = await get(path)
  expect(asked).toEqual([
    {
      projectId: platform.projectId,
      outcome: 'refused',
      since: NOON,
      search: 'lamp',
      limit: 5,
      marker: 'm',
      deviceId: device.deviceId,
    },
  ])
  const chinese = await get('/connections', { 'accept-language': 'zh-CN' })

  expect(english.body.page).toEqual({})
  expect(english.body.connections[0]).toMatchObject({ id: '42', kind: 'connection', code: 'device-frozen' })
  expect(english.body.connections[0].sentence).toMatch(/frozen/i)
  expect(chinese.body.connections[0].sentence).toMatch(/冻结/)
})

test('a connection is looked for in the caller’s project; one that is not there is not found', async () => {
  const { status, body } = await get('/connections/42')

  expect([status, body.error_code]).toEqual([404, 'QS.connection-not-found'])
  expect(asked).toEqual([{ ofProject: platform.projectId, position: 42 }])
  for (const id of ['x', '1'.repeat(16)]) expect((await get(`/connections/${id}`)).status).toBe(400)
})

test('entries of a device, as the stream of events sends them', async () => {
  const { body } = await get('/devices/{device}/entries?kinds=status,%20report&marker=12&limit=200')

  expect(asked).toEqual([{ deviceId: device.deviceId, kinds: ['status', 'report'], before: 12, limit: 200 }])
  expect(body.page).toEqual({ marker: '9' })
  expect(body.entries).toMatchObject([{ position: '9', kind: 'status', body: { status: 'ONLINE' } }])
})

test('safety S3: entries of a bridge are of the bridge that has the id now, not of one before or elsewhere', async () => {
  const made = await platform.call('POST', '/v5/iot/{project}/bridges', {
    body: { bridge_name: 'Hall 1', bridge_id: 'hall-1' },
  })
  expect(made.status).toBe(201)
  const { body } = await get('/bridges/hall-1/entries?kinds=status&limit=5')

  expect(asked).toEqual([{ deviceId: bridgeSession('hall-1'), kinds: ['status'], limit: 5 }])
  expect(body.page).toEqual({ marker: '9' })
  expect(body.entries).toMatchObject([{ bridge_id: 'hall-1', kind: 'status', body: { status: 'ONLINE' } }])
  expect(body.entries[0]).not.toHaveProperty('device_id')
  expect((await get('/bridges/nobody/entries')).body.error_code).toBe('QS.bridge-not-found')
})

test.for([
  ['?limit=201', 'QS.invalid-limit'],
  ['?kinds=report,nothing', 'QS.invalid-input'],
  ['?marker=-1', 'QS.invalid-input'],
] as const)('entries refuse %s with %s, and nothing is read', async ([query, code]) => {
  const { status, body } = await get(`/devices/{device}/entries${query}`)

  expect([status, body.error_code]).toEqual([400, code])
  expect(asked).toEqual([])
})

test('a service of which only refused values came has no times, and sentences are in the caller’s language', async () => {
  const path = '/devices/{device}/latest'
  const [service] = (await get(path)).body.services
  const chinese = await get(path, { 'accept-language': 'zh' })

  expect(service).toEqual({
    service_id: 'New',
    properties: [
      {
        property: 'x',
        refused: {
          at: '2026-11-22T12:00:00.000Z',
          code: 'service-unknown',
          sentence: expect.stringContaining('New'),
          remedy: expect.any(String),
        },
      },
    ],
  })
  expect(chinese.body.services[0].properties[0].refused.sentence).toMatch(/服务/)
})

test('statistics are of the last 24 hours unless something else is asked for', async () => {
  const { projectId } = platform
  const { body } = await get('/statistics')
  expect(asked).toEqual([{ projectId, start: NOON - 24 * 3_600_000, end: NOON, buckets: 288 }])
  expect(body.now).toMatchObject({ at: '2026-11-22T12:00:00.000Z', devices: 1, online: 0 })

  await get(`/statistics?start=${NOON - 1000}&end=2026-11-22T12:00:00Z&buckets=1440`)
  expect(asked).toEqual([{ projectId, start: NOON - 1000, end: NOON, buckets: 1440 }])
  for (const wrong of ['?buckets=1441', '?start=5&end=5', '?start=soon'])
    expect((await get(`/statistics${wrong}`)).status).toBe(400)
})

test('contracts §1: would it connect? The password goes in and does not come out', async () => {
  const answer = await post('/explain/connection', {
    client_id: 'c',
    username: 'u',
    password: 'hunter2',
    device_id: 'd',
  })

  expect(asked).toEqual([
    {
      projectId: platform.projectId,
      clientId: 'c',
      username: 'u',
      password: 'hunter2',
      deviceId: 'd',
      listener: 'mqtts',
    },
  ])
  expect(answer.body).toMatchObject({
    kind: 'connection',
    outcome: 'accepted',
    answer: { mqtt: 0, mqtt5: '0x00', http: null },
  })
  expect(answer.text).not.toContain('hunter2')
  expect((await post('/explain/connection', { listener: 'coap' })).status).toBe(400)
})

test('contracts §1: would it be stored? The payload is text as sent, or JSON', async () => {
  const payload = '{"services": [ ]}'
  const verdict = await post('/explain/report', { device_id: device.deviceId, payload })
  expect(asked).toEqual([{ deviceId: device.deviceId, payload }])
  expect(verdict.body).toMatchObject({
    kind: 'report',
    outcome: 'accepted',
    services: [{ service_id: 'Meter' }],
  })

  await post('/explain/report', { device_id: device.deviceId, payload: { services: [{ value: null }] } })
  expect(asked).toEqual([{ deviceId: device.deviceId, payload: '{"services":[{"value":null}]}' }])
  expect((await post('/explain/report', { device_id: device.deviceId })).body).toMatchObject({
    field: 'payload',
    rule: 'is required',
  })
})

test('contracts §1: may it use this topic? The client id is the device id when none is given', async () => {
  const question = { device_id: device.deviceId, action: 'publish', topic: '/v1/a' }
  const { body } = await post('/explain/topic', question)
  expect(asked.splice(0)).toMatchObject([
    { device: { deviceId: device.deviceId }, clientId: device.deviceId, action: 'publish', topic: '/v1/a' },
  ])
  expect(body).toEqual({
    outcome: 'refused',
    code: 'publish-denied',
    sentence:
      "Statement 2 of the policy 'shut', which is bound to its product, denies the device to publish to /v1/a.",
    remedy: expect.stringContaining('DENY'),
    params: { topic: '/v1/a', policy: 'shut', statement: 2, bound_to: 'to-product' },
  })

  await post('/explain/topic', { ...question, client_id: 'c' })
  expect(asked.splice(0)).toMatchObject([{ clientId: 'c' }])
  for (const wrong of [{ action: 'read' }, { topic: '' }, { device_id: theirs.deviceId }])
    expect([400, 404]).toContain((await post('/explain/topic', { ...question, ...wrong })).status)
  expect(asked).toEqual([])
})

test('contracts §1: policies with what they say and how much they are bound to, by name and space, paged', async () => {
  const policy: DevicePolicy = {
    ...{ key: platform.build.ids.rowKey(), projectId: device.projectId, spaceId: device.spaceId },
    ...{ name: 'Fleet', statements: allowEverything, createdAt: NOON, updatedAt: NOON },
  }
  await insertDevicePolicy(platform.store, policy)
  const bound = { type: 'device', deviceId: device.deviceId } as const
  await bindPolicy(platform.store, policy, bound, platform.build.ids.rowKey())

  const { body } = await get('/policies?search=FLEET&limit=1')
  expect(body).toMatchObject({
    policies: [
      {
        policy_id: policy.key,
        policy_name: 'Fleet',
        app_id: device.spaceId,
        statement: [{ effect: 'ALLOW', resources: ['topic:*'] }],
        targets: { device: 1, product: 0, app: 0 },
      },
    ],
    count: 1,
  })
  expect((await get('/policies?search=nothing')).body).toEqual({ policies: [], count: 0 })
  expect((await get(`/policies?app_id=${theirs.spaceId}`)).status).toBe(403)
})

test('contracts §1, safety X7: what is this text? A private key in it is named and not repeated', async () => {
  const { body, text } = await post('/explain/certificate', {
    content: '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n',
  })

  expect(body).toMatchObject({
    kind: 'private-key',
    certificates: [],
    problems: [{ code: 'certificate-is-private-key' }],
  })
  expect(text).not.toContain('c2VjcmV0')
  expect((await post('/explain/certificate', { content: 'hello' })).body.kind).toBe('unreadable')
})

test('contracts §1: the platform says name, version and ports to anyone, how to get in to its callers', async () => {
  const outside = { name: 'Quayside', version: '1.2.3', listeners: [{ name: 'mqtts', port: 8883 }] }

  for (const path of [
    '/quayside/v1/{project}/platform',
    '/quayside/v1/anything/platform',
    '/quayside/v1/platform',
  ])
    expect((await platform.bare('GET', path)).body).toEqual(outside)
  expect((await get('/platform')).body).toEqual({
    ...outside,
    project_id: platform.projectId,
    public_host: 'iot.example.com',
    addresses: ['192.0.2.1'],
    region: 'local',
    ca: { content: 'PEM', subject: 'CN=Quayside', fingerprint: 'ab', expires_at: '2026-11-22T12:00:00.000Z' },
    server_certificates: [
      {
        subject: 'CN=iot.example.com',
        issuer: 'CN=Quayside',
        names: ['iot.example.com'],
        key: 'RSA 2048',
        fingerprint: 'cd',
        expires_at: '2026-11-22T12:00:00.000Z',
      },
    ],
    started_at: '2026-11-22T12:00:00.000Z',
    limits: expect.objectContaining({ report_bytes_max: 65_536, ca_certificates_max: 100 }),
  })
})

test('optional credentials must be good when they are sent, and of the project', async () => {
  const bad = await platform.bare('GET', '/quayside/v1/{project}/platform', {
    headers: { 'x-auth-token': 'x' },
  })
  const foreign = await platform.call('GET', `/quayside/v1/${platform.otherProjectId}/platform`)

  expect([bad.status, foreign.status]).toEqual([403, 403])
})

test('contracts §2: the catalogue of verdicts, both languages, without credentials', async () => {
  const { body } = await platform.bare('GET', '/quayside/v1/verdicts')

  expect(body.verdicts).toContainEqual(
    expect.objectContaining({ code: 'connection-accepted', kind: 'connection' }),
  )
  expect(body.verdicts).toContainEqual(expect.objectContaining({ code: 'report-stored', kind: 'report' }))
  for (const { en, zh } of body.verdicts) expect(en.sentence && zh.sentence).toBeTruthy()
})

test('every operation of ours but the public ones needs credentials of its project', async () => {
  for (const path of ['connections', 'events', `devices/${device.deviceId}/history`]) {
    expect((await platform.bare('GET', `/quayside/v1/{project}/${path}`)).body.error_code).toBe(
      'QS.not-authenticated',
    )
    const foreign = await platform.call('GET', `/quayside/v1/${platform.otherProjectId}/${path}`)
    expect(foreign.body.error_code).toBe('QS.foreign-project')
  }
})
