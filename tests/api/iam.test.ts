import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatIso } from '../../src/base/instant.ts'
import { hashPassword } from '../../src/store/password-hash.ts'
import { savePassword, saveUser } from '../../src/store/users.ts'
import { type PlatformApi, startPlatformApi, tokenRequest } from '../support/platform-api.ts'

let platform: PlatformApi
beforeAll(async () => {
  platform = await startPlatformApi()
})
afterAll(() => platform.close())

const logIn = (user: { name: string; password: string }, scope?: object) =>
  platform.bare('POST', '/v3/auth/tokens', { body: tokenRequest(user, scope) })

test('northbound §1.3: a token is 201, in X-Subject-Token, for 24 hours, with any domain', async () => {
  const { status, headers, body } = await logIn(platform.user, { project: { name: 'local' } })

  expect(status).toBe(201)
  expect(headers.get('x-subject-token')).toMatch(/^[\w-]{43}$/)
  const domain = { id: expect.stringMatching(/^[0-9a-f]{32}$/), name: expect.any(String) }
  expect(body).toEqual({
    token: {
      methods: ['password'],
      issued_at: '2026-11-22T12:00:00.000000Z',
      expires_at: '2026-11-23T12:00:00.000000Z',
      user: { id: expect.stringMatching(/^[0-9a-f]{32}$/), name: 'admin', domain },
      project: { id: platform.projectId, name: 'local', domain },
      roles: [],
      catalog: [],
    },
  })
})

test('northbound §1.3: the scope is a project by id or by name, a domain, or absent', async () => {
  const byId = await logIn(platform.user, { project: { id: platform.projectId } })
  const byRegion = await logIn(platform.user, { project: { name: 'cn-north-4' } })
  const byDomain = await logIn(platform.user, { domain: { name: 'whatever' } })
  const unscoped = await logIn(platform.user)
  const foreign = await logIn(platform.user, { project: { id: platform.otherProjectId } })

  for (const { body } of [byId, byRegion, unscoped]) expect(body.token.project.id).toBe(platform.projectId)
  expect(byDomain.body.token).toMatchObject({ domain: { name: expect.any(String) } })
  expect(byDomain.body.token.project).toBeUndefined()
  expect([foreign.status, foreign.body.error_code]).toEqual([403, 'IOTDA.000021'])
})

test('a user of several projects gets the one that is named, and no other', async () => {
  const passwordHash = await hashPassword('both')
  const projectIds = [platform.projectId, platform.otherProjectId]
  await saveUser(platform.store, { name: 'both', passwordHash, projectIds, createdAt: platform.clock.now() })
  const user = { name: 'both', password: 'both' }

  const named = await logIn(user, { project: { id: platform.otherProjectId } })
  const unknown = await logIn(user, { project: { name: 'nowhere' } })

  expect(named.body.token.project.id).toBe(platform.otherProjectId)
  expect(unknown.status).toBe(403)
})

test('threat 10: a wrong password and an unknown user get the same answer, 401 in IAM’s form', async () => {
  const wrong = await logIn({ name: 'admin', password: 'wrong' })
  const unknown = await logIn({ name: 'nobody', password: 'wrong' })

  const message = 'There is no user admin, or the password is wrong.'
  expect([wrong.status, wrong.body]).toEqual([
    401,
    { error: { code: 401, message, title: 'Unauthorized' }, error_code: 'IOTDA.000002', error_msg: message },
  ])
  expect([unknown.status, unknown.body.error_msg]).toEqual([401, message.replace('admin', 'nobody')])
})

test('safety S14: logins are in the audit trail, good and bad, without the password', async () => {
  platform.audited()
  await logIn(platform.user)
  await logIn({ name: 'admin', password: 'wrong-password' })

  const entries = platform.audited()
  expect(entries).toEqual([
    {
      projectId: platform.projectId,
      entry: { action: 'login', actor: 'admin', address: '127.0.0.1', target: 'admin', outcome: 'done' },
    },
    {
      projectId: undefined,
      entry: { action: 'login', actor: 'admin', address: '127.0.0.1', outcome: 'denied' },
    },
  ])
  expect(JSON.stringify(entries)).not.toContain('wrong-password')
})

test('a malformed request for a token is 400 and says what is wrong', async () => {
  const answer = await platform.bare('POST', '/v3/auth/tokens', {
    body: { auth: { identity: { methods: ['totp'] } } },
  })

  expect([answer.status, answer.body.error.code]).toEqual([400, 400])
  expect(answer.body.error_msg).toContain('auth.identity')
})

test('failed passwords of an address are throttled before they are tried; a good one is let in again later', async () => {
  const throttled = await startPlatformApi({ limits: { failedLoginsPerMinuteMax: 2 } })
  const attempt = (password: string) =>
    throttled.bare('POST', '/v3/auth/tokens', { body: tokenRequest({ name: 'admin', password }) })
  try {
    expect((await attempt('a')).status).toBe(401)
    expect((await attempt('b')).status).toBe(401)

    const held = await attempt(throttled.user.password)
    expect([held.status, held.body.error_code, held.headers.get('retry-after')]).toEqual([
      403,
      'IOTDA.021101',
      '60',
    ])
    expect((await throttled.call('GET', '/v3/projects')).status).toBe(200)

    throttled.clock.advance(60_000)
    expect((await attempt(throttled.user.password)).status).toBe(201)
  } finally {
    await throttled.close()
  }
})

test('a token ends after 24 hours, and with a new password at once', async () => {
  const own = await startPlatformApi()
  const call = (token: string) => own.bare('GET', '/v3/projects', { headers: { 'x-auth-token': token } })
  try {
    const first = await own.token()
    own.clock.advance(24 * 3_600_000 - 1)
    expect((await call(first)).status).toBe(200)
    own.clock.advance(1)
    expect((await call(first)).body.error_code).toBe('IOTDA.000004')

    const second = await own.token()
    expect((await call(second)).status).toBe(200)
    await savePassword(own.store, 'admin', await hashPassword('new'))
    expect((await call(second)).status).toBe(403)
  } finally {
    await own.close()
  }
})

test('the registry does not hold the token', async () => {
  const token = await platform.token()
  const rows = await platform.store.db.selectFrom('token').selectAll().execute()

  expect(JSON.stringify(rows)).not.toContain(token)
})

test('northbound §1.5: exactly one project, whichever region is asked for', async () => {
  for (const query of ['', '?name=local', '?name=cn-north-4', '?name=']) {
    const { status, body } = await platform.call('GET', `/v3/projects${query}`, {
      algorithm: 'SDK-HMAC-SHA256',
    })

    expect(status).toBe(200)
    expect(body).toEqual({
      projects: [
        {
          id: platform.projectId,
          name: 'local',
          domain_id: expect.any(String),
          parent_id: expect.any(String),
          enabled: true,
          is_domain: false,
          description: '',
        },
      ],
      links: { self: '', next: null, previous: null },
    })
  }
})

test('northbound §1.5: domains, users and catalogue', async () => {
  const links = { self: '', next: null, previous: null }

  expect((await platform.call('GET', '/v3/auth/domains')).body).toEqual({
    domains: [{ id: expect.any(String), name: expect.any(String), enabled: true, description: '' }],
    links,
  })
  expect((await platform.call('GET', '/v3/users?name=admin')).body).toEqual({
    users: [{ id: expect.any(String), name: 'admin', enabled: true }],
    links,
  })
  expect((await platform.call('GET', '/v3/users?name=nobody')).body).toEqual({ users: [], links })
  expect((await platform.call('GET', '/v3/auth/catalog', { algorithm: 'V11-HMAC-SHA256' })).body).toEqual({
    catalog: [],
    links,
  })
})

test('IAM’s reads need credentials like everything else', async () => {
  for (const path of ['/v3/projects', '/v3/auth/domains', '/v3/users', '/v3/auth/catalog'])
    expect(await platform.bare('GET', path)).toMatchObject({ status: 401, body: { error: { code: 401 } } })
})

test('times of a token follow the clock of the platform', async () => {
  platform.clock.advance(1234)

  const { body } = await logIn(platform.user)

  expect(body.token.issued_at).toBe(formatIso(platform.clock.now()).replace('Z', '000Z'))
})
