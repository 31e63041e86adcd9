import { connect as connectTls } from 'node:tls'
import type { IClientOptions } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '../../src/base/limits.ts'
import { clientIdOf, connectOnce, publish } from '../support/device-client.ts'
import {
  clientExtensions,
  intermediateExtensions,
  type Issued,
  makeCa,
  openWorkbench,
  signLeaf,
  verificationCert,
  type Workbench,
} from '../support/openssl.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'

/*
 * What the console reads, against the whole product: a device with a certificate comes, is refused, reports what is
 * stored and what is not, is deleted and comes again. The tests follow upon one another.
 */

let quayside: Quayside
let bench: Workbench
let ca: Issued
let intermediate: Issued
let leaf: Issued
let stranger: Issued
let productId: string
let certificateId: string
const deviceId = 'meter_x1'

const iot = (path: string) => `/v5/iot/{project}${path}`
const own = (path: string) => `/quayside/v1/{project}${path}`
async function ok(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await quayside.api(method, path, body)
  expect([answer.status < 300, answer.body]).toEqual([true, answer.body])
  return answer.body
}
const get = (path: string): Promise<Body> => ok('GET', own(path))
const steps = async (): Promise<string[]> =>
  (await get('/progress')).steps.filter((one: Body) => one.done).map((one: Body) => one.step)

function connectDevice(options: IClientOptions = {}) {
  return connectOnce(`mqtts://localhost:${quayside.ports.mqtts}`, {
    rejectUnauthorized: false,
    cert: leaf.pem + intermediate.pem,
    key: leaf.keyPem,
    clientId: clientIdOf(deviceId),
    username: deviceId,
    password: '',
    ...options,
  })
}

const registerDevice = () =>
  ok('POST', iot('/devices'), {
    device_id: deviceId,
    node_id: 'x1',
    product_id: productId,
    auth_info: { auth_type: 'CERTIFICATES', fingerprint: leaf.sha256 },
  })

/** The last refusal, once there is one since `since`, in full. */
async function refusalSince(since: number): Promise<Body> {
  const find = async () => (await get(`/connections?outcome=refused&limit=1&since=${since}`)).connections[0]
  await expect.poll(find, { interval: 20 }).toBeDefined()
  return get(`/connections/${(await find()).id}`)
}

const sha256s = ({ certificates }: Body): string[] =>
  certificates.map((certificate: Body) => certificate.fingerprints.sha256)

beforeAll(async () => {
  bench = openWorkbench()
  ca = makeCa(bench, { name: 'ca', key: 'p256' })
  intermediate = signLeaf(bench, ca, {
    name: 'intermediate',
    subject: '/CN=Line 1',
    key: 'p256',
    extensions: intermediateExtensions,
  })
  leaf = signLeaf(bench, intermediate, {
    name: 'leaf',
    subject: `/CN=${deviceId}`,
    key: 'p256',
    extensions: clientExtensions,
  })
  stranger = makeCa(bench, { name: 'stranger', subject: '/CN=Stranger', key: 'p256' })
  quayside = await startQuayside()
})
afterAll(async () => {
  await quayside.dispose()
  bench.dispose()
})

test('progress grows step by step, with the ids of what took it', async () => {
  expect(await steps()).toEqual([])

  const product = await ok('POST', iot('/products'), {
    name: 'meter',
    device_type: 'Meter',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: [],
  })
  productId = product.product_id
  expect(await steps()).toEqual(['product'])
  const property = { property_name: 'kwh', data_type: 'int', method: 'R', min: '0', max: '100' }
  const service = {
    service_id: 'Meter',
    service_type: 'Meter',
    properties: [property, { ...property, property_name: 'volt', max: '400' }],
  }
  await ok('PUT', iot(`/products/${productId}`), { service_capabilities: [service] })
  expect(await steps()).toEqual(['product', 'model'])

  const uploaded = await ok('POST', iot('/certificates'), { content: ca.pem })
  certificateId = uploaded.certificate_id
  expect(await steps()).toEqual(['product', 'model', 'ca-certificate'])
  const proof = verificationCert(bench, ca, uploaded.verify_code, { name: 'proof', key: 'p256' })
  await ok('POST', iot(`/certificates/${certificateId}/action?action_id=verify`), {
    verify_content: proof.pem,
  })
  await registerDevice()
  expect(await steps()).toEqual(['product', 'model', 'ca-certificate', 'ca-verified', 'device'])
})

test('a refused connection shows the certificate that was offered, decoded', async () => {
  const since = Date.now()
  await connectDevice({ cert: stranger.pem, key: stranger.keyPem })

  const refusal = await refusalSince(since)

  expect(refusal).toMatchObject({ kind: 'connection', outcome: 'refused', code: 'certificate-self-signed' })
  expect(sha256s(refusal)).toEqual([stranger.sha256])
  expect(refusal.certificates[0]).toMatchObject({
    is_ca: true,
    self_signed: true,
    pem: expect.stringMatching(/^-----BEGIN CERTIFICATE-----\n/),
  })
  // Its digest alone is in the log the second time, and it is shown all the same.
  const again = Date.now()
  await connectDevice({ cert: stranger.pem, key: stranger.keyPem })
  expect(sha256s(await refusalSince(again))).toEqual([stranger.sha256])
})

test('R11: large certificates of strangers, new ones each time, do not fill the log', async () => {
  const names = Array.from({ length: 2000 }, (_, at) => `DNS:n${at}`).join(',')
  const keyPath = stranger.keyPath
  const floods = Array.from({ length: 24 }, (_, at) =>
    makeCa(bench, {
      ...{ name: `flood-${at}`, subject: `/CN=flood ${at}`, key: 'p256', keyPath },
      extensions: [`subjectAltName=${names}`],
    }),
  )
  const since = Date.now()
  await Promise.all(
    floods.map(({ pem: cert, keyPem: key }) =>
      connectDevice({ cert, key, clientId: clientIdOf('nobody'), username: 'nobody' }),
    ),
  )
  const seconds = Math.ceil((Date.now() - since) / 1000) + 1
  const refused = async (): Promise<Body[]> =>
    (await get(`/connections?outcome=refused&since=${since}`)).connections
  await expect.poll(refused).toHaveLength(floods.length)

  const kept = await Promise.all(
    (await refused()).map(async ({ id }) => (await get(`/connections/${id}`)).certificates),
  )
  const bytes = kept.flat().reduce((sum, { pem }: Body) => sum + pem.length, 0)
  const threads = 2
  expect(bytes).toBeGreaterThan(0)
  expect(bytes).toBeLessThan(threads * seconds * 1.1 * limits.refusedCertificateBytesPerSourceAndSecondMax)
})

test('so does that of a device that nobody knows', async () => {
  const since = Date.now()
  await connectDevice({ clientId: clientIdOf('nobody'), username: 'nobody' })

  const refusal = await refusalSince(since)

  expect(refusal.code).toBe('device-unknown')
  expect(sha256s(refusal)).toEqual([leaf.sha256, intermediate.sha256])
})

test.for([
  ['a broken CONNECT', 'connect-malformed', Buffer.from('100200ff', 'hex')],
  ['none at all', 'tls-client-left', undefined],
] as const)('so does that of a client with %s', async ([, code, bytes]) => {
  const since = Date.now()
  const socket = connectTls({
    host: '127.0.0.1',
    port: quayside.ports.mqtts,
    rejectUnauthorized: false,
    cert: leaf.pem + intermediate.pem,
    key: leaf.keyPem,
  })
  socket.on('error', () => undefined) // Whoever sends what is no CONNECT may be cut with a reset.
  await new Promise((resolve) => socket.once('secureConnect', resolve))
  if (bytes) socket.write(bytes)
  else socket.end()

  const refusal = await refusalSince(since)
  socket.destroy()

  expect(refusal.code).toBe(code)
  expect(refusal.subject.fingerprint).toBe(leaf.sha256)
  expect(sha256s(refusal)).toEqual([leaf.sha256, intermediate.sha256])
})

test('an accepted connection counts for its CA and shows its chain', async () => {
  expect((await get('/certificates')).certificates).toMatchObject([
    { certificate_id: certificateId, verified: true, device_count: 0 },
  ])
  const { client } = await connectDevice()
  await client?.endAsync()

  const { connections } = await get(`/connections?device_id=${deviceId}&limit=1`)
  const connection = await get(`/connections/${connections[0].id}`)
  expect(connection).toMatchObject({ ...connections[0], outcome: 'accepted' })
  expect(sha256s(connection)).toEqual([leaf.sha256, intermediate.sha256])
  expect(await get(`/devices/${deviceId}`)).toMatchObject({
    certificate: { subject: `CN=${deviceId}`, fingerprints: { sha256: leaf.sha256 }, pem: leaf.pem },
    ca: { certificate_id: certificateId, verified: true },
    last_connection: { id: connection.id, outcome: 'accepted', listener: 'mqtts' },
  })
  expect(await get(`/certificates/${certificateId}`)).toMatchObject({
    app_name: 'DefaultApp',
    device_count: 1,
    certificate: { fingerprints: { sha256: ca.sha256 }, problems: [] },
    pem: expect.stringContaining('BEGIN CERTIFICATE'),
  })
  expect((await get(`/certificates?search=${ca.sha256.toUpperCase()}`)).certificates).toHaveLength(1)
  expect((await get('/certificates?search=nothing')).certificates).toEqual([])
  expect(await steps()).toContain('connected')
})

test('the latest values say what was refused, until a later one is stored', async () => {
  const { client } = await connectDevice({ protocolVersion: 5 })
  if (!client) throw new Error(quayside.output())
  const topic = `$oc/devices/${deviceId}/sys/properties/report`
  const report = (properties: object) =>
    publish(client, topic, JSON.stringify({ services: [{ service_id: 'Meter', properties }] }))
  await report({ kwh: 10, volt: 230 })
  expect(await steps()).toHaveLength(7)
  await report({ kwh: 300, volt: 231 })

  const [service] = (await get(`/devices/${deviceId}/latest`)).services
  expect(service).toMatchObject({
    service_id: 'Meter',
    properties: [
      {
        property: 'kwh',
        value: 10,
        refused: { code: 'value-above-max', seen: 300, rule: { max: '100' } },
      },
      { property: 'volt', value: 231, time: service.time, received_at: service.received_at },
    ],
  })
  expect(service.properties[0].refused.sentence).toMatch(/300/)
  expect(service.properties[0].time < service.time).toBe(true)

  await report({ kwh: 11 })
  const [after] = (await get(`/devices/${deviceId}/latest`)).services
  expect(after.properties[0]).toMatchObject({ property: 'kwh', value: 11 })
  expect(after.properties[0]).not.toHaveProperty('refused')
  await client.endAsync()
})

test('entries of a device come newest first, page by page, as the stream sends them', async () => {
  await expect
    .poll(async () => (await get(`/devices/${deviceId}/entries?limit=1`)).entries[0].body.status)
    .toBe('OFFLINE')
  const all = (await get(`/devices/${deviceId}/entries`)).entries
  expect(all.at(-1).kind).toBe('config')
  expect(new Set(all.map((entry: Body) => entry.device_id))).toEqual(new Set([deviceId]))

  const reports: Body[] = []
  for (let marker = ''; ;) {
    const page = await get(`/devices/${deviceId}/entries?kinds=report&limit=2${marker}`)
    reports.push(...page.entries)
    if (page.page.marker === undefined) break
    marker = `&marker=${page.page.marker}`
  }
  expect(reports).toEqual(all.filter((entry: Body) => entry.kind === 'report'))
  expect(reports.map(({ body }) => JSON.parse(body.payload).services[0].properties.kwh)).toEqual([
    11, 300, 10,
  ])
  const { status, body } = await quayside.api('GET', own(`/devices/${deviceId}/entries?kinds=statistics`))
  expect([status, body.error_code]).toEqual([400, 'QS.invalid-input'])
})

test('statistics count, and who is online is right after a start', async () => {
  const { client } = await connectDevice()
  const { now, points } = await get('/statistics')
  expect(now).toMatchObject({ devices: 1, online: 1, reports: 3, values_stored: 4, values_refused: 1 })
  expect(now.connections_refused).toBeGreaterThanOrEqual(5)
  const sum = (name: string) => points.reduce((total: number, point: Body) => total + point[name], 0)
  expect([sum('reports'), sum('values_refused'), sum('connections_refused')]).toEqual([
    3,
    1,
    now.connections_refused,
  ])
  expect(points.at(-1).online).toBe(1)

  client?.end(true)
  await quayside.kill()
  quayside = await quayside.restart()

  const after = await get('/statistics')
  expect(after.now).toMatchObject({ online: 0, reports: 3 })
  expect(after.points.at(-1).online).toBe(0)
})

test('nothing of a deleted device is read under a new one of its id', async () => {
  const { client } = await connectDevice()
  if (!client) throw new Error(quayside.output())
  await publish(
    client,
    `$oc/devices/${deviceId}/sys/properties/report`,
    JSON.stringify({ services: [{ service_id: 'Meter', properties: { kwh: 300 } }] }),
  )
  await ok('DELETE', iot(`/devices/${deviceId}`))
  await registerDevice()

  expect(await get(`/devices/${deviceId}/latest`)).toEqual({ services: [] })
  const device = await get(`/devices/${deviceId}`)
  for (const name of ['certificate', 'ca', 'last_connection']) expect(device).not.toHaveProperty(name)
  const { entries } = await get(`/devices/${deviceId}/entries`)
  expect(entries.map(({ kind }: Body) => kind)).toEqual(['config'])
  expect((await get(`/connections?device_id=${deviceId}`)).connections).toEqual([])
  expect((await get(`/certificates/${certificateId}`)).device_count).toBe(0)
  expect(await steps()).not.toContain('connected')
  expect((await get('/statistics')).now.online).toBe(0)
})

test('every topic is there, in the language that is asked for', async () => {
  const url = `http://127.0.0.1:${quayside.ports.http}/quayside/v1/topics`
  const read = async (language: string): Promise<Body> =>
    (await (await fetch(url, { headers: { 'accept-language': language } })).json()) as Body
  const { topics } = await read('en')

  expect(topics).toContainEqual({
    name: 'property-report',
    topic: '$oc/devices/{device_id}/sys/properties/report',
    direction: 'up',
    purpose: 'Reports property values.',
    supported: true,
  })
  expect(topics.find(({ name }: Body) => name === 'command').supported).toBe(true)
  expect(topics.find(({ name }: Body) => name === 'legacy-command-binary').supported).toBe(true)
  expect((await read('zh')).topics.map(({ purpose }: Body) => purpose)).toContain('设备上报属性值。')
})
