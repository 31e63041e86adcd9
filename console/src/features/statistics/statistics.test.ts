import { expect, test } from 'vitest'
import { linesOf } from './curve.ts'
import { reportRates } from './statistics.ts'

const figure = (seconds: number, reports: number) => ({ at: new Date(seconds * 1000).toISOString(), reports })

test('reports per second are what came between two figures', () => {
  expect(reportRates([figure(0, 10), figure(2, 14), figure(4, 14)])).toEqual([
    { at: 2000, value: 2 },
    { at: 4000, value: 0 },
  ])
})

test('totals that began anew and figures of one moment make no rate', () => {
  expect(reportRates([figure(0, 10), figure(2, 3), figure(2, 5)])).toEqual([])
})

test('a gap in time is a gap in the line, never a slope; a lone point is drawn as a dash', () => {
  const lines = linesOf(
    [
      { at: 0, value: 1 },
      { at: 10, value: 2 },
      { at: 90, value: 2 },
    ],
    { from: 0, to: 100, step: 10, max: 2, width: 100, height: 50 },
  )

  expect(lines).toEqual(['M0 25 L10 0', 'M90 0 m-3 0 h6'])
})
