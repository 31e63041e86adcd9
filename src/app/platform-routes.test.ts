import { expect, test } from 'vitest'
import { platformRoutes } from './platform-routes.ts'
import type { StoreHealth } from './threads.ts'

const ask = async (url: string, health: StoreHealth = { ok: true }) => {
  const routes = platformRoutes({
    version: '1.2.3',
    ca: { pem: 'the CA\n', sha256: '', subject: 'CN=ca', expiresAt: 0 },
    metrics: {
      render: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
      countRequest: () => undefined,
    },
    ports: () => ({ http: 8080 }),
    hasConsole: false,
    health: () => Promise.resolve(health),
  })
  return routes.find((route) => route.url === url)?.run({ path: url, headers: {} })
}

test('S15 R2 a platform that cannot store is live, but not ready, and says why', async () => {
  const reason = 'The data folder cannot be written: disk full.'

  const ready = await ask('/health/ready', { ok: false, reason })
  const live = await ask('/health/live', { ok: false, reason })

  expect(ready?.status).toBe(503)
  expect(JSON.parse(String(ready?.body))).toEqual({ status: 'not ready', reason, ports: { http: 8080 } })
  expect(live?.status).toBe(200)
})

test('a platform that is ready tells its ports', async () => {
  const ready = await ask('/health/ready')

  expect([ready?.status, JSON.parse(String(ready?.body))]).toEqual([
    200,
    { status: 'ready', ports: { http: 8080 } },
  ])
})

test('a platform that is ready says what should be looked at all the same', async () => {
  const ready = await ask('/health/ready', { ok: true, warnings: ['History of 2026-10 was damaged.'] })

  expect([ready?.status, JSON.parse(String(ready?.body))]).toEqual([
    200,
    { status: 'ready', ports: { http: 8080 }, warnings: ['History of 2026-10 was damaged.'] },
  ])
})

test('the CA that devices must trust is a download, the page and the metrics are none', async () => {
  const [ca, page, metrics] = [await ask('/resources/platform-ca.pem'), await ask('/'), await ask('/metrics')]

  expect(ca).toMatchObject({ body: 'the CA\n', headers: { 'content-type': 'application/x-pem-file' } })
  expect(ca?.headers?.['content-disposition']).toContain('platform-ca.pem')
  expect(page?.body).toContain('1.2.3')
  expect(metrics).toMatchObject({ body: 'up 1\n', headers: { 'content-type': 'text/plain; version=0.0.4' } })
})
