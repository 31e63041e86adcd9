import { expect, test } from 'vitest'
import {
  axisTimes,
  dayOf,
  exactTime,
  localTimeText,
  parseLocalTime,
  parseWireTime,
  relativeTime,
  utcTime,
} from './time.ts'

const noon = Date.UTC(2026, 10, 22, 12)
const minutes = (n: number): number => n * 60_000

test('times of both forms on the wire become the same instant', () => {
  expect(parseWireTime('20261122T120000Z')).toBe(noon)
  expect(parseWireTime('2026-11-22T12:00:00.000Z')).toBe(noon)
})

test('what is no time is not taken for one', () => {
  expect(parseWireTime('')).toBeUndefined()
  expect(parseWireTime('20261399T120000Z')).toBeUndefined()
  expect(parseWireTime('yesterday')).toBeUndefined()
})

test('a distance is told in its largest whole unit, in both directions and languages', () => {
  expect(relativeTime(noon - 20_000, noon, 'en')).toBe('now')
  expect(relativeTime(noon - minutes(3), noon, 'en')).toBe('3 minutes ago')
  expect(relativeTime(noon - minutes(90), noon, 'en')).toBe('1 hour ago')
  expect(relativeTime(noon + minutes(60 * 24 * 59), noon, 'en')).toBe('in 59 days')
  expect(relativeTime(noon - minutes(60 * 24 * 400), noon, 'en')).toBe('13 months ago')
  expect(relativeTime(noon + minutes(60 * 24 * 800), noon, 'en')).toBe('in 2 years')
  expect(relativeTime(noon - minutes(3), noon, 'zh')).toBe('3分钟前')
})

test('exact times name their zone', () => {
  expect(exactTime(noon, 'en', 'Asia/Shanghai')).toMatch(/Nov 22, 2026.*20:00:00 GMT\+8/)
  expect(dayOf(noon, 'zh', 'UTC')).toBe('2026年11月22日')
  expect(utcTime(noon)).toBe('2026-11-22 12:00:00 UTC')
})

test('a time axis says the day where it begins and where it changes', () => {
  const marks = [noon - 4 * 3_600_000, noon, noon + 12 * 3_600_000]

  expect(axisTimes(marks, 4 * 3_600_000, 'en', 'UTC')).toEqual([
    '08:00\nNov 22, 2026',
    '12:00',
    '00:00\nNov 23',
  ])
  expect(axisTimes([noon], minutes(1) / 2, 'en', 'UTC')[0]).toMatch(/^12:00:00\n/)
})

test('an axis of days says the year once', () => {
  expect(axisTimes([noon, noon + 86_400_000], 86_400_000, 'en', 'UTC')).toEqual(['Nov 22\n2026', 'Nov 23'])
})

test('what a field of local time shows is the time that it is read as', () => {
  expect(parseLocalTime(localTimeText(noon))).toBe(noon)
  expect(parseLocalTime('')).toBeUndefined()
  expect(parseLocalTime('2026-11')).toBeUndefined()
})
