import { expect, test } from 'vitest'
import { bounds, changeOf, formOf, lossOf, type Retention } from './retention.ts'

const NOW = Date.parse('2026-11-22T12:00:00.000Z')
const GB = 1e9

const retention: Retention = {
  history_days: 366,
  history_bytes_max: 268_435_456,
  log_days: 30,
  log_bytes_max: null,
  usage: {
    history: { bytes: 5 * GB, points: 1000, oldest_at: '2026-06-15T00:00:00.000Z' },
    log: { bytes: 2 * GB, oldest_at: '2026-11-01T00:00:00.000Z' },
  },
}

test('only what was changed is sent, in bytes; a bound that was set elsewhere keeps its last byte', () => {
  const form = formOf(retention)

  expect(form).toEqual({ historyDays: 366, historyGigabytes: 0.27, logDays: 30, logGigabytes: null })
  expect(changeOf(retention, form)).toEqual({})
  expect(changeOf(retention, { ...form, historyDays: 90, logGigabytes: 1.5 })).toEqual({
    history_days: 90,
    log_bytes_max: 1.5 * GB,
  })
  expect(changeOf(retention, { ...form, historyGigabytes: null })).toEqual({ history_bytes_max: null })
})

test('the least that can be typed is what the platform takes', () => {
  expect(bounds.historyGigabytesMin * GB).toBeGreaterThanOrEqual(64 * 1024 ** 2)
  expect(bounds.logGigabytesMin * GB).toBeGreaterThanOrEqual(256 * 1024 ** 2)
})

test('history goes by whole months, the log by the day; what does not reach so far back loses nothing', () => {
  expect(lossOf(retention, {}, NOW)).toEqual({})
  // 160 days before is 15 June: that month has not ended by then.
  expect(lossOf(retention, { history_days: 160 }, NOW)).toEqual({})
  expect(lossOf(retention, { history_days: 120 }, NOW)).toEqual({
    historyBefore: Date.parse('2026-07-01T00:00:00.000Z'),
  })
  expect(lossOf(retention, { log_days: 7 }, NOW)).toEqual({ logBefore: NOW - 7 * 86_400_000 })
})

test('what takes more than its bound goes down to it', () => {
  expect(lossOf(retention, { history_bytes_max: 5 * GB, log_bytes_max: 2 * GB }, NOW)).toEqual({})
  expect(lossOf(retention, { history_bytes_max: 4 * GB, log_bytes_max: GB }, NOW)).toEqual({
    historyDownTo: 4 * GB,
    logDownTo: GB,
  })
})

test('what goes by a setting that stays as it is is not told of again', () => {
  const log = { bytes: 2 * GB, oldest_at: '2026-10-01T00:00:00.000Z' }

  expect(lossOf({ ...retention, usage: { ...retention.usage, log } }, { history_days: 365 }, NOW)).toEqual({})
})

test('of an empty platform nothing is deleted', () => {
  const nothing = { bytes: 0, oldest_at: null }
  const empty = { ...retention, usage: { history: { ...nothing, points: 0 }, log: nothing } }

  expect(lossOf(empty, { history_days: 1, log_days: 1 }, NOW)).toEqual({})
})
