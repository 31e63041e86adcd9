import { expect, test } from 'vitest'
import { Histogram } from './histogram.ts'

test('a quantile is at most a 256th below the value it stands for, from nothing to half an hour', () => {
  for (let micros = 1; micros < 2 ** 31; micros = Math.ceil(micros * 1.37)) {
    const histogram = new Histogram()
    histogram.add(micros)
    const found = histogram.quantile(0.5)
    expect(found).toBeLessThanOrEqual(micros)
    expect(found).toBeGreaterThan(micros * (1 - 1 / 256) - 1)
  }
})

test('quantiles of a thousand values are those of the sorted list', () => {
  const histogram = new Histogram()
  for (let micros = 1; micros <= 500; micros++) {
    histogram.add(micros)
    histogram.add(micros)
  }
  expect([0, 0.5, 0.99, 1].map((share) => histogram.quantile(share))).toEqual([1, 250, 495, 500])
  expect(new Histogram().quantile(0.5)).toBe(0)
})

test('histograms of several processes add up, and what lies outside counts at the ends', () => {
  const one = new Histogram()
  one.add(-5)
  one.add(3e12)
  const other = new Histogram()
  other.add(1000)
  const both = new Histogram(one.counts())
  both.addAll(other.counts())
  expect(both.total).toBe(3)
  expect(both.quantile(0.01)).toBe(0)
  expect(both.quantile(0.5)).toBe(1000)
  expect(both.quantile(1)).toBeGreaterThan(2 ** 30)
  both.clear()
  expect([both.total, both.counts()]).toEqual([0, []])
})
