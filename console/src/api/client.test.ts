import { expect, test, vi } from 'vitest'
import { ApiError, sentenceFor } from './api-error.ts'
import { createCall, urlOf } from './client.ts'

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(body === undefined ? null : JSON.stringify(body), { status, headers })

function aCall(answer: () => Promise<Response> | Response) {
  const send = vi.fn<typeof fetch>(async () => answer())
  const context = { csrfToken: 'the-token', language: 'zh' }
  return {
    call: createCall(context, send),
    send,
    headers: () => new Headers(send.mock.calls[0]?.[1]?.headers),
  }
}

const project = { params: { project_id: 'p1' } }

async function errorOf(promise: Promise<unknown>): Promise<ApiError> {
  const fault = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!(fault instanceof ApiError))
    throw new Error('it should have failed with an ApiError', { cause: fault })
  return fault
}

test('a change carries the CSRF token, its body as JSON, and the language', async () => {
  const { call, send, headers } = aCall(() => json(201, { app_id: 'a1' }))

  const reply = await call('POST /v5/iot/{project_id}/apps', { ...project, body: { app_name: 'lab' } })

  expect(reply).toEqual({ app_id: 'a1' })
  expect(send.mock.calls[0]?.[0]).toBe('/v5/iot/p1/apps')
  expect(send.mock.calls[0]?.[1]).toMatchObject({ method: 'POST', body: '{"app_name":"lab"}' })
  expect(headers().get('x-csrf-token')).toBe('the-token')
  expect(headers().get('accept-language')).toBe('zh')
})

test('a read carries no CSRF token and no content type', async () => {
  const { call, headers } = aCall(() => json(200, { applications: [] }))

  await call('GET /v5/iot/{project_id}/apps', project)

  expect(headers().has('x-csrf-token')).toBe(false)
  expect(headers().has('content-type')).toBe(false)
})

test('S13: parameters are escaped into the path and the query; what is undefined is left out', () => {
  expect(urlOf('/a/{id}/b', { id: '../x?y' }, { q: 'a&b', none: undefined, n: 0 })).toBe(
    '/a/..%2Fx%3Fy/b?q=a%26b&n=0',
  )
  expect(() => urlOf('/a/{id}', {}, {})).toThrow(/needs id/)
})

test('a refusal is told with the platform’s sentence, code, field and request id', async () => {
  const { call } = aCall(() =>
    json(400, {
      error_code: 'QS.invalid-input',
      error_msg: 'app_name: too long.',
      field: 'app_name',
      request_id: 'r1',
    }),
  )

  const error = await errorOf(call('GET /v5/iot/{project_id}/apps', project))

  expect(error).toMatchObject({
    status: 400,
    code: 'QS.invalid-input',
    message: 'app_name: too long.',
    field: 'app_name',
    requestId: 'r1',
  })
  expect(sentenceFor(error, 'app_name')).toBe('app_name: too long.')
  expect(sentenceFor(error, 'other')).toBeUndefined()
})

test('a refusal of the reference has its request id in the header', async () => {
  const { call } = aCall(() =>
    json(403, { error_code: 'IOTDA.000021', error_msg: 'Not yours.' }, { 'x-request-id': 'r2' }),
  )

  expect(await errorOf(call('GET /v5/iot/{project_id}/apps', project))).toMatchObject({ requestId: 'r2' })
})

test('no answer, and an answer that is none of the platform’s, have codes of their own', async () => {
  const silent = aCall(() => Promise.reject(new TypeError('fetch failed')))
  const proxy = aCall(() => new Response('<html>Bad gateway</html>', { status: 502 }))
  const half = aCall(() => new Response('{"applications":', { status: 200 }))
  const operation = 'GET /v5/iot/{project_id}/apps'

  expect(await errorOf(silent.call(operation, project))).toMatchObject({ status: 0, code: 'network' })
  expect(await errorOf(proxy.call(operation, project))).toMatchObject({ status: 502, code: 'unreadable' })
  expect(await errorOf(half.call(operation, project))).toMatchObject({ status: 200, code: 'unreadable' })
})

test('an aborted call rejects with the abort, not as a failure of the network', async () => {
  const abort = new AbortController()
  const { call } = aCall(() => {
    abort.abort()
    return Promise.reject(abort.signal.reason as Error)
  })

  const fault = await call('GET /v5/iot/{project_id}/apps', { ...project, signal: abort.signal }).catch(
    (cause: unknown) => cause,
  )

  expect(fault).not.toBeInstanceOf(ApiError)
})

test('204 has no content', async () => {
  const { call } = aCall(() => json(204, undefined))

  expect(
    await call('DELETE /v5/iot/{project_id}/apps/{app_id}', { params: { project_id: 'p1', app_id: 'a1' } }),
  ).toBeUndefined()
})

test.each([
  [
    'service_capabilities[0].properties[2].min: must not be greater than max.',
    'service_capabilities[0].properties[2].min',
  ],
  ['device_type：不能为空。', 'device_type'],
  ['The product still has 3 devices. Delete them first.', undefined],
])('a reference operation’s sentence tells the field that it begins with: %s', async (sentence, field) => {
  const { call } = aCall(() => json(400, { error_code: 'IOTDA.000006', error_msg: sentence }))

  const error = await errorOf(call('GET /v5/iot/{project_id}/apps', project))

  expect([error.field, error.message]).toEqual([field, sentence])
})
