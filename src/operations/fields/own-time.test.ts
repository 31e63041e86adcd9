import { expect, test } from 'vitest'
import { checkRange, parseOwnTime } from './own-time.ts'

const NOON = Date.UTC(2026, 10, 22, 12)

test.for([
  [String(NOON), NOON],
  ['0', 0],
  ['2026-11-22T12:00:00Z', NOON],
  ['2026-11-22T12:00Z', NOON],
  ['2026-11-22T12:00:00.5Z', NOON + 500],
  ['2026-11-22T13:00:00+01:00', NOON],
  ['2026-11-22T13:00:00 01:00', NOON],
  ['2026-11-22t12:00:00z', NOON],
] as const)('contracts §4: %s is a time', ([text, instant]) => {
  expect(parseOwnTime('start', text)).toBe(instant)
})

test.for([
  '',
  'now',
  '2026-11-22',
  '2026-11-22T12:00:00',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-11-22T25:00:00Z',
  '-1',
  '1e3',
])('contracts §4: %s is none', (text) => {
  expect(() => parseOwnTime('start', text)).toThrow('start must be a UTC time like 2015-12-12T12:12:12.000Z.')
})

test('an absent time is absent; a range must have a length', () => {
  expect(parseOwnTime('start', undefined)).toBeUndefined()
  expect(() => checkRange(1, 2)).not.toThrow()
  expect(() => checkRange(undefined, 2)).not.toThrow()
  expect(() => checkRange(2, 2)).toThrow('start must lie before end.')
})
