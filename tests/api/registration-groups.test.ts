import { afterAll, beforeAll, expect, test } from 'vitest'
import { saveAccessKey } from '../../src/store/access-keys.ts'
import { insertCaCertificate } from '../../src/store/ca-certificates.ts'
import { insertProduct } from '../../src/store/products.ts'
import { insertSpace } from '../../src/store/spaces.ts'
import { type Answer, type Body, type PlatformApi, startPlatformApi } from '../support/platform-api.ts'

/* Operations on registration groups (device protocol §2.6 A): what each refuses, and that a refusal changes nothing. */

const groups = '/quayside/v1/{project}/registration-groups'
const theirs = { accessKey: 'AKTESTKEY00000000002', secretKey: 'another secret of about forty characters' }
const base64 = (text: string) => Buffer.from(text).toString('base64')

let platform: PlatformApi
/** Of our project; of another space of it; of another project. */
let product: { readonly own: string; readonly elsewhere: string; readonly foreign: string }
let certificate: { readonly own: string; readonly foreign: string }
let otherSpace: string
beforeAll(async () => {
  platform = await startPlatformApi({ limits: { registrationGroupsMax: 4 } })
  const { store, build, projectId, otherProjectId, clock } = platform
  const { accessKey, secretKey: secret } = theirs
  await saveAccessKey(store, { accessKey, secret, projectId: otherProjectId, createdAt: clock.now() })
  const spaces = {
    own: await platform.call('GET', '/v5/iot/{project}/apps'),
    foreign: await platform.call('GET', `/v5/iot/${otherProjectId}/apps`, { credentials: theirs }),
  }
  const aSpace = (ofProject: typeof projectId, spaceId?: string) =>
    build.aSpace(
      { ...build.aProject(), projectId: ofProject },
      { ...(spaceId && { spaceId: spaceId as never }) },
    )
  const own = aSpace(projectId, spaces.own.body.applications[0].app_id)
  const elsewhere = aSpace(projectId)
  const foreign = aSpace(otherProjectId, spaces.foreign.body.applications[0].app_id)
  await insertSpace(store, elsewhere)
  otherSpace = elsewhere.spaceId
  const products = [own, elsewhere, foreign].map((space) => build.aProduct(space))
  for (const one of products) await insertProduct(store, one)
  const [a, b, c] = products.map(({ productId }) => productId)
  product = { own: `${a}`, elsewhere: `${b}`, foreign: `${c}` }
  const certificates = [own, foreign].map((space) => build.aCaCertificate(space, { verified: true }))
  for (const one of certificates) await insertCaCertificate(store, one)
  const [mine, other] = certificates.map(({ key }) => key)
  certificate = { own: `${mine}`, foreign: `${other}` }
})
afterAll(() => platform.close())

const create = (body: object) => platform.call('POST', groups, { body })
const rows = () => platform.store.db.selectFrom('registration_group').selectAll().execute()

/** Refused so, and nothing is other than before. */
async function isRefused(call: () => Promise<Answer>, status: number, body: Body): Promise<void> {
  const before = await rows()

  expect(await call()).toMatchObject({ status, body })

  expect(await rows()).toEqual(before)
}

test.for([
  ['name', {}],
  ['name', { name: '' }],
  ['name', { name: 'x'.repeat(129) }],
  ['name', { name: 'two\nlines' }],
  ['scope_id', { name: 'x', scope_id: '1234567890' }],
  ['scope_id', { name: 'x', scope_id: 'a-b' }],
  ['scope_id', { name: 'x', scope_id: 'a'.repeat(65) }],
  ['method', { name: 'x', method: 'PASSWORD' }],
  ['secret', { name: 'x', secret: 'not base64!' }],
  ['secret', { name: 'x', secret: base64('fifteen letters') }],
  ['secret', { name: 'x', secret: base64('x'.repeat(65)) }],
  ['secret', { name: 'x', secret: base64('a zero byte \0 within') }],
  ['secret', { name: 'x', method: 'CERTIFICATES', secret: base64('x'.repeat(16)) }],
  ['certificate_id', { name: 'x', method: 'CERTIFICATES' }],
  ['certificate_id', { name: 'x', certificate_id: '0'.repeat(24) }],
  ['product_id', { name: 'x', product_id: 'no product' }],
  ['init_config', { name: 'x', init_config: 'text' }],
  ['init_config', { name: 'x', init_config: { a: 'x'.repeat(16 * 1024) } }],
  ['access_address', { name: 'x', access_address: 'mqtts://host:8883' }],
  ['access_address', { name: 'x', access_address: 'host' }],
  ['access_address', { name: 'x', access_address: 'host:0' }],
  ['access_address', { name: 'x', access_address: 'host:65536' }],
] as const)('CreateRegistrationGroup refuses a bad %s: %j', async ([field, body]) => {
  await isRefused(() => create(body), 400, {
    error_code: 'QS.invalid-input',
    field: expect.stringContaining(field),
  })
})

test('CreateRegistrationGroup takes a product of its space and a CA of its project, and tells of no others', async () => {
  const ofCertificate = (certificate_id: string) =>
    create({ name: 'x', method: 'CERTIFICATES', certificate_id })
  for (const product_id of [product.elsewhere, product.foreign, 'nothing'])
    await isRefused(() => create({ name: 'x', product_id }), 404, { error_code: 'QS.product-not-found' })
  for (const certificate_id of [certificate.foreign, '0'.repeat(24), 'x'])
    await isRefused(() => ofCertificate(certificate_id), 404, { error_code: 'QS.certificate-not-found' })
  await isRefused(() => create({ name: 'x', app_id: 'nowhere' }), 403, { error_code: 'QS.space-not-found' })

  const made = await create({ name: 'x', app_id: otherSpace, product_id: product.elsewhere })
  expect(made).toMatchObject({ status: 201, body: { app_id: otherSpace, product_id: product.elsewhere } })
  const inUse = { error_code: 'IOTDA.001001', error_msg: expect.stringContaining('1 registration groups') }
  await isRefused(() => platform.call('DELETE', `/v5/iot/{project}/apps/${otherSpace}`), 400, inUse)
  expect(await ofCertificate(certificate.own)).toMatchObject({
    ...{ status: 201, body: { method: 'CERTIFICATES', certificate_id: certificate.own } },
  })
})

test('a scope is taken once, over all projects; a project has so many groups and no more', async () => {
  const scope_id = 'ab12cd34ef56'
  const foreign = { body: { name: 'theirs', scope_id }, credentials: theirs }
  const path = groups.replace('{project}', platform.otherProjectId)
  expect((await platform.call('POST', path, foreign)).status).toBe(201)

  await isRefused(() => create({ name: 'x', scope_id }), 400, { error_code: 'QS.group-exists' })
  for (let has = (await rows()).length - 1; has < 4; has++)
    expect((await create({ name: 'x' })).status).toBe(201)
  await isRefused(() => create({ name: 'x' }), 400, { error_code: 'QS.group-quota' })
})

test('a group that is not there, or is of another project, cannot be shown, changed or deleted, and is in no list', async () => {
  const { body: list } = await platform.call('GET', groups)
  expect(list.groups.map(({ name }: Body) => name)).toEqual(['x', 'x', 'x', 'x'])
  expect(JSON.stringify(list)).not.toContain('secret')

  for (const scope of ['ab12cd34ef56', 'nothing', 'x'.repeat(200)]) {
    const missing = { error_code: 'QS.group-not-found' }
    const path = `${groups}/${scope}`
    expect(await platform.call('GET', path)).toMatchObject({ status: 404, body: missing })
    await isRefused(() => platform.call('PUT', path, { body: { name: 'ours' } }), 404, missing)
    await isRefused(() => platform.call('DELETE', path), 404, missing)
  }
})

test('UpdateRegistrationGroup refuses bad input, and a product that is not of its space', async () => {
  const { groups: all } = (await platform.call('GET', groups)).body
  const group = all.find(({ app_id }: Body) => app_id !== otherSpace)
  const change = (body: object) => platform.call('PUT', `${groups}/${group.scope_id}`, { body })

  for (const [field, body] of [
    ['name', { name: 'x'.repeat(129) }],
    ['enabled', { enabled: 'no' }],
    ['product_id', { product_id: 7 }],
    ['init_config', { init_config: [] }],
    ['init_config', { init_config: { a: 'x'.repeat(16 * 1024) } }],
    ['access_address', { access_address: 'host:port' }],
  ] as const)
    await isRefused(() => change(body), 400, {
      ...{ error_code: 'QS.invalid-input', field: expect.stringContaining(field) },
    })
  for (const product_id of [product.elsewhere, product.foreign])
    await isRefused(() => change({ product_id }), 404, { error_code: 'QS.product-not-found' })

  // What cannot change is no error: it is not looked at.
  const same = await change({ product_id: product.own, scope_id: 'other', method: 'CERTIFICATES' })
  expect(same).toMatchObject({ status: 200, body: { ...group, product_id: product.own } })
})
