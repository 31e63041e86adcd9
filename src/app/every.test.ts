import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { every } from './every.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('work runs again when the time after its end is over, never twice at once', async () => {
  const runs: PromiseWithResolvers<void>[] = []
  const { stop } = every(
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
  const { stop } = every(
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
  const { stop } = every(
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

test('a run that is asked for comes at once, or right after the one under way, once for all who asked', async () => {
  const runs: PromiseWithResolvers<void>[] = []
  const { now, stop } = every(
    1000,
    () => {
      const run = Promise.withResolvers<void>()
      runs.push(run)
      return run.promise
    },
    () => undefined,
  )
  const first = now()
  await vi.advanceTimersByTimeAsync(0)
  expect(runs).toHaveLength(1)

  let seen = 0
  const later = [now(), now()].map((asked) => asked.then(() => seen++))
  await vi.advanceTimersByTimeAsync(5000)
  expect(runs).toHaveLength(1)
  runs[0]?.resolve()
  await first
  await vi.advanceTimersByTimeAsync(0)
  expect([runs.length, seen]).toEqual([2, 0])
  runs[1]?.resolve()
  await Promise.all(later)

  await vi.advanceTimersByTimeAsync(999)
  expect(runs).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(1)
  expect(runs).toHaveLength(3)
  runs[2]?.resolve()
  await stop()
})

test('who asks for a run that fails, or after the end, does not wait in vain', async () => {
  let runs = 0
  const { now, stop } = every(
    1000,
    () => {
      runs++
      return Promise.reject(new Error('disk full'))
    },
    () => undefined,
  )

  await now()
  const asked = now()
  await stop()
  await asked
  await now()

  expect(runs).toBe(1)
})
