import { expect, test } from 'vitest'
import { Bandwidth, MessageRate, NoticePace } from './quotas.ts'

test('device protocol §6.1: so many messages in a second, and as many again in the next', () => {
  const rate = new MessageRate(2)

  expect([0, 1, 2, 999].map((now) => rate.mayTake(now))).toEqual([true, true, false, false])
  expect([1000, 1001, 1002].map((now) => rate.mayTake(now))).toEqual([true, true, false])
  expect(rate.dropped).toBe(3)
})

test('device protocol §6.1: who sends more bytes in a second than it may waits until they are paid', () => {
  const bandwidth = new Bandwidth(1000, 0)

  expect(bandwidth.take(1000, 0), 'a second of it at once').toBe(false)
  expect(bandwidth.take(500, 0)).toBe(true)
  expect(bandwidth.take(500, 0), 'told once').toBe(false)
  expect([999, 1000, 1001].map((now) => bandwidth.recovers(now))).toEqual([false, true, false])
  expect(bandwidth.take(1, 1000)).toBe(true)
})

test('device protocol §6.1: a connection that was quiet has a second of bytes, and no more', () => {
  const bandwidth = new Bandwidth(1000, 0)

  expect(bandwidth.take(1000, 3_600_000)).toBe(false)
  expect(bandwidth.take(1, 3_600_000)).toBe(true)
})

test('one notice in so long', () => {
  const pace = new NoticePace()

  expect([0, 1, 59_999, 60_000, 60_001].map((now) => pace.isDue(now, 60_000))).toEqual([
    true,
    false,
    false,
    true,
    false,
  ])
})
