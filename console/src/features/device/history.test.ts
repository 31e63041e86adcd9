import { expect, test } from 'vitest'
import { DAY } from '../../lib/time.ts'
import {
  type Bucket,
  type HistoryPage,
  lineOfBuckets,
  lineOfRows,
  type LivePoint,
  livePoints,
  rangeAround,
  rowsOf,
} from './history.ts'

const NOON = Date.UTC(2026, 10, 22, 12)
const iso = (at: number): string => new Date(at).toISOString()

const aPage = (...points: readonly (readonly [number, Record<string, unknown>])[]): HistoryPage => ({
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

  expect(lineOfRows(rows, 'level')).toEqual({ xs: [1000, 2000], ys: [1, 2] })
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
    { arrivedAt: 9, time: 1, receivedAt: 2, values: { volts: 4 } },
  ])
  expect(livePoints([report], 'Other', 9)).toEqual([])
})

test('values that come live join their slice or open new ones behind the last', () => {
  const buckets: readonly Bucket[] = [{ from: iso(0), count: 2, min: 1, max: 3, avg: 2, first: 1, last: 3 }]

  const line = lineOfBuckets(buckets, [aLive(5, 8), aLive(12, 4)], { property: 'level', from: 0, width: 10 })

  expect(line).toEqual({ xs: [5, 15], ys: [4, 4], band: { min: [1, 4], max: [8, 4] } })
})
