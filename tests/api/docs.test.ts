import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusalStatus } from '../../src/api/refusal-status.ts'
import { refusals } from '../../src/base/refusal.ts'
import { operations } from '../../src/operations/all.ts'
import { errorsDocument } from '../../tools/errors-doc.ts'
import { openapiDocument } from '../../tools/openapi.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'

let platform: PlatformApi
beforeAll(async () => {
  platform = await startPlatformApi()
})
afterAll(() => platform.close())

test('the API reference is a page whose scripts run under its policy: none is inline', async () => {
  const page = await platform.bare('GET', '/docs')

  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';/)
  expect(page.headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests')
  const scripts = [...page.text.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)]
  expect(scripts.length).toBeGreaterThan(0)
  for (const [, attributes = '', inline = ''] of scripts) {
    expect(inline.trim()).toBe('')
    const src = /src="([^"]+)"/.exec(attributes)?.[1] ?? ''
    const script = await platform.bare('GET', new URL(src, `${platform.origin}/docs`).pathname)
    expect([src, script.status]).toEqual([src, 200])
    expect(script.headers.get('x-content-type-options')).toBe('nosniff')
  }
  expect((await platform.bare('GET', '/docs/nothing')).status).toBe(404)
})

test('the document is served as it is generated', async () => {
  const served = await platform.bare('GET', '/docs/openapi.json')
  const generated = JSON.parse(openapiDocument())

  expect(served.body).toEqual({ ...generated, info: { ...generated.info, version: '0.0.0' } })
})

test('the document is the same every time, and has every operation once', () => {
  const document = JSON.parse(openapiDocument()) as {
    paths: Record<string, Record<string, { operationId: string }>>
  }
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  )

  expect(openapiDocument()).toBe(openapiDocument())
  expect(ids.toSorted()).toEqual(operations.map(({ id }) => id).toSorted())
  expect(new Set(ids).size).toBe(ids.length)
})

test('every reference in the document leads somewhere', () => {
  const text = openapiDocument()
  const document = JSON.parse(text) as Record<string, unknown>

  const references = [...new Set([...text.matchAll(/"\$ref": "#\/([^"]+)"/g)].map(([, path = '']) => path))]
  expect(references.length).toBeGreaterThan(5)
  for (const path of references) {
    const found = path
      .split('/')
      .reduce<unknown>((inner, key) => (inner as Record<string, unknown>)?.[key], document)
    expect([path, typeof found]).toEqual([path, 'object'])
  }
})

test('operations of the reference have its paths, methods and names', () => {
  const reference = JSON.parse(
    readFileSync(new URL('../vectors/northbound-openapi.json', import.meta.url), 'utf8'),
  ) as { paths: Record<string, Record<string, { 'x-api-name': string }>> }

  for (const { id, method, url } of operations.filter(({ url }) => url.startsWith('/v5/'))) {
    const path = url.replace(/:(\w+)/g, '{$1}')
    expect([method, path, reference.paths[path]?.[method.toLowerCase()]?.['x-api-name']]).toEqual([
      method,
      path,
      id,
    ])
  }
})

test('docs/errors.md lists every refusal with the status and code that api/ gives it', () => {
  const document = errorsDocument()

  for (const [name, message] of Object.entries(refusals)) {
    const { status, code } = refusalStatus[name as keyof typeof refusals]
    expect(document).toContain(`| ${status} | ${code} | \`${name}\` | ${message} |`)
  }
})
