import { expect, test } from 'vitest'
import { DAY } from './time.ts'
import { validityOf } from './validity.ts'

const noon = Date.UTC(2026, 10, 22, 12)

test('today stands where it is within the validity', () => {
  expect(validityOf(noon - 25 * DAY, noon + 75 * DAY, noon)).toEqual({
    state: 'good',
    begin: 0,
    end: 1,
    today: 0.25,
  })
})

test('60 days before its end a certificate expires soon, to the last millisecond of it', () => {
  expect(validityOf(noon - DAY, noon + 60 * DAY + 1, noon).state).toBe('good')
  expect(validityOf(noon - DAY, noon + 60 * DAY, noon).state).toBe('expiring')
  expect(validityOf(noon - DAY, noon, noon).state).toBe('expiring')
})

test('one that has expired, or is not valid yet, has today beside its bar', () => {
  expect(validityOf(noon - 4 * DAY, noon - DAY, noon)).toEqual({
    state: 'expired',
    begin: 0,
    end: 0.75,
    today: 1,
  })
  expect(validityOf(noon + DAY, noon + 4 * DAY, noon)).toEqual({
    state: 'early',
    begin: 0.25,
    end: 1,
    today: 0,
  })
})

test('a validity of no length, or one whose end lies before its start, has places within the bar', () => {
  expect(validityOf(noon, noon, noon)).toMatchObject({ begin: 0, end: 0, today: 0 })
  const { begin, end, today } = validityOf(noon + DAY, noon - DAY, noon)
  for (const place of [begin, end, today]) expect(place >= 0).toBe(true)
  expect(end).toBeGreaterThanOrEqual(begin)
})
