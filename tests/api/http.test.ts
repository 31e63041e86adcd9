import { connect } from 'node:net'
import Type from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Refusal } from '../../src/base/refusal.ts'
import { operation } from '../../src/operations/operation.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'

const Params = Type.Object({ project_id: Type.String() })

/** Answers with what has passed the schemas. */
const echo = operation({
  id: 'Echo',
  method: 'POST',
  url: '/v5/iot/:project_id/echo',
  tag: 'test',
  summary: 'Echo',
  status: 200,
  access: 'write',
  params: Params,
  query: Type.Object({
    flag: Type.Optional(Type.Boolean()),
    count: Type.Optional(Type.Integer({ minimum: 0 })),
    text: Type.Optional(Type.String()),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, 'x-refusal': 'invalid-limit' })),
  }),
  body: Type.Object({
    name: Type.Optional(
      Type.String({
        minLength: 2,
        maxLength: 4,
        pattern: '^[a-z]*$',
        'x-rule': 'may hold only small letters',
      }),
    ),
    kind: Type.Optional(Type.Union([Type.Literal('a'), Type.Literal('b')])),
    template: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    parts: Type.Optional(Type.Array(Type.Object({ size: Type.Integer() }), { maxItems: 2 })),
    info: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  }),
  run: (_deps, { query, body, language }) => Promise.resolve({ query, body, language }),
})

const simple = (
  id: string,
  method: 'GET' | 'POST' | 'DELETE',
  status: 200 | 201 | 204,
  run: () => Promise<unknown>,
) =>
  operation({
    id,
    method,
    url: `/v5/iot/:project_id/test/${id.toLowerCase()}`,
    tag: 'test',
    summary: id,
    status,
    access: 'write',
    params: Params,
    audit: 'test.act',
    run,
  })

const own = operation({
  id: 'Own',
  method: 'POST',
  url: '/quayside/v1/:project_id/test/own',
  tag: 'test',
  summary: 'Own',
  status: 200,
  access: 'read',
  params: Params,
  body: Type.Object({ name: Type.String() }),
  run: () => Promise.reject(new Refusal('product-in-use', { devices: 3 })),
})

const SECRET = 'secret-of-the-inside'
let platform: PlatformApi
beforeAll(async () => {
  platform = await startPlatformApi({
    extra: [
      echo,
      own,
      simple('Nothing', 'POST', 201, () => Promise.resolve(undefined)),
      simple('Gone', 'DELETE', 204, () => Promise.resolve(undefined)),
      simple('Broken', 'GET', 200, () => Promise.reject(new Error(`select ${SECRET} from device`))),
      simple('Unwritable', 'POST', 200, () => Promise.reject(new Refusal('store-unavailable'))),
    ],
    options: {
      routes: [
        { url: '/page', run: () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<p>' }) },
        {
          url: '/file',
          run: () => ({
            status: 503,
            headers: { 'content-type': 'text/plain' },
            body: new Uint8Array([104, 105]),
          }),
        },
      ],
    },
  })
})
afterAll(() => platform.close())

const send = (body: unknown, query = '') => platform.call('POST', `/v5/iot/{project}/echo${query}`, { body })

test('northbound §2.1: JSON is announced and nothing is sent, on every method', async () => {
  expect((await send(undefined)).body.body).toEqual({})
  expect(await platform.call('POST', '/v5/iot/{project}/test/nothing')).toMatchObject({ status: 201 })
  expect(await platform.call('DELETE', '/v5/iot/{project}/test/gone')).toMatchObject({ status: 204 })
  expect(await platform.call('GET', '/v5/iot/{project}/apps')).toMatchObject({ status: 200 })
})

test('northbound §2.2: an operation without result answers {}, and 204 nothing', async () => {
  expect((await platform.call('POST', '/v5/iot/{project}/test/nothing')).text).toBe('{}')
  expect((await platform.call('DELETE', '/v5/iot/{project}/test/gone')).text).toBe('')
})

test('northbound §2.1: null and the empty optional string are absent, unknown members are ignored', async () => {
  const { body } = await send({
    name: '',
    kind: null,
    template: null,
    parts: [{ size: 1, note: null }],
    other: 1,
    info: { a: null },
  })

  expect(body.body).toEqual({ template: null, parts: [{ size: 1 }], info: { a: null } })
})

test('northbound §2.1: booleans and numbers of a query are text', async () => {
  expect((await send({}, '?flag=true&count=12&text=12&unknown=1')).body.query).toEqual({
    flag: true,
    count: 12,
    text: '12',
  })
  expect((await send({}, '?flag=false&count=&text=')).body.query).toEqual({ flag: false })
})

const invalid: readonly (readonly [
  title: string,
  body: unknown,
  query: string,
  message: string,
  code?: string,
])[] = [
  ['a short text', { name: 'a' }, '', 'name: must have at least 2 characters.'],
  ['a long text', { name: 'abcde' }, '', 'name: must have at most 4 characters.'],
  ['a pattern', { name: 'AB' }, '', 'name: may hold only small letters.'],
  ['a type', { name: 5 }, '', 'name: must be a text.'],
  ['a choice', { kind: 'c' }, '', 'kind: must be one of a, b.'],
  ['a missing member in a list', { parts: [{ size: 1 }, {}] }, '', 'parts[1].size: is required.'],
  [
    'a long list',
    { parts: [{ size: 1 }, { size: 1 }, { size: 1 }] },
    '',
    'parts: must have at most 2 entries.',
  ],
  ['a body that is a list', [1], '', 'body: must be an object.'],
  ['a body that is a text', '"text"', '', 'body: must be an object.'],
  ['a boolean in a query', {}, '?flag=yes', 'flag: must be true or false.'],
  ['a number in a query', {}, '?count=1.5', 'count: must be a whole number.'],
  ['a number that is too small', {}, '?count=-1', 'count: must be at least 0.'],
  ['a limit out of range', {}, '?limit=51', 'limit must be a whole number from 1 to 50.', 'IOTDA.000017'],
  [
    'a limit that is no number',
    {},
    '?limit=all',
    'limit must be a whole number from 1 to 50.',
    'IOTDA.000017',
  ],
]
test.for(invalid)(
  'validation names the field and the rule: %s',
  async ([, body, query, message, code = 'IOTDA.000006']) => {
    expect(await send(body, query)).toMatchObject({
      status: 400,
      body: { error_code: code, error_msg: message },
    })
  },
)

test.for([
  ['{"a":', 'malformed'],
  ['{"a":1}}', 'trailing'],
  ["{'a':1}", 'single quotes'],
  ['\u0000', 'a control character'],
  [`{"info":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'deep nesting (safety S11)'],
  [`{"a":${'['.repeat(200_000)}`, 'deep nesting, unclosed'],
] as const)('strict JSON: $1', async ([body]) => {
  expect(await send(body)).toMatchObject({
    status: 400,
    body: {
      error_code: 'IOTDA.000008',
      error_msg: expect.stringMatching(/^The request body is not valid JSON: .+\.$/),
    },
  })
})

test('safety S12: the text of a body does not come back in an error', async () => {
  const { text } = await send('{"secret": hunter2}')

  expect(text).not.toContain('hunter2')
})

test('a body that is not UTF-8 is refused', async () => {
  const text = await rawCall('POST', '/v5/iot/x/echo', Buffer.from([0x7b, 0xff, 0x7d]))

  expect(text).toContain('it is not UTF-8 text')
})

test('a body of another type is refused, forms included; JSON with a charset is not', async () => {
  const path = '/v5/iot/{project}/echo'
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'nonsense'])
    expect(
      await platform.call('POST', path, { body: '{}', headers: { 'content-type': type } }),
    ).toMatchObject({
      status: 400,
      body: { error_code: 'IOTDA.000008', error_msg: `Send the body as application/json, not ${type}.` },
    })
  for (const type of ['application/json;charset=UTF-8', 'Application/JSON', 'application/merge-patch+json'])
    expect(
      await platform.call('POST', path, { body: '{}', headers: { 'content-type': type } }),
    ).toMatchObject({ status: 200 })
})

test('northbound §2.1: a body over 1 MB is 403 IOTDA.021105, one of 1 MB is read', async () => {
  const padded = (bytes: number) => `{"info":{}}${' '.repeat(bytes - 11)}`

  expect((await send(padded(1024 * 1024))).status).toBe(200)
  expect(await send(padded(1024 * 1024 + 1))).toMatchObject({
    status: 403,
    body: { error_code: 'IOTDA.021105' },
  })
})

test('threat 8: prototype names in a body reach no prototype', async () => {
  const { body } = await send(
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"info":{"__proto__":{"polluted":1},"a":1}}',
  )

  expect(body.body).toEqual({ info: { a: 1 } })
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('an unknown path or method is 404 IOTDA.000029, with or without credentials', async () => {
  for (const [method, path] of [
    ['GET', '/v5/iot/{project}/nothing'],
    ['PUT', '/v5/iot/{project}/echo'],
    ['GET', '/nothing'],
  ] as const) {
    expect(await platform.call(method, path)).toMatchObject({
      status: 404,
      body: { error_code: 'IOTDA.000029' },
    })
    expect(await platform.bare(method, path)).toMatchObject({ status: 404 })
  }
  expect((await platform.bare('GET', '/quayside/v1/x')).body).toEqual({
    error_code: 'QS.route-not-found',
    error_msg: 'There is no GET /quayside/v1/x.',
    request_id: expect.any(String),
  })
})

test('malformed percent signs and over-long parts of a path are refused, not faults', async () => {
  expect(await rawCall('GET', '/v5/iot/%zz/apps')).toMatch(/^HTTP\/1\.1 400 /)
  expect(await rawCall('GET', `/v5/iot/${'a'.repeat(600)}/apps`)).toMatch(/^HTTP\/1\.1 4\d\d /)
  expect(platform.faults()).toEqual([])
})

test('RFC 9112 §3.2: a target with scheme and host is its path, one with a fragment is refused', async () => {
  const ask = (target: string) => rawText(`GET ${target} HTTP/1.1\r\nHost: any\r\nConnection: close\r\n\r\n`)
  for (const target of ['http://any.host:8080/page', 'HTTPS://any/page?a=b'])
    expect(await ask(target)).toMatch(/^HTTP\/1.1 200 OK/)
  expect(await ask('http://any')).toContain('"error_msg":"There is no GET /."')
  expect(await ask('/page#part')).toMatch(/^HTTP\/1.1 400 .*must have no fragment/s)
})

test('a type that says nothing is none', async () => {
  const answer = await rawText(
    `POST /v3/auth/tokens HTTP/1.1\r\nHost: any\r\nContent-Type:\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
  )
  expect(answer).toContain('auth: is required')
})

test('what is no HTTP gets 400, headers without end 431, and the connection ends', async () => {
  expect(await rawText('hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"error_code"/)
  expect(await rawText(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 431 /,
  )
})

test('R9: a head, and a body, that trickle are cut with 408 when their time is over', async () => {
  const slow = await startPlatformApi({ limits: { httpHeadersMillisMax: 200, httpRequestMillisMax: 400 } })
  const trickle = (head: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let text = ''
      const socket = connect(slow.api.ports.http, '127.0.0.1')
      // At once: the first drop must not come before it.
      socket.write(head)
      const drip = setInterval(() => socket.write('x'), 20)
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
      socket.on('close', () => {
        clearInterval(drip)
        resolve(text)
      })
      // It writes on when it was answered already.
      socket.on('error', (fault) => (text === '' ? reject(fault) : undefined))
    })

  const answers = await Promise.all([
    trickle('GET / HTTP/1.1\r\nhost: x\r\nx: '),
    trickle('POST /v3/auth/tokens HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n'),
  ])
  await slow.close()

  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*did not arrive in time/)
})

test('contracts §1: errors of our own operations have our codes, the field, the rule and the request id', async () => {
  const missing = await platform.call('POST', '/quayside/v1/{project}/test/own', { body: {} })
  const refused = await platform.call('POST', '/quayside/v1/{project}/test/own', { body: { name: 'x' } })

  expect([missing.status, missing.body]).toEqual([
    400,
    {
      error_code: 'QS.invalid-input',
      error_msg: 'name: is required.',
      field: 'name',
      rule: 'is required',
      request_id: missing.headers.get('x-request-id'),
    },
  ])
  expect(refused.body).toMatchObject({
    error_code: 'QS.product-in-use',
    error_msg: expect.stringContaining('3 devices'),
  })
})

test('safety S12: a fault of ours is opaque, logged with its stack under the request id, and no audit entry', async () => {
  platform.audited()
  const { status, body, text, headers } = await platform.call('GET', '/v5/iot/{project}/test/broken')

  expect([status, body.error_code]).toEqual([500, 'IOTDA.000001'])
  expect(text).not.toContain(SECRET)
  const requestId = headers.get('x-request-id')
  expect(body.error_msg).toContain(requestId)
  expect(platform.faults()).toEqual([
    {
      requestId,
      operation: 'Broken',
      method: 'GET',
      path: expect.any(String),
      fault: expect.objectContaining({ stack: expect.stringContaining(SECRET) }),
    },
  ])
  expect(platform.audited()).toEqual([])
})

test('a store that cannot be written is 503: nothing was changed', async () => {
  expect(await platform.call('POST', '/v5/iot/{project}/test/unwritable')).toMatchObject({
    status: 503,
    body: { error_code: 'IOTDA.000001', error_msg: expect.stringContaining('Nothing was changed') },
  })
})

test('safety S14: what was done is in the audit trail: who, what, from where', async () => {
  platform.audited()

  await platform.call('DELETE', '/v5/iot/{project}/test/gone')

  expect(platform.audited()).toEqual([
    {
      projectId: platform.projectId,
      entry: {
        action: 'test.act',
        actor: platform.credentials.accessKey,
        address: '127.0.0.1',
        target: undefined,
        outcome: 'done',
      },
    },
  ])
})

test('an audit trail that cannot be written does not fail what is done, and is in the log', async () => {
  const broken = await startPlatformApi({
    extra: [simple('Gone', 'DELETE', 204, () => Promise.resolve(undefined))],
    options: { audit: () => Promise.reject(new Error('disk full')) },
  })
  try {
    expect((await broken.call('DELETE', '/v5/iot/{project}/test/gone')).status).toBe(204)
    expect(broken.faults()).toMatchObject([{ action: 'test.act', fault: new Error('disk full') }])
  } finally {
    await broken.close()
  }
})

test('every answer has a request id of ours and headers that keep browsers in bounds', async () => {
  const answers = [
    await platform.bare('GET', '/nothing', { headers: { 'x-request-id': 'theirs' } }),
    await platform.bare('GET', '/v5/iot/{project}/apps'),
    await platform.call('GET', '/v5/iot/{project}/apps'),
    await platform.bare('GET', '/page'),
  ]

  for (const { headers } of answers) {
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('strict-transport-security')).toBeNull()
    expect(headers.get('access-control-allow-origin')).toBeNull()
  }
  expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(answers.length)
})

test('routes of the platform answer GET and HEAD; pages may use styles of their own', async () => {
  const page = await platform.bare('GET', '/page')
  const file = await platform.bare('GET', '/file')
  const head = await fetch(`${platform.origin}/file`, { method: 'HEAD' })

  expect([page.status, page.text]).toEqual([200, '<p>'])
  expect(page.headers.get('content-security-policy')).toContain("style-src 'self'")
  expect([file.status, file.text, file.headers.get('content-type')]).toEqual([503, 'hi', 'text/plain'])
  expect([head.status, await head.text()]).toEqual([503, ''])
})

test('Accept-Language chooses the language of what is rendered', async () => {
  const { body } = await platform.call('POST', '/v5/iot/{project}/echo', {
    body: {},
    headers: { 'accept-language': 'zh-CN,zh;q=0.9' },
  })

  expect(body.language).toBe('zh')
})

test('a refusal is said in the language of the caller, English where none is named; its code is the same', async () => {
  const missing = (path: string, headers = {}) => platform.call('GET', path, { headers })
  const chinese = { 'accept-language': 'zh-CN' }
  const [ours, theirs] = ['/quayside/v1/{project}/devices/nobody', '/v5/iot/{project}/devices/nobody']

  expect((await missing(theirs, chinese)).body).toEqual({
    error_code: 'IOTDA.014000',
    error_msg: '设备 nobody 不存在。',
  })
  expect((await missing(theirs)).body.error_msg).toBe('There is no device nobody.')
  expect((await missing(ours, chinese)).body).toMatchObject({
    error_code: 'QS.device-not-found',
    error_msg: '设备 nobody 不存在。',
  })
  expect((await missing('/quayside/v1/{project}/devices?status=x', chinese)).body).toMatchObject({
    field: 'status',
    rule: '须为以下之一：online, offline, inactive, frozen',
  })
})

test('a port that is taken rejects with the system’s error', async () => {
  await expect(
    startPlatformApi({ options: { http: { host: '127.0.0.1', port: platform.api.ports.http } } }),
  ).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
})

const rawCall = (method: string, target: string, body: Uint8Array = Buffer.alloc(0)): Promise<string> =>
  platform
    .token()
    .then((token) =>
      rawText(
        Buffer.concat([
          Buffer.from(
            `${method} ${target.replace('/x/', `/${platform.projectId}/`)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n` +
              `x-auth-token: ${token}\r\ncontent-length: ${body.length}\r\n\r\n`,
          ),
          body,
        ]),
      ),
    )

/** Bytes to the server; all that it answers until it closes. */
function rawText(bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(platform.api.ports.http, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
    socket.on('close', () => resolve(text))
    // Who is answered before all was read may be cut with a reset behind the answer.
    socket.on('error', (fault) => (text === '' ? reject(fault) : undefined))
  })
}
