import { expect, test } from 'vitest'
import { DAY } from '../../lib/time.ts'
import {
  type HistoryPage,
  lineOfSlices,
  lineOfRows,
  type LivePoint,
  livePoints,
  rangeAround,
  rowsOf,
  withLive,
} from './history.ts'

const NOON = Date.UTC(2026, 10, 22, 12)
const iso = (at: number): string => new Date(at).toISOString()

const aPage = (...points: readonly (readonly [number, Record<string, unknown>])[]): HistoryPage => ({
  range: '1h',
  askedAt: NOON,
  from: 0,
  to: NOON,
  marker: undefined,
  points: points.map(([time, values]) => ({
    seq: String(time),
    service_id: 'Battery',
    time: iso(time),
    received_at: iso(time),
    time_source: 'device',
    values,
  })),
})

const aLive = (time: number, level: number): LivePoint => ({
  id: time,
  arrivedAt: NOON,
  time,
  receivedAt: time,
  values: { level },
})

test('the range is the least one in which the newest value lies; a far one is shown with the day around it', () => {
  const sample = Date.UTC(2015, 11, 12, 12, 12, 12)

  expect(rangeAround(NOON - 1000, NOON)).toBe('1h')
  expect(rangeAround(NOON - 2 * DAY, NOON)).toBe('7d')
  expect(rangeAround(sample, NOON)).toEqual({ from: sample - DAY / 2, to: sample + DAY / 2 })
  expect(rangeAround(NOON + DAY, NOON)).toEqual({ from: NOON + DAY / 2, to: NOON + 1.5 * DAY })
})

test('what came over the stream stands before the pages, once, and only within the period', () => {
  const page = aPage([2000, { level: 2 }], [1000, { level: 1 }])

  const rows = rowsOf([page], [aLive(2000, 2), aLive(3000, 3), aLive(9000, 9)], { from: 0, to: 5000 })

  expect(rows.map(({ time }) => time)).toEqual([3000, 2000, 1000])
})

test('a line of rows goes forward in time and skips what is no number', () => {
  const rows = rowsOf([aPage([3000, { level: 'x' }], [2000, { level: 2 }], [1000, { level: 1 }])], [], {
    from: 0,
    to: NOON,
  })

  expect(lineOfRows(rows, 'level', 0)).toEqual({ xs: [1000, 2000], ys: [1, 2] })
})

test('refused values are no points', () => {
  const report = {
    serviceId: 'Battery',
    time: 1,
    receivedAt: 2,
    values: [
      { property: 'level', outcome: 'refused', seen: 300 },
      { property: 'volts', outcome: 'stored', seen: 4 },
    ],
  } as const

  expect(livePoints([report], 'Battery', 9)).toEqual([
    { id: expect.any(Number), arrivedAt: 9, time: 1, receivedAt: 2, values: { volts: 4 } },
  ])
  expect(livePoints([report], 'Other', 9)).toEqual([])
})

test('values that come live join their slice or open new ones behind the last, each once', () => {
  const known = {
    from: 0,
    width: 10,
    upTo: NOON - 1,
    sums: new Map([[0, { count: 2, total: 4, min: 1, max: 3 }]]),
  }
  const live = [{ ...aLive(5, 100), arrivedAt: NOON - 1 }, aLive(5, 8), aLive(12, 4)]

  const once = withLive(known, live, 'level')
  const twice = withLive(once, live, 'level')

  expect(lineOfSlices(once)).toEqual({ xs: [5, 15], ys: [4, 4], band: { min: [1, 4], max: [8, 4] } })
  expect(twice).toBe(once)
})
