import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { every } from './every.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('work runs again when the time after its end is over, never twice at once', async () => {
  const runs: PromiseWithResolvers<void>[] = []
  const stop = every(
    1000,
    () => {
      const run = Promise.withResolvers<void>()
      runs.push(run)
      return run.promise
    },
    () => undefined,
  )

  await vi.advanceTimersByTimeAsync(5000)
  expect(runs).toHaveLength(1)
  runs[0]?.resolve()
  await vi.advanceTimersByTimeAsync(1000)

  expect(runs).toHaveLength(2)
  runs[1]?.resolve()
  await stop()
})

test('a run that fails is told of, and the next one comes all the same', async () => {
  const faults: unknown[] = []
  const stop = every(
    1000,
    () => Promise.reject(new Error('disk full')),
    (fault) => faults.push((fault as Error).message),
  )

  await vi.advanceTimersByTimeAsync(2000)

  expect(faults).toEqual(['disk full', 'disk full'])
  await stop()
})

test('stopping waits for the run under way, and none comes after it', async () => {
  let runs = 0
  const run = Promise.withResolvers<void>()
  const stop = every(
    1000,
    () => {
      runs++
      return run.promise
    },
    () => undefined,
  )
  await vi.advanceTimersByTimeAsync(1000)
  let stopped = false
  const stopping = stop().then(() => (stopped = true))

  await vi.advanceTimersByTimeAsync(1000)
  expect(stopped).toBe(false)
  run.resolve()
  await stopping
  await vi.advanceTimersByTimeAsync(5000)

  expect(runs).toBe(1)
})
