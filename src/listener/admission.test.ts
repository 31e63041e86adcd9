import { expect, test } from 'vitest'
import { limits } from '../base/limits.ts'
import { createAdmission } from './admission.ts'

const small = { ...limits, connectionsPerAddressMax: 2, connectionsMax: 3, refusedPerAddressPerMinuteMax: 2 }
const connect = (clientId: string, protocolLevel = 4) => ({ clientId, protocolLevel })

test('R9: sockets are bounded per address and in all, and counted down again', () => {
  const admission = createAdmission(small)

  expect(['a', 'a', 'a', 'b', 'c'].map((address) => admission.enter(address))).toEqual([
    true,
    true,
    false,
    true,
    false,
  ])
  admission.leave('a')

  expect(admission.enter('c')).toBe(true)
  expect(admission.enter('a')).toBe(false)
})

test('safety S2: the answer waits from the third refusal within a minute on, for that address alone', () => {
  const admission = createAdmission(small)
  const waits = [0, 1, 2].map((now) => admission.refused('a', connect(`c${now}`), now))

  expect(waits).toEqual([0, 0, limits.refusalDelayMillis])
  expect(admission.refused('b', connect('c'), 3)).toBe(0)
  expect(admission.refused('a', connect('c'), 60_000), 'a new minute').toBe(0)
})

test('device protocol §1.6: a 3.1.1 CONNECT and the same one at 3.1 count once', () => {
  const admission = createAdmission(small)
  for (let pair = 0; pair < 2; pair++) {
    expect(admission.refused('a', connect('x', 4), pair)).toBe(0)
    expect(admission.refused('a', connect('x', 3), pair)).toBe(0)
  }

  expect(admission.refused('a', connect('x', 4), 3)).toBe(limits.refusalDelayMillis)
})

test('addresses that are remembered are bounded; the oldest is forgotten', () => {
  const admission = createAdmission({ ...small, refusedAddressesMax: 1 })
  for (const now of [0, 1]) admission.refused('a', connect(`${now}`), now)
  admission.refused('b', connect('c'), 2)

  expect(admission.refused('a', connect('d'), 3)).toBe(0)
})
