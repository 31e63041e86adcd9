import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { leadPage } from '../../src/app/lead-page.ts'
import { makeCa, openWorkbench } from '../support/openssl.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'

const SCRIPT = `export const greeting = '${'hello '.repeat(200)}'`
const INDEX =
  '<!doctype html><title>Console</title><meta nonce="__CSP_NONCE__"><style nonce="__CSP_NONCE__"></style>'

let folder: string
let platform: PlatformApi
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quayside-console-'))
  mkdirSync(join(folder, 'assets'))
  const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content)
  put('index.html', INDEX)
  put('assets/a-1.js', SCRIPT)
  put('assets/a-1.js.br', brotliCompressSync(SCRIPT))
  put('assets/a-1.js.gz', gzipSync(SCRIPT))
  put('assets/b-2.css', 'body{}')
  put('quayside.svg', '<svg/>')
  put('sources.sha256', 'secret')
  put('.hidden.js', 'secret')
  const bench = openWorkbench()
  const { pem: cert, keyPem: key } = makeCa(bench, { name: 'server', key: 'p256', subject: '/CN=localhost' })
  bench.dispose()
  platform = await startPlatformApi({
    options: { console: { folder, leadPage }, https: { host: '127.0.0.1', port: 0, key, cert } },
  })
})
afterAll(async () => {
  await platform.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** As a browser asks for a page, unless told otherwise; the path goes out as it is. */
function get(
  path: string,
  { headers = {}, method = 'GET', tls = false }: { headers?: object; method?: string; tls?: boolean } = {},
): Promise<Got> {
  const { http, https } = platform.api.ports
  return new Promise((resolve, reject) => {
    const ask = tls ? tlsRequest : plainRequest
    const options = {
      ...{ host: '127.0.0.1', port: tls ? https : http, path, method, rejectUnauthorized: false },
      headers: { host: 'localhost:8080', accept: 'text/html,*/*;q=0.8', ...headers },
    }
    const sent = ask(options, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      )
    })
    sent.on('error', reject)
    sent.end()
  })
}

const nonceOf = ({ headers }: Got): string =>
  /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1] ?? ''

test('the page is at every address that a browser may have kept, and is never kept itself', async () => {
  for (const path of ['/', '/index.html', '/products', '/devices/lamp_0001?tab=history', '/sign-in']) {
    const { status, headers, body } = await get(path)

    expect([path, status, headers['content-type']]).toEqual([path, 200, 'text/html; charset=utf-8'])
    expect(headers['cache-control']).toBe('no-store')
    expect(body.toString()).toContain('<title>Console</title>')
  }
})

test('safety S13: no script and no style counts that is not ours; the nonce of styles is new with every answer', async () => {
  const [first, second] = [await get('/'), await get('/')]
  const nonce = nonceOf(first)

  expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/)
  expect(nonceOf(second)).not.toBe(nonce)
  expect(first.body.toString()).toBe(INDEX.replaceAll('__CSP_NONCE__', nonce))
  const policy = String(first.headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-")
  expect(policy).toContain("frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
  expect(policy).not.toContain('unsafe')
})

test('files whose names change with their content are kept for a year, others for an hour', async () => {
  const [script, style, icon] = [
    await get('/assets/a-1.js'),
    await get('/assets/b-2.css'),
    await get('/quayside.svg'),
  ]

  for (const { headers, status } of [script, style])
    expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
  expect([icon.status, icon.headers['cache-control']]).toEqual([200, 'public, max-age=3600'])
  expect([script, style, icon].map(({ headers }) => headers['content-type'])).toEqual([
    'text/javascript; charset=utf-8',
    'text/css; charset=utf-8',
    'image/svg+xml',
  ])
  expect(script.headers['x-content-type-options']).toBe('nosniff')
})

test('a file goes out compressed as the browser takes it', async () => {
  const as = (coding: string) => get('/assets/a-1.js', { headers: { 'accept-encoding': coding } })
  const [brotli, gzip, plain, refused] = [
    await as('gzip, deflate, br, zstd'),
    await as('gzip;q=0.5'),
    await as('identity'),
    await as('br;q=0, gzip;q=0.0'),
  ]

  expect(brotli.headers['content-encoding']).toBe('br')
  expect(brotliDecompressSync(brotli.body).toString()).toBe(SCRIPT)
  expect(gzip.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(gzip.body).toString()).toBe(SCRIPT)
  for (const { headers, body } of [plain, refused]) {
    expect([headers['content-encoding'], body.toString()]).toEqual([undefined, SCRIPT])
    expect(headers['vary']).toBe('Accept-Encoding')
  }
  const style = await get('/assets/b-2.css', { headers: { 'accept-encoding': 'br' } })
  expect([style.headers['content-encoding'], style.body.toString()]).toEqual([undefined, 'body{}'])
})

test('HEAD answers as GET does, without the body', async () => {
  const { status, headers, body } = await get('/assets/b-2.css', { method: 'HEAD' })

  expect([status, headers['content-length'], body.length]).toEqual([200, '6', 0])
})

test.for([
  '/assets/gone.js',
  '/assets/',
  '/assets',
  '/assets/../index.html',
  '/assets/..%2findex.html',
  '/..%2f..%2fpackage.json',
  '/.hidden.js',
  '/sources.sha256',
  '/assets/a-1.js.br',
  '/index.html/x.js',
  '/package.json',
])('nothing but the console’s own files is handed out: %s', async (path) => {
  const { status, body } = await get(path)

  expect([path, status]).toEqual([path, 404])
  expect(body.toString()).not.toContain('secret')
})

test('what is not there among the platform’s own addresses is told in its form, not with the page', async () => {
  for (const path of [
    '/v5/iot/x/nothing',
    '/quayside/v1/nothing',
    '/v3/nothing',
    '/health',
    '/resources/x',
  ]) {
    const { status, headers } = await get(path)
    expect([path, status, headers['content-type']]).toEqual([path, 404, 'application/json; charset=utf-8'])
  }
  expect((await get('/nothing', { headers: { accept: '*/*' } })).status).toBe(404)
  expect((await get('/nothing', { method: 'POST' })).status).toBe(404)
})

test('design §2.2: who comes over plain HTTP from another machine is led to HTTPS and to the CA, in their language', async () => {
  const { https = 0 } = platform.api.ports
  const afar = { host: 'iot.example.com:8080' }

  const english = await get('/devices?name=a', { headers: afar })
  const chinese = await get('/', { headers: { ...afar, 'accept-language': 'zh-CN' } })
  const address = await get('/', { headers: { host: '[2001:db8::1]:8080' } })

  expect(english.status).toBe(200)
  expect(english.body.toString()).toContain(`href="https://iot.example.com:${https}/devices"`)
  expect(english.body.toString()).toContain('href="/resources/platform-ca.pem"')
  expect(english.body.toString()).not.toContain('<title>Console</title>')
  expect(chinese.body.toString()).toContain('请改用 HTTPS')
  expect(address.body.toString()).toContain(`href="https://[2001:db8::1]:${https}/"`)
  // Only the page: what it would have loaded, and the API, answer as ever.
  expect((await get('/assets/a-1.js', { headers: afar })).status).toBe(200)
})

test('a host name from the network is no markup', async () => {
  const { body } = await get('/', { headers: { host: 'a"onclick=x&<b>:80' } })

  expect(body.toString()).not.toMatch(/"onclick|<b>/)
})

test.for(['localhost:8080', 'console.localhost', '127.0.0.1:8080', '127.8.0.1', '[::1]:8080', 'LOCALHOST'])(
  'the machine itself is a secure context: %s gets the console',
  async (host) => {
    expect((await get('/', { headers: { host } })).body.toString()).toContain('<title>Console</title>')
  },
)

test('over TLS, to us or to a proxy before us, the console is there under any name', async () => {
  const secure = await get('/', { headers: { host: 'iot.example.com' }, tls: true })
  const proxied = await get('/', { headers: { host: 'iot.example.com', 'x-forwarded-proto': 'https' } })

  for (const { body } of [secure, proxied]) expect(body.toString()).toContain('<title>Console</title>')
})

test('the cookie of a session that began over TLS is Secure', async () => {
  const { https = 0 } = platform.api.ports
  const { name: username, password } = platform.user
  const cookie = await new Promise<string>((resolve, reject) => {
    const sent = tlsRequest(
      {
        ...{ host: '127.0.0.1', port: https, path: '/quayside/v1/session', method: 'POST' },
        ...{ rejectUnauthorized: false, headers: { 'content-type': 'application/json' } },
      },
      (answer) => {
        answer.resume()
        resolve(String(answer.headers['set-cookie']))
      },
    )
    sent.on('error', reject)
    sent.end(JSON.stringify({ username, password }))
  })

  expect(cookie).toMatch(/HttpOnly; SameSite=Strict; Secure$/)
})
