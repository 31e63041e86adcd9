import { expect, test } from 'vitest'
import { readHealth } from './health.ts'

const never = new AbortController().signal
const answering = (status: number, body: string) => async () => new Response(body, { status })

test('S15: ready, and not ready with its reason', async () => {
  expect(await readHealth(never, answering(200, '{"status":"ready"}'))).toEqual({
    ready: true,
    reason: undefined,
  })
  expect(
    await readHealth(never, answering(503, '{"status":"not ready","reason":"The disk is full."}')),
  ).toEqual({
    ready: false,
    reason: 'The disk is full.',
  })
})

test('no answer, or one of somebody else, is a failure', async () => {
  await expect(readHealth(never, () => Promise.reject(new TypeError('fetch failed')))).rejects.toMatchObject({
    code: 'network',
  })
  await expect(readHealth(never, answering(502, '<html>'))).rejects.toMatchObject({ code: 'unreadable' })
})
