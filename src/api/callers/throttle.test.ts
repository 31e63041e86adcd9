import { expect, test } from 'vitest'
import { createThrottle } from './throttle.ts'

function aThrottle(options: { failuresMax?: number; addressesMax?: number } = {}) {
  let now = 0
  const throttle = createThrottle({
    elapsed: () => now,
    failuresMax: 2,
    windowMillis: 60_000,
    addressesMax: 100,
    ...options,
  })
  return { ...throttle, advance: (millis: number) => void (now += millis) }
}

test('an address that failed too often waits until its window is over; others do not', () => {
  const throttle = aThrottle()

  expect(throttle.fail('192.0.2.1')).toBe(1)
  expect(throttle.blockedSeconds('192.0.2.1')).toBeUndefined()
  expect(throttle.fail('192.0.2.1')).toBe(2)
  throttle.advance(10_500)
  expect(throttle.blockedSeconds('192.0.2.1')).toBe(50)
  expect(throttle.blockedSeconds('192.0.2.2')).toBeUndefined()
  throttle.advance(49_500)
  expect(throttle.blockedSeconds('192.0.2.1')).toBeUndefined()
  expect(throttle.fail('192.0.2.1')).toBe(1)
})

test('addresses of one IPv6 network count as one', () => {
  const throttle = aThrottle()

  throttle.fail('2001:db8:1:2::1')
  throttle.fail('2001:db8:1:2:ffff::9')

  expect(throttle.blockedSeconds('2001:db8:1:2::abcd')).toBe(60)
  expect(throttle.blockedSeconds('2001:db8:1:3::1')).toBeUndefined()
  expect(throttle.blockedSeconds('2001:db8::1')).toBeUndefined()
})

test('safety R11: what is remembered is bounded; the oldest window goes first', () => {
  const throttle = aThrottle({ failuresMax: 1, addressesMax: 2 })

  for (const address of ['a', 'b', 'c']) throttle.fail(address)

  expect(['a', 'b', 'c'].map((address) => throttle.blockedSeconds(address))).toEqual([undefined, 60, 60])
})
