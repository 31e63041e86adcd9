import { expect, test } from 'vitest'
import { type SoakSample, soakVerdict } from './soak-verdict.ts'
import { median, slope } from './statistics.ts'

test('the median is the middle value, or the mean of the two in the middle', () => {
  expect([median([3]), median([9, 1, 5]), median([4, 1, 3, 2])]).toEqual([3, 5, 2.5])
  expect(median([])).toBeNaN()
})

test('the slope is that of the straight line through the points', () => {
  expect(slope([0, 1, 2, 3].map((x) => [x, 2 * x + 7]))).toBeCloseTo(2)
  expect(slope([[1, 5]])).toBe(0)
})

const sampleAt = (minute: number, over: Partial<SoakSample> = {}): SoakSample => ({
  minute,
  rssBytes: 200e6,
  descriptors: 600,
  reports: 1000,
  p50Millis: 5,
  p99Millis: 20,
  ...over,
})
const soak = (over: (minute: number) => Partial<SoakSample>) =>
  soakVerdict(Array.from({ length: 30 }, (_, minute) => sampleAt(minute, over(minute))))

test('a soak is flat when memory and descriptors rise only at the beginning', () => {
  expect(soak((minute) => (minute < 8 ? { rssBytes: (100 + 10 * minute) * 1e6 } : {})).isFlat).toBe(true)
})

test('a soak fails when memory rises by a tenth after the first third, or descriptors by more than a few', () => {
  expect(soak((minute) => ({ rssBytes: (200 + 2 * minute) * 1e6 })).isFlat).toBe(false)
  expect(soak((minute) => ({ descriptors: 600 + 2 * minute })).isFlat).toBe(false)
})

test('a soak of a few samples proves nothing', () => {
  expect(soakVerdict([sampleAt(0), sampleAt(1)]).isFlat).toBe(false)
})
