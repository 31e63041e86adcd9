import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { PlatformFacts } from '../../src/operations/operation.ts'
import { hashPassword } from '../../src/store/password-hash.ts'
import { savePassword, saveUser } from '../../src/store/users.ts'
import { type Answer, type PlatformApi, startPlatformApi } from '../support/platform-api.ts'

const HOUR = 3_600_000
const URL = '/quayside/v1/session'

let platform: PlatformApi
beforeAll(async () => {
  platform = await startPlatformApi()
})
afterAll(() => platform.close())
beforeEach(() => void platform.audited())

/** What a browser would keep of an answer, and send. */
interface Browser {
  readonly cookie: string
  readonly csrf: string
}

async function signIn(on: PlatformApi = platform, headers: Record<string, string> = {}): Promise<Browser> {
  const { name: username, password } = on.user
  const answer = await on.bare('POST', URL, { body: { username, password }, headers })
  expect(answer.status).toBe(201)
  return { cookie: cookieOf(answer), csrf: answer.body.csrf_token }
}

const cookieOf = ({ headers }: Answer): string => headers.get('set-cookie')?.split(';')[0] ?? ''

const read = (browser: Browser, path: string, on: PlatformApi = platform) =>
  on.bare('GET', path, { headers: { cookie: browser.cookie } })

const change = (
  browser: Browser,
  method: string,
  path: string,
  {
    body,
    headers = {},
    on = platform,
  }: { body?: unknown; headers?: Record<string, string>; on?: PlatformApi } = {},
) =>
  on.bare(method, path, {
    body,
    headers: { cookie: browser.cookie, 'x-csrf-token': browser.csrf, ...headers },
  })

const count = async (on: PlatformApi = platform): Promise<number> =>
  (await on.store.db.selectFrom('session').selectAll().execute()).length

test('contracts §1: signing in answers who it is, and sets a cookie that scripts cannot read and no other site sends', async () => {
  const answer = await platform.bare('POST', URL, {
    body: { username: 'admin', password: platform.user.password },
  })

  expect(answer.status).toBe(201)
  expect(answer.body).toEqual({
    user: { name: 'admin' },
    projects: [{ project_id: platform.projectId, name: 'local' }],
    roles: ['admin'],
    csrf_token: expect.stringMatching(/^[\w-]{43}$/),
    expires_at: '2026-11-23T00:00:00.000Z',
  })
  expect(answer.headers.get('set-cookie')).toMatch(
    /^quayside_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
  )
})

test('the cookie is Secure where the browser spoke TLS, to us or to a proxy before us', async () => {
  const { name: username, password } = platform.user
  const answer = await platform.bare('POST', URL, {
    body: { username, password },
    headers: { 'x-forwarded-proto': 'https' },
  })

  expect(answer.headers.get('set-cookie')).toMatch(/; SameSite=Strict; Secure$/)
})

test('GET says the same again, and 401 without a session', async () => {
  const browser = await signIn()

  const again = await read(browser, URL)
  expect([again.status, again.body.user.name, again.body.csrf_token]).toEqual([200, 'admin', browser.csrf])
  for (const headers of [
    {},
    { cookie: `quayside_session=${'A'.repeat(43)}` },
    { cookie: 'quayside_session=' },
    { cookie: `${browser.cookie}; quayside_session=${'A'.repeat(43)}` },
  ] as Record<string, string>[]) {
    const { status, body } = await platform.bare('GET', URL, { headers })
    expect([status, body.error_code]).toEqual([401, 'QS.not-authenticated'])
  }
  // Not who else may call: an access key has signed in to nothing.
  expect((await platform.call('GET', URL)).status).toBe(401)
})

test('the cookie opens the operations of the user’s projects, the reference’s too, and of no other project', async () => {
  const browser = await signIn()

  expect((await read(browser, '/v5/iot/{project}/apps')).status).toBe(200)
  expect((await read(browser, '/quayside/v1/{project}/access-keys')).status).toBe(200)
  expect((await read(browser, '/v3/projects')).status).toBe(200)
  const foreign = await read(browser, `/v5/iot/${platform.otherProjectId}/apps`)
  expect([foreign.status, foreign.body.error_code]).toEqual([403, 'IOTDA.000021'])
  expect((await read(browser, `/quayside/v1/${platform.otherProjectId}/access-keys`)).body.error_code).toBe(
    'QS.foreign-project',
  )
})

test('a user of several projects enters each with the one session', async () => {
  const own = await startPlatformApi()
  try {
    await saveUser(own.store, {
      name: own.user.name,
      passwordHash: await hashPassword(own.user.password),
      projectIds: [own.projectId, own.otherProjectId],
      createdAt: own.clock.now(),
    })
    const browser = await signIn(own)

    for (const project of [own.projectId, own.otherProjectId])
      expect((await read(browser, `/v5/iot/${project}/apps`, own)).status).toBe(200)
    expect((await read(browser, URL, own)).body.projects).toHaveLength(2)
  } finally {
    await own.close()
  }
})

test('credentials that a client sends on purpose count before the cookie of its browser', async () => {
  const browser = await signIn()

  const { status } = await platform.bare('GET', '/v5/iot/{project}/apps', {
    headers: { cookie: browser.cookie, 'x-auth-token': 'unknown' },
  })

  expect(status).toBe(403)
})

test('threat 9: a change needs the session’s own CSRF token, and leaves no trace without it', async () => {
  const browser = await signIn()
  const other = await signIn()
  const before = await platform.store.db.selectFrom('access_key').selectAll().execute()
  platform.audited()

  for (const csrf of ['', 'x', other.csrf, browser.csrf.slice(1), `${browser.csrf}x`]) {
    const { status, body } = await change(
      { ...browser, csrf },
      'POST',
      '/quayside/v1/{project}/access-keys',
      {
        body: {},
      },
    )
    expect([status, body.error_code]).toEqual([403, 'QS.csrf-token-wrong'])
  }
  expect((await change({ ...browser, csrf: '' }, 'DELETE', URL)).status).toBe(403)
  expect(
    (await change({ ...browser, csrf: '' }, 'POST', '/v5/iot/{project}/apps', { body: { app_name: 'x' } }))
      .body,
  ).toMatchObject({
    error_code: 'IOTDA.000004',
  })

  expect(await platform.store.db.selectFrom('access_key').selectAll().execute()).toEqual(before)
  expect(platform.audited().map(({ entry }) => [entry.action, entry.outcome])).toEqual(
    Array.from({ length: 7 }, () => ['authenticate', 'denied']),
  )
  expect((await read(browser, URL)).status).toBe(200)
})

test.for([
  [{ 'sec-fetch-site': 'cross-site' }],
  [{ 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1' }],
  [{ origin: 'https://evil.example' }],
  [{ origin: 'null' }],
] as Record<string, string>[][])(
  'threat 9: a page elsewhere changes nothing, and signs nobody in: %j',
  async ([headers = {}]) => {
    const browser = await signIn()
    const sessions = await count()
    const { name: username, password } = platform.user

    const forged = await change(browser, 'POST', '/quayside/v1/{project}/access-keys', { body: {}, headers })
    const login = await platform.bare('POST', URL, { body: { username, password }, headers })

    expect([forged.status, forged.body.error_code]).toEqual([403, 'QS.foreign-origin'])
    expect([login.status, login.body.error_code]).toEqual([403, 'QS.foreign-origin'])
    expect(login.headers.get('set-cookie')).toBeNull()
    expect(await count()).toBe(sessions)
  },
)

test('a page of ours is let in, by what browsers say of it', async () => {
  const browser = await signIn(platform, { 'sec-fetch-site': 'same-origin', origin: platform.origin })

  const { status } = await change(browser, 'PUT', `${URL}/password`, {
    body: { old_password: 'wrong', new_password: 'something else' },
    headers: { origin: platform.origin },
  })

  expect(status).toBe(400)
})

test('fixation: a session text that was planted is never taken; signing in makes a new one and ends the old', async () => {
  const planted = `quayside_session=${'B'.repeat(43)}`
  const first = await signIn(platform, { cookie: planted })
  expect(first.cookie).not.toBe(planted)
  expect((await read({ ...first, cookie: planted }, URL)).status).toBe(401)

  const second = await signIn(platform, { cookie: first.cookie })

  expect(second.cookie).not.toBe(first.cookie)
  expect((await read(first, URL)).status).toBe(401)
  expect((await read(second, URL)).status).toBe(200)
})

test('a session slides with use, ends when nobody uses it, and at last in any case', async () => {
  const own = await startPlatformApi()
  try {
    const browser = await signIn(own)
    own.clock.advance(12 * HOUR - 1)
    const renewed = await read(browser, '/v5/iot/{project}/apps', own)
    expect(renewed.status).toBe(200)
    expect(renewed.headers.get('set-cookie')).toContain(`${browser.cookie}; Path=/; Max-Age=43200;`)
    expect((await read(browser, URL, own)).headers.get('set-cookie')).toBeNull()

    own.clock.advance(12 * HOUR)
    expect((await read(browser, URL, own)).status).toBe(401)

    const busy = await signIn(own)
    for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
      own.clock.advance(6 * HOUR)
      expect((await read(busy, URL, own)).status).toBe(200)
    }
    own.clock.advance(6 * HOUR)
    expect((await read(busy, URL, own)).status).toBe(401)
  } finally {
    await own.close()
  }
})

test('signing out ends the session here, not only in the browser', async () => {
  const browser = await signIn()
  platform.audited()

  const answer = await change(browser, 'DELETE', URL)

  expect([answer.status, answer.text]).toEqual([204, ''])
  expect(answer.headers.get('set-cookie')).toBe(
    'quayside_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
  )
  expect((await read(browser, URL)).status).toBe(401)
  expect(platform.audited()).toEqual([
    {
      projectId: platform.projectId,
      entry: { action: 'logout', actor: 'admin', address: '127.0.0.1', target: 'admin', outcome: 'done' },
    },
  ])
})

test('safety S14: signing in is in the audit trail, good and bad, without the password', async () => {
  await signIn()
  const refused = await platform.bare('POST', URL, {
    body: { username: 'admin', password: 'wrong-password' },
  })
  const unknown = await platform.bare('POST', URL, {
    body: { username: 'nobody', password: 'wrong-password' },
  })

  expect([refused.status, refused.body.error_code]).toEqual([401, 'QS.login-failed'])
  expect(unknown.body).toMatchObject({ error_msg: refused.body.error_msg.replace('admin', 'nobody') })
  const entries = platform.audited()
  expect(entries.map(({ entry }) => [entry.action, entry.actor, entry.outcome])).toEqual([
    ['login', 'admin', 'done'],
    ['login', 'admin', 'denied'],
    ['login', 'nobody', 'denied'],
  ])
  expect(JSON.stringify(entries)).not.toContain('wrong-password')
})

test('failed passwords of an address are throttled, for sessions and tokens together', async () => {
  const own = await startPlatformApi({ limits: { failedLoginsPerMinuteMax: 2 } })
  const attempt = (password: string) => own.bare('POST', URL, { body: { username: 'admin', password } })
  try {
    expect([(await attempt('a')).status, (await attempt('b')).status]).toEqual([401, 401])

    const held = await attempt(own.user.password)
    expect([held.status, held.body.error_code, held.headers.get('retry-after')]).toEqual([
      403,
      'QS.too-many-requests',
      '60',
    ])
    expect(await own.token()).toBe('')

    own.clock.advance(60_000)
    expect((await attempt(own.user.password)).status).toBe(201)
  } finally {
    await own.close()
  }
})

test('the registry holds neither the cookie nor the CSRF token', async () => {
  const browser = await signIn()
  const rows = JSON.stringify(await platform.store.db.selectFrom('session').selectAll().execute())

  expect(rows).not.toContain(browser.cookie.split('=')[1])
  expect(rows).not.toContain(browser.csrf)
})

test('a user’s oldest session ends when there are too many', async () => {
  const own = await startPlatformApi({ limits: { sessionsPerUserMax: 2 } })
  try {
    const browsers: Browser[] = []
    for (let index = 0; index < 3; index += 1) {
      browsers.push(await signIn(own))
      own.clock.advance(1)
    }
    const statuses = await Promise.all(
      browsers.map(async (browser) => (await read(browser, URL, own)).status),
    )
    expect(statuses).toEqual([401, 200, 200])
  } finally {
    await own.close()
  }
})

test('a new password ends the user’s other sessions and tokens, and keeps the one it was changed in', async () => {
  const own = await startPlatformApi()
  try {
    const [mine, stolen, token] = [await signIn(own), await signIn(own), await own.token()]
    own.audited()
    const body = { old_password: own.user.password, new_password: 'battery staple' }

    const answer = await change(mine, 'PUT', `${URL}/password`, { body, on: own })

    expect([answer.status, answer.text]).toEqual([204, ''])
    expect((await read(mine, URL, own)).status).toBe(200)
    expect((await read(stolen, URL, own)).status).toBe(401)
    expect((await own.bare('GET', '/v3/projects', { headers: { 'x-auth-token': token } })).status).toBe(403)
    const logIn = (password: string) => own.bare('POST', URL, { body: { username: 'admin', password } })
    expect((await logIn(own.user.password)).status).toBe(401)
    expect((await logIn('battery staple')).status).toBe(201)
    const [entry] = own.audited()
    expect(entry?.entry).toMatchObject({ action: 'password.change', actor: 'admin', outcome: 'done' })
    expect(JSON.stringify(entry)).not.toContain('battery')

    // The operator's way, from the machine itself, ends all of them.
    await savePassword(own.store, 'admin', await hashPassword('reset by hand'))
    expect((await read(mine, URL, own)).status).toBe(401)
  } finally {
    await own.close()
  }
})

test('the old password must be right, the new one long enough and new; else all stays as it was', async () => {
  const own = await startPlatformApi({ limits: { failedLoginsPerMinuteMax: 2 } })
  const attempt = (browser: Browser, old_password: string, new_password: string) =>
    change(browser, 'PUT', `${URL}/password`, { body: { old_password, new_password }, on: own })
  try {
    const [mine, other] = [await signIn(own), await signIn(own)]
    own.audited()

    const short = await attempt(mine, own.user.password, 'short')
    expect([short.status, short.body.field]).toEqual([400, 'new_password'])
    const same = await attempt(mine, own.user.password, own.user.password)
    expect([same.status, same.body.field]).toEqual([400, 'new_password'])
    const wrong = await attempt(mine, 'wrong', 'battery staple')
    expect([wrong.status, wrong.body.error_code, wrong.body.field]).toEqual([
      400,
      'QS.old-password-wrong',
      'old_password',
    ])
    expect(own.audited().map(({ entry }) => [entry.action, entry.actor, entry.outcome])).toEqual([
      ['password.change', 'admin', 'denied'],
    ])
    await attempt(mine, 'wrong', 'battery staple')
    expect((await attempt(mine, own.user.password, 'battery staple')).body.error_code).toBe(
      'QS.too-many-requests',
    )

    expect((await read(other, URL, own)).status).toBe(200)
  } finally {
    await own.close()
  }
})

test('what anyone may ask is answered with a cookie that has ended as it is without one', async () => {
  const own = await startPlatformApi({ deps: { platform: () => facts } })
  try {
    const browser = await signIn(own)
    const path = '/quayside/v1/{project}/platform'

    const inside = await read(browser, path, own)
    own.clock.advance(13 * HOUR)
    const outside = await read(browser, path, own)

    expect([inside.status, inside.body.public_host]).toEqual([200, 'iot.example.com'])
    expect([outside.status, outside.body.public_host]).toEqual([200, undefined])
  } finally {
    await own.close()
  }
})

const facts: PlatformFacts = {
  name: 'Quayside',
  version: '1.2.3',
  publicHost: 'iot.example.com',
  addresses: [],
  listeners: [],
  region: 'local',
  ca: { pem: 'PEM', sha256: 'ab', subject: 'CN=Quayside', expiresAt: 0 },
  serverCertificates: [],
  startedAt: 0,
}
