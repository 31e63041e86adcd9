import { afterAll, beforeAll, expect, test } from 'vitest'
import { saveAccessKey } from '../../src/store/access-keys.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'

const KEYS = '/quayside/v1/{project}/access-keys'

let platform: PlatformApi
beforeAll(async () => {
  platform = await startPlatformApi({ limits: { accessKeysMax: 3 } })
})
afterAll(() => platform.close())

const list = async (): Promise<readonly { access_key: string }[]> =>
  (await platform.call('GET', KEYS)).body.access_keys

test('an access key is made, signs, is listed without its secret, and signs nothing once it is revoked', async () => {
  platform.audited()
  const made = await platform.call('POST', KEYS, { body: { description: 'billing' } })
  expect(made.status).toBe(201)
  expect(made.body).toEqual({
    access_key: expect.stringMatching(/^[A-Z0-9]{20}$/),
    secret_key: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
  })
  const { access_key: accessKey, secret_key: secretKey } = made.body
  const signed = () => platform.call('GET', KEYS, { credentials: { accessKey, secretKey } })

  const answer = await signed()
  expect(answer.body.access_keys).toContainEqual({
    access_key: accessKey,
    description: 'billing',
    created_at: '2026-11-22T12:00:00.000Z',
  })
  expect(answer.text).not.toContain(secretKey)

  expect((await platform.call('DELETE', `${KEYS}/${accessKey}`)).status).toBe(204)
  expect((await signed()).status).toBe(401)
  expect(await list()).not.toContainEqual(expect.objectContaining({ access_key: accessKey }))
  const entries = platform.audited().filter(({ entry }) => entry.outcome === 'done')
  expect(entries.map(({ entry }) => [entry.action, entry.target])).toEqual([
    ['access-key.create', accessKey],
    ['access-key.revoke', accessKey],
  ])
  expect(JSON.stringify(entries)).not.toContain(secretKey)
})

test('threat 7: keys of another project are neither listed nor revoked', async () => {
  const theirs = 'AKOFANOTHERPROJECT01'
  await saveAccessKey(platform.store, {
    accessKey: theirs,
    secret: 'a secret of forty characters, or nearly so',
    projectId: platform.otherProjectId,
    createdAt: platform.clock.now(),
  })

  expect(await list()).not.toContainEqual(expect.objectContaining({ access_key: theirs }))
  for (const key of [theirs, 'NOBODY']) {
    const { status, body } = await platform.call('DELETE', `${KEYS}/${key}`)
    expect([status, body.error_code]).toEqual([404, 'QS.access-key-not-found'])
  }
  const foreign = await platform.call('POST', KEYS.replace('{project}', platform.otherProjectId), {
    body: {},
  })
  expect([foreign.status, foreign.body.error_code]).toEqual([403, 'QS.foreign-project'])
  expect(
    await platform.store.db.selectFrom('access_key').selectAll().where('access_key', '=', theirs).execute(),
  ).toHaveLength(1)
})

test('a project has so many keys at most; a description is bounded', async () => {
  for (let present = (await list()).length; present < 3; present += 1)
    expect((await platform.call('POST', KEYS, { body: {} })).status).toBe(201)

  const { status, body } = await platform.call('POST', KEYS, { body: {} })
  expect([status, body.error_code]).toEqual([400, 'QS.access-key-quota'])
  expect(await list()).toHaveLength(3)
  expect((await platform.call('POST', KEYS, { body: { description: 'x'.repeat(257) } })).status).toBe(400)
})

test('none of it without credentials', async () => {
  for (const [method, path] of [
    ['GET', KEYS],
    ['POST', KEYS],
    ['DELETE', `${KEYS}/AKTESTKEY00000000001`],
  ] as const)
    expect((await platform.bare(method, path, method === 'GET' ? {} : { body: {} })).status).toBe(401)
})
