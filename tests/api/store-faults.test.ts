import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FaultPoint } from '../../src/sql/sqlite.ts'
import { insertCaCertificate } from '../../src/store/ca-certificates.ts'
import { insertDevice } from '../../src/store/devices.ts'
import { insertProduct } from '../../src/store/products.ts'
import { makeCa, openWorkbench, verificationCert, type Workbench } from '../support/openssl.ts'
import { type Answer, type PlatformApi, startPlatformApi, tokenRequest } from '../support/platform-api.ts'

/*
 * A registry that cannot be written: every call that would change something is 503, nothing is changed, and the call
 * succeeds as soon as the storage does (safety R5).
 */

let bench: Workbench
let platform: PlatformApi
let fails: FaultPoint | undefined
let calls: Readonly<Record<string, () => Promise<Answer>>>

beforeAll(async () => {
  bench = openWorkbench()
  platform = await startPlatformApi({
    storeFaults(point) {
      if (point === fails) throw ioError()
    },
  })
  calls = await writingCalls()
})
afterAll(async () => {
  await platform.close()
  bench.dispose()
})

// As node:sqlite throws it: SQLITE_IOERR_FSYNC.
const ioError = () => Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 1034 })

/** A good call of every operation that writes. */
async function writingCalls(): Promise<typeof calls> {
  const { store, build, projectId, call, bare, user } = platform
  const space = await store.db
    .selectFrom('space')
    .selectAll()
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow()
  const project = build.aProject({ projectId })
  const inSpace = build.aSpace(project, { spaceId: space.space_id })
  const product = build.aProduct(inSpace)
  const device = build.aDevice(product)
  const frozen = build.aDevice(product, { frozen: true })
  const validity = { from: '20200101000000Z', to: '20400101000000Z' }
  const ca = makeCa(bench, { name: 'ca', key: 'p256', validity })
  const certificate = build.aCaCertificate(inSpace, { pem: ca.pem, der: ca.der })
  const empty = build.aProduct(inSpace)
  const unused = build.aCaCertificate(inSpace)
  for (const one of [product, empty]) await insertProduct(store, one)
  for (const one of [device, frozen]) await insertDevice(store, one)
  for (const one of [certificate, unused]) await insertCaCertificate(store, one)
  const app = await call('POST', '/v5/iot/{project}/apps', { body: { app_name: 'of the test' } })

  const iot = (method: string, path: string, body?: unknown) => () =>
    call(method, `/v5/iot/{project}${path}`, { body })
  const { pem: proof } = verificationCert(bench, ca, certificate.verifyCode, { key: 'p256', validity })
  const { pem: upload } = makeCa(bench, { name: 'upload', key: 'p256', subject: '/CN=upload', validity })
  const model = {
    name: 'a',
    device_type: 'b',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: [],
  }
  return {
    addApplication: iot('POST', '/apps', { app_name: 'new' }),
    updateApplication: iot('PUT', `/apps/${app.body.app_id}`, { app_name: 'renamed' }),
    createProduct: iot('POST', '/products', model),
    updateProduct: iot('PUT', `/products/${product.productId}`, { name: 'renamed' }),
    addDevice: iot('POST', '/devices', { node_id: 'new', product_id: product.productId }),
    updateDevice: iot('PUT', `/devices/${device.deviceId}`, { description: 'new' }),
    freezeDevice: iot('POST', `/devices/${device.deviceId}/freeze`),
    unfreezeDevice: iot('POST', `/devices/${frozen.deviceId}/unfreeze`),
    resetDeviceSecret: iot('POST', `/devices/${device.deviceId}/action?action_id=resetSecret`, {}),
    resetFingerprint: iot('POST', `/devices/${device.deviceId}/reset-fingerprint`, {}),
    addCertificate: iot('POST', '/certificates', { content: upload }),
    checkCertificate: iot('POST', `/certificates/${certificate.key}/action?action_id=verify`, {
      verify_content: proof,
    }),
    updateCertificate: iot('PUT', `/certificates/${certificate.key}`, { ocsp_enable: true }),
    createToken: () => bare('POST', '/v3/auth/tokens', { body: tokenRequest(user) }),
    deleteApplication: iot('DELETE', `/apps/${app.body.app_id}`),
    deleteProduct: iot('DELETE', `/products/${empty.productId}`),
    deleteCertificate: iot('DELETE', `/certificates/${unused.key}`),
    deleteDevice: iot('DELETE', `/devices/${device.deviceId}`),
  }
}

/** Every row of every table. */
async function rows(): Promise<string> {
  const { db } = platform.store
  const { rows: tables } = await sql<{
    name: string
  }>`select name from sqlite_schema where type = 'table'`.execute(db)
  const contents: unknown[] = []
  for (const { name } of tables) contents.push((await sql`select * from ${sql.table(name)}`.execute(db)).rows)
  return JSON.stringify(contents)
}

async function expectUnavailable(tried: typeof calls): Promise<void> {
  for (const [name, call] of Object.entries(tried)) {
    platform.audited()
    platform.faults()
    const { status, body } = await call()
    expect([name, status, body]).toEqual([
      name,
      503,
      expect.objectContaining({
        error_code: 'IOTDA.000001',
        error_msg: expect.stringContaining('Nothing was changed; try again.'),
      }),
    ])
    expect(platform.audited()).toEqual([])
    // Whoever runs the platform sees why.
    expect(platform.faults()).toMatchObject([{ fault: { errcode: expect.any(Number) } }])
  }
}

const pragma = (text: string) => sql.raw(`PRAGMA ${text}`).execute(platform.store.db)

test.for(['begin', 'write', 'commit'] as const)(
  'R5: a disk that fails at the %s is 503, and nothing is changed',
  async (point) => {
    const before = await rows()
    fails = point
    // What a single statement changes has no begin and no commit that we call.
    const { checkCertificate: _verify, createToken: _token, ...inTransactions } = calls
    try {
      await expectUnavailable(point === 'write' ? calls : inTransactions)
    } finally {
      fails = undefined
    }
    expect(await rows()).toBe(before)
  },
)

test('R5: so is a database that is read-only, in SQLite’s own words', async () => {
  const before = await rows()
  await pragma('query_only = ON')
  try {
    await expectUnavailable(calls)
  } finally {
    await pragma('query_only = OFF')
  }
  expect(await rows()).toBe(before)
})

test('R5: and a full disk; what was answered 201 is there, what was answered 503 is not', async () => {
  const { rows: sizes } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(platform.store.db)
  const countOf = async () => (await platform.call('GET', '/v5/iot/{project}/apps')).body.applications.length
  const before = await countOf()
  await pragma(`max_page_count = ${sizes[0]?.page_count}`)
  try {
    // The first ones fill what is left of the last pages.
    const statuses: number[] = []
    for (let at = 0; statuses.at(-1) !== 503 && at < 500; at += 1) {
      const { status } = await platform.call('POST', '/v5/iot/{project}/apps', {
        body: { app_name: `n${at}` },
      })
      statuses.push(status)
    }
    expect(new Set(statuses)).toEqual(new Set([201, 503]))
    expect(await countOf()).toBe(before + statuses.length - 1)
  } finally {
    await pragma('max_page_count = 1000000')
  }
})

test('and once the storage can be written again, every one of them succeeds', async () => {
  for (const [name, call] of Object.entries(calls)) {
    const { status, body } = await call()
    expect([name, status, body]).toEqual([name, expect.toSatisfy((good: number) => good < 300), body])
  }
})

test('what is no fault of the storage stays a fault of ours', async () => {
  await sql`create trigger broken before insert on space begin select raise(abort, 'broken'); end`.execute(
    platform.store.db,
  )
  const { status, body } = await platform.call('POST', '/v5/iot/{project}/apps', { body: { app_name: 'b' } })
  await sql`drop trigger broken`.execute(platform.store.db)
  expect([status, body.error_msg]).toEqual([500, expect.stringContaining('request id')])
})
