import { expect, test } from 'vitest'
import { createSocketCounts, forgetSockets, shareSockets } from './shared-sockets.ts'

const limits = { connectionsPerAddressMax: 2, connectionsMax: 4, connectsPerSecondMax: 0 }

test('R9: sockets of an address, and all, are counted over all threads, and down again', () => {
  const counts = createSocketCounts(2)
  const [one, two] = [0, 1].map((thread) => shareSockets(counts, thread, limits)) as [
    ReturnType<typeof shareSockets>,
    ReturnType<typeof shareSockets>,
  ]

  expect([one.enter('192.0.2.1'), two.enter('192.0.2.1')]).toEqual([true, true])
  expect([one.enter('192.0.2.1'), two.enter('192.0.2.1')]).toEqual([false, false])
  expect([one.enter('2001:db8::1'), two.enter('192.0.2.2')]).toEqual([true, true])
  expect([one.enter('192.0.2.3'), two.enter('192.0.2.3')]).toEqual([false, false])
  two.leave('192.0.2.1')
  expect(one.enter('192.0.2.1')).toBe(true)
})

test('R13: what a dead thread had open is forgotten, and nothing else', () => {
  const counts = createSocketCounts(2)
  const [dead, alive] = [0, 1].map((thread) => shareSockets(counts, thread, limits))
  dead?.enter('192.0.2.1')
  alive?.enter('192.0.2.1')

  forgetSockets(counts, 0)
  const next = shareSockets(counts, 0, limits)

  expect([next.enter('192.0.2.1'), next.enter('192.0.2.1')]).toEqual([true, false])
})

test('R9: a hundred thousand sockets of as many addresses get in beside an address at its bound', () => {
  const counts = createSocketCounts(1)
  const bounds = { connectionsPerAddressMax: 10_000, connectionsMax: 110_000, connectsPerSecondMax: 0 }
  const sockets = shareSockets(counts, 0, bounds)
  for (let n = 0; n < 10_000; n++) sockets.enter('192.0.2.1')
  expect(sockets.enter('192.0.2.1')).toBe(false)

  let entered = 0
  for (let n = 0; n < 100_000; n++) if (sockets.enter(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`)) entered++

  // Who shares both counters with the one at the bound: none to be expected among 100,000, of 16 million pairs.
  expect(entered).toBeGreaterThanOrEqual(99_990)
})

test('device protocol §6.1: connects of a second are counted over all threads; without a bound none is', () => {
  const counts = createSocketCounts(2)
  let second = 7
  const [one, two] = [0, 1].map((thread) =>
    shareSockets(counts, thread, { ...limits, connectsPerSecondMax: 3 }, () => second),
  ) as [ReturnType<typeof shareSockets>, ReturnType<typeof shareSockets>]

  const inOneSecond = () => [one, two, one, two, one].map((thread) => thread.mayConnect())
  expect(inOneSecond()).toEqual([true, true, true, false, false])
  second++
  expect(inOneSecond()).toEqual([true, true, true, false, false])
  const unbounded = shareSockets(counts, 0, limits, () => second)
  expect(unbounded.mayConnect()).toBe(true)
})
