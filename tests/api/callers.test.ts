import { connect } from 'node:net'
import Type from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operation } from '../../src/operations/operation.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'
import { sha256 } from '../../src/simulator/sign.ts'
import { hkdfHex, sdkDate, sign, signedFetch, type ToSign } from '../support/sign.ts'

/** Says what it was sent, on every method. */
const echo = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url = '/v5/iot/:project_id/echo') =>
  operation({
    id: `Echo${method}${url.length}`,
    method,
    url,
    tag: 'test',
    summary: 'Echo',
    status: 200,
    access: 'read',
    params: Type.Object({ project_id: Type.String() }),
    run: (_deps, { caller }) => Promise.resolve({ caller: caller.name }),
  })

let platform: PlatformApi
let base: Omit<ToSign, 'method'>
beforeAll(async () => {
  platform = await startPlatformApi({
    extra: [
      echo('GET'),
      echo('POST'),
      echo('PUT'),
      echo('DELETE'),
      echo('GET', '/v5/iot/:project_id/echo/*'),
    ],
    limits: { failedCallsPerMinuteMax: 1000 },
  })
  const { origin, projectId, clock } = platform
  base = { url: `${origin}/v5/iot/${projectId}/echo`, headers: {}, body: '', at: clock.now() }
})
afterAll(() => platform.close())

const send = (request: Partial<ToSign>) =>
  signedFetch(platform.credentials, { ...base, method: 'GET', ...request })

test('the client of these tests derives keys as openssl does', () => {
  // openssl kdf -keylen 32 -kdfopt digest:SHA2-256 -kdfopt key:secret -kdfopt salt:salt -kdfopt info:info HKDF
  expect(hkdfHex('secret', 'salt', 'info')).toBe(
    'f6d2fcc47cb939deafe3853a1e641a27e6924aff7a63d09cb04ccfffbe4776ef',
  )
})

test.for(['SDK-HMAC-SHA256', 'V11-HMAC-SHA256'] as const)(
  '%s is accepted on every method',
  async (algorithm) => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      const answer = await send({ method, algorithm, headers: { 'content-type': 'application/json' } })

      expect([method, answer.status]).toEqual([method, 200])
      expect(await answer.json()).toEqual({ caller: platform.credentials.accessKey })
    }
  },
)

// Northbound §1.1: what each client signs.
const clients: Readonly<Record<string, Partial<ToSign>>> = {
  'Node.js SDK': {
    headers: {
      'content-type': 'application/json',
      'x-project-id': '{project}',
      'instance-id': 'i-1',
      'user-agent': 'node',
    },
    signed: ['content-type', 'host', 'x-project-id', 'instance-id'],
  },
  'Python SDK': {
    headers: {
      'content-type': 'application/json',
      'x-project-id': '{project}',
      'instance-id': 'i-1',
      'user-agent': 'huaweicloud-usdk-python/3.0',
      'x-sdk-content-sha256': 'UNSIGNED-PAYLOAD',
    },
    signed: ['content-type', 'host', 'user-agent', 'x-project-id', 'instance-id', 'x-sdk-content-sha256'],
  },
  'Java SDK': { headers: { 'content-type': 'application/json', accept: '*/*' } },
  'Go SDK': {
    headers: { 'content-type': 'application/json', 'x-project-id': '{project}', 'user-agent': 'go' },
    signed: ['content-type', 'user-agent', 'x-project-id'],
  },
  Terraform: {
    headers: {
      accept: 'application/json',
      'user-agent': 'terraform',
      'x-project-id': '{project}',
      'x-domain-id': 'd',
      'x-security-token': 't',
    },
    signed: ['accept', 'user-agent'],
  },
}
test.for(Object.keys(clients))('northbound §1.1: the headers that the %s signs', async (client) => {
  const { headers = {}, ...rest } = clients[client] ?? {}
  const named = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace('{project}', platform.projectId)]),
  )

  for (const algorithm of ['SDK-HMAC-SHA256', 'V11-HMAC-SHA256'] as const) {
    const answer = await send({ ...rest, headers: named, algorithm, method: 'PUT', body: '{"a":"ä"}\n' })

    expect(answer.status).toBe(200)
  }
})

test('northbound §1.1: Node signs the body {} of a GET', async () => {
  const headers = sign(platform.credentials, { ...base, method: 'GET', body: '{}' })

  // fetch() sends no body with GET.
  const text = await rawRequest('GET', new URL(base.url).pathname, headers, '{}')

  expect(text).toMatch(/^HTTP\/1\.1 200 /)
  expect(await rawRequest('GET', new URL(base.url).pathname, headers, '[]')).toMatch(/^HTTP\/1\.1 401 /)
})

test('northbound §1.1: path and query are signed in one form, however they were escaped', async () => {
  const { pathname } = new URL(base.url)
  const plain = `${pathname}/a%20b!*'()`
  const query = "name=%E4%BD%A0!*'()&b=2&b=1&empty=&flag&a=x%2By"
  const headers = sign(platform.credentials, {
    ...base,
    method: 'GET',
    url: `${platform.origin}${plain}?${query}`,
  })

  expect(await rawRequest('GET', `${plain}?${query}`, headers)).toMatch(/^HTTP\/1\.1 200 /)
  const escaped = `${pathname}/%61%20b%21%2a%27%28%29`
  expect(await rawRequest('GET', `${escaped}?${query.replace('!', '%21')}`, headers)).toMatch(
    /^HTTP\/1\.1 200 /,
  )
  expect(await rawRequest('GET', `${plain}?${query}&c=3`, headers)).toMatch(/^HTTP\/1\.1 401 /)
})

test('UNSIGNED-PAYLOAD counts when it was signed so; a hash in that header that is not the body’s does not', async () => {
  const unsigned = { 'x-sdk-content-sha256': 'UNSIGNED-PAYLOAD' }
  const claimed = sha256('{"a":1}')

  const good = await send({
    method: 'POST',
    headers: unsigned,
    body: '{"a":1}',
    bodyHash: 'UNSIGNED-PAYLOAD',
  })
  const forged = await send({
    method: 'POST',
    headers: { 'x-sdk-content-sha256': claimed },
    body: '{"a":2}',
    bodyHash: claimed,
  })
  const unclaimed = await send({ method: 'POST', body: '{"a":1}', bodyHash: 'UNSIGNED-PAYLOAD' })

  expect([good.status, forged.status, unclaimed.status]).toEqual([200, 401, 401])
})

const failure = {
  error_code: 'IOTDA.000002',
  error_msg: 'The access key is unknown or the signature does not match.',
}

test('threat 10: an unknown key and a wrong signature get the same answer', async () => {
  const { credentials } = platform
  const unknown = await platform.call('GET', '/v5/iot/{project}/echo', {
    credentials: { ...credentials, accessKey: 'UNKNOWN' },
  })
  const wrong = await platform.call('GET', '/v5/iot/{project}/echo', {
    credentials: { ...credentials, secretKey: 'wrong' },
  })

  expect([unknown.status, wrong.status]).toEqual([401, 401])
  expect(unknown.body).toEqual(failure)
  expect(wrong.body).toEqual(failure)
})

test('safety S14: refused credentials are in the audit trail, without the signature', async () => {
  platform.audited()

  await platform.call('GET', '/v5/iot/{project}/echo', {
    credentials: { accessKey: 'UNKNOWN', secretKey: 'x' },
  })

  expect(platform.audited()).toEqual([
    {
      projectId: platform.projectId,
      entry: {
        action: 'authenticate',
        actor: 'UNKNOWN',
        address: '127.0.0.1',
        target: 'EchoGET24',
        outcome: 'denied',
        detail: { cause: 'authentication-failed' },
      },
    },
  ])
})

test.for([
  ['SDK-HMAC-SHA256', 'no parameters'],
  ['SDK-HMAC-SHA256 Access=a, SignedHeaders=x-sdk-date, Signature=zz', 'a signature that is not hex'],
  ['SDK-HMAC-SHA256 Access=a, Signature=00', 'no signed headers'],
  ['V11-HMAC-SHA256 Credential=a, SignedHeaders=x-sdk-date, Signature=' + '0'.repeat(64), 'no scope'],
  [
    `SDK-HMAC-SHA256 Access=${'a'.repeat(4000)}, SignedHeaders=x-sdk-date, Signature=${'0'.repeat(64)}`,
    'a long key',
  ],
] as const)('a malformed Authorization is refused like a wrong one: $1', async ([authorization]) => {
  const answer = await platform.bare('GET', '/v5/iot/{project}/echo', {
    headers: { authorization, 'x-sdk-date': sdkDate(base.at) },
  })

  expect([answer.status, answer.body]).toEqual([401, failure])
})

test('x-sdk-date must be signed, and be a time', async () => {
  const headers = sign(platform.credentials, { ...base, method: 'GET' })
  const { authorization = '' } = headers

  const unsigned = authorization.replace(';x-sdk-date', '')
  for (const tampered of [
    { ...headers, authorization: unsigned },
    { ...headers, 'x-sdk-date': 'yesterday' },
    { authorization },
  ]) {
    const answer = await fetch(base.url, { headers: tampered })

    expect(answer.status).toBe(401)
  }
})

test('threat 10: a clock more than 15 minutes off is refused, with the time here; 15 minutes are let in', async () => {
  const minutes = (count: number) => base.at + count * 60_000

  for (const at of [minutes(15), minutes(-15)]) expect((await send({ at })).status).toBe(200)
  for (const at of [minutes(15) + 1000, minutes(-15) - 1000]) {
    const answer = await send({ at })

    expect(answer.status).toBe(401)
    expect(await answer.json()).toEqual({
      error_code: 'IOTDA.000002',
      error_msg: expect.stringContaining('20261122T120000Z'),
    })
  }
})

test('what the signature covers cannot be changed: body, query, signed header', async () => {
  const headers = sign(platform.credentials, {
    ...base,
    method: 'PUT',
    body: '{"a":1}',
    headers: { 'x-signed': 'a' },
  })
  const put = (url: string, body: string, more = {}) =>
    fetch(url, { method: 'PUT', headers: { ...headers, ...more }, body })

  expect((await put(base.url, '{"a":1}')).status).toBe(200)
  expect((await put(base.url, '{"a":1}', { 'x-unsigned': 'b' })).status).toBe(200)
  expect((await put(base.url, '{"a":2}')).status).toBe(401)
  expect((await put(`${base.url}?a=1`, '{"a":1}')).status).toBe(401)
  expect((await put(base.url, '{"a":1}', { 'x-signed': 'b' })).status).toBe(401)
})

test('no credentials at all: 401 that says which there are', async () => {
  for (const headers of [{}, { authorization: 'Basic YTpi' }, { 'x-auth-token': '' }] as Record<
    string,
    string
  >[]) {
    const answer = await platform.bare('GET', '/v5/iot/{project}/echo', { headers })

    expect([answer.status, answer.body.error_code]).toEqual([401, 'IOTDA.000002'])
    expect(answer.body.error_msg).toContain('X-Auth-Token')
  }
})

test('northbound §1.3: a token opens its project, an unknown one is 403 IOTDA.000004', async () => {
  const token = await platform.token()

  const good = await platform.bare('GET', '/v5/iot/{project}/echo', { headers: { 'x-auth-token': token } })
  const bad = await platform.bare('GET', '/v5/iot/{project}/echo', {
    headers: { 'x-auth-token': `${token}x` },
  })

  expect([good.status, good.body]).toEqual([200, { caller: 'admin' }])
  expect([bad.status, bad.body.error_code]).toEqual([403, 'IOTDA.000004'])
})

test('northbound §1.4: the project in the path must be the caller’s, and X-Project-Id the same', async () => {
  platform.audited()
  const foreign = await platform.call('GET', `/v5/iot/${platform.otherProjectId}/echo`)
  const unknown = await platform.call('GET', '/v5/iot/nowhere/echo')
  const crossed = await platform.call('GET', '/v5/iot/{project}/echo', {
    headers: { 'x-project-id': platform.otherProjectId },
  })
  const same = await platform.call('GET', '/v5/iot/{project}/echo', {
    headers: { 'x-project-id': platform.projectId },
  })

  for (const { status, body } of [foreign, unknown, crossed])
    expect([status, body.error_code]).toEqual([403, 'IOTDA.000021'])
  expect(same.status).toBe(200)
  expect(platform.audited()).toHaveLength(3)
})

test('only failures are throttled: after too many the answer is 403 with a time, good calls go on', async () => {
  const throttled = await startPlatformApi({ extra: [echo('GET')], limits: { failedCallsPerMinuteMax: 3 } })
  const wrong = { ...throttled.credentials, secretKey: 'wrong' }
  try {
    const statuses: number[] = []
    for (let count = 0; count < 5; count += 1)
      statuses.push((await throttled.call('GET', '/v5/iot/{project}/echo', { credentials: wrong })).status)
    expect(statuses).toEqual([401, 401, 401, 403, 403])
    expect(throttled.audited()).toHaveLength(3)

    const last = await throttled.call('GET', '/v5/iot/{project}/echo', { credentials: wrong })
    expect(last.body.error_code).toBe('IOTDA.021101')
    expect(last.headers.get('retry-after')).toBe('60')
    expect((await throttled.call('GET', '/v5/iot/{project}/echo')).status).toBe(200)

    throttled.clock.advance(60_000)
    expect((await throttled.call('GET', '/v5/iot/{project}/echo', { credentials: wrong })).status).toBe(401)
  } finally {
    await throttled.close()
  }
})

/** One request as bytes; answers the whole answer as text. */
function rawRequest(
  method: string,
  target: string,
  headers: Record<string, string>,
  body = '',
): Promise<string> {
  const { hostname, port, host } = new URL(platform.origin)
  const lines = Object.entries({
    host,
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(port), hostname, () =>
      socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`),
    )
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
}
