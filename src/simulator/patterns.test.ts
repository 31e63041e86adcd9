import { expect, test } from 'vitest'
import { createGate } from './gate.ts'
import { createHistogram } from './histogram.ts'
import { isPatternName, type Pattern, patterns } from './patterns.ts'

const START = Date.UTC(2026, 10, 22, 12)

/** The mean of a pattern over whole periods of its own. */
const mean = (pattern: Pattern, millis: number): number => {
  const steps = 12_000
  let sum = 0
  for (let step = 0; step < steps; step++) sum += pattern(START + (step * millis) / steps, START)
  return sum / steps
}

test('steady, wave and burst come to the rate that was asked for', () => {
  for (const name of ['steady', 'wave', 'burst'] as const)
    expect(mean(patterns[name], 240_000)).toBeCloseTo(1, 2)
})

test('no pattern asks for less than nothing, at any moment', () => {
  for (const pattern of Object.values(patterns))
    for (let minute = 0; minute < 24 * 60; minute++)
      expect(pattern(START + minute * 60_000 + 777, START)).toBeGreaterThanOrEqual(0)
})

test('at night, by the clock of the machine, a tenth is left of the day', () => {
  const at = (hour: number, minute = 0) => new Date(2026, 10, 22, hour, minute).getTime()

  expect(patterns.night(at(3))).toBe(0.1)
  expect(patterns.night(at(12))).toBe(1)
  expect(patterns.night(at(7))).toBeCloseTo(0.55, 5)
  expect(patterns.night(at(21))).toBeCloseTo(0.55, 5)
})

test('a name of Object.prototype is no pattern', () => {
  expect(isPatternName('wave')).toBe(true)
  expect(isPatternName('toString')).toBe(false)
})

test('percentiles are right to 5%, however many times are counted', () => {
  const histogram = createHistogram()
  for (let n = 1; n <= 100_000; n++) histogram.add(n / 100)

  expect(histogram.percentile(0.5)! / 500).toBeCloseTo(1, 1)
  expect(histogram.percentile(0.99)! / 990).toBeCloseTo(1, 1)
  expect(histogram.count).toBe(100_000)
  histogram.clear()
  expect(histogram.percentile(0.5)).toBeUndefined()
})

test('a time beyond all buckets is counted in the last one, no time at all in the first', () => {
  const histogram = createHistogram()
  histogram.add(0)
  expect(histogram.percentile(1)).toBeCloseTo(0.01, 5)
  histogram.add(1e9)
  expect(histogram.percentile(1)).toBeGreaterThan(100_000)
})

test('R9: a gate lets so many through at a time, in order, and a place is given back once', () => {
  const gate = createGate(2)
  const inside: (() => void)[] = []
  const entered: number[] = []
  for (const number of [1, 2, 3, 4])
    gate.pass((leave) => {
      entered.push(number)
      inside.push(leave)
    })

  expect(entered).toEqual([1, 2])
  inside[0]!()
  inside[0]!()
  expect(entered).toEqual([1, 2, 3])
})
