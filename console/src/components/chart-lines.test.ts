import { expect, test } from 'vitest'
import { lineOf } from './chart-lines.ts'

const at = (...xs: number[]) => xs.map((x) => ({ x, y: x }))

test('a line has a gap where the device was silent for long', () => {
  expect(lineOf(at(0, 10, 20, 100, 110))).toEqual({
    xs: [0, 10, 20, 60, 100, 110],
    ys: [0, 10, 20, null, 100, 110],
  })
})

test('what comes at even distances has none, however far apart', () => {
  expect(lineOf(at(0, 1000, 2000)).ys).toEqual([0, 1000, 2000])
})

test('slices beside each other are no gap, although values came in bursts', () => {
  const slices = [0, 60, 120, 300].map((x) => ({ x, y: 1, min: 0, max: 2 }))

  expect(lineOf(slices, 60)).toEqual({
    xs: [0, 60, 120, 300],
    ys: [1, 1, 1, 1],
    band: { min: [0, 0, 0, 0], max: [2, 2, 2, 2] },
  })
})

test('one point, and none, are lines as well', () => {
  expect(lineOf(at(5))).toEqual({ xs: [5], ys: [5] })
  expect(lineOf([])).toEqual({ xs: [], ys: [] })
})
