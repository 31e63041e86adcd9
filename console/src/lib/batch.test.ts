import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBatch } from './batch.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what comes within the time is handed on at once, and once', () => {
  const hand = vi.fn<(items: readonly number[]) => void>()
  const batch = createBatch(hand, { millis: 250, max: 10 })

  batch.add(1)
  batch.add(2)
  vi.advanceTimersByTime(250)
  batch.add(3)
  vi.advanceTimersByTime(1000)

  expect(hand.mock.calls).toEqual([[[1, 2]], [[3]]])
})

test('of a storm only the last ones are kept', () => {
  const hand = vi.fn<(items: readonly number[]) => void>()
  const batch = createBatch(hand, { millis: 250, max: 2 })

  for (let n = 0; n < 1000; n++) batch.add(n)
  vi.advanceTimersByTime(250)

  expect(hand.mock.calls).toEqual([[[998, 999]]])
})

test('after close nothing is handed on', () => {
  const hand = vi.fn<(items: readonly number[]) => void>()
  const batch = createBatch(hand, { millis: 250, max: 2 })

  batch.add(1)
  batch.close()
  vi.advanceTimersByTime(1000)

  expect(hand).not.toHaveBeenCalled()
})
