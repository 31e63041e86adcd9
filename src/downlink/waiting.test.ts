import { expect, test } from 'vitest'
import { parseDeviceId, parseProjectId } from '../base/ids.ts'
import type { KeptUplink } from '../domain/uplink/kept-uplink.ts'
import { createWaitingAnswers, TooManyWaiting } from './waiting.ts'

const deviceId = parseDeviceId('d1')
const other = parseDeviceId('d2')
const projectId = parseProjectId('0'.repeat(32))
if (!deviceId || !other || !projectId) throw new Error('valid ids')

const answer = (requestId: string, from = deviceId): KeptUplink => ({
  kind: 'response',
  deviceId: from,
  projectId,
  productKey: 'p',
  topic: 't',
  requestId,
  payload: new Uint8Array(),
  receivedAt: 0,
  connection: 'l-1',
})

test('an answer reaches who waits for it, once', async () => {
  const waiting = createWaitingAnswers({ max: 10 })
  const waits = waiting.wait(deviceId, 'r1', 60_000)

  expect(waiting.answered(answer('r2'))).toBe(false)
  expect(waiting.answered(answer('r1'))).toBe(true)
  expect(await waits).toEqual(answer('r1'))
  expect(waiting.answered(answer('r1'))).toBe(false)
})

test('safety S3: another device cannot answer in its place', async () => {
  const waiting = createWaitingAnswers({ max: 10 })
  const waits = waiting.wait(deviceId, 'r1', 5)

  expect(waiting.answered(answer('r1', other))).toBe(false)
  expect(await waits).toBe('timeout')
})

test('safety R11: who waits is bounded, and gives its place back', async () => {
  const waiting = createWaitingAnswers({ max: 1 })
  const first = waiting.wait(deviceId, 'r1', 60_000)

  await expect(waiting.wait(deviceId, 'r2', 60_000)).rejects.toThrow(TooManyWaiting)
  waiting.answered(answer('r1'))
  await first
  const aborting = new AbortController()
  const second = waiting.wait(deviceId, 'r2', 60_000, aborting.signal)
  aborting.abort()
  expect(await second).toBe('aborted')
})
