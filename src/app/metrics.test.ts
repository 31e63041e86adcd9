import { expect, test } from 'vitest'
import type { Position } from '../base/ids.ts'
import { noCounts } from '../listener/ports.ts'
import { createMetrics } from './metrics.ts'
import type { StoreUsage } from './threads.ts'

const storeStats = {
  appendedEntries: 7,
  commits: 3,
  commitSeconds: 0.25,
  lastCommitSeconds: 0.004,
  flushes: 3,
  flushSeconds: 0.02,
  lastFlushSeconds: 0.003,
  folds: 1,
  lastFoldSeconds: 1.5,
  setAsideFiles: 0,
  failedCommits: 0,
  queuedEntries: 1,
  onlineDevices: 2,
}
const usage: StoreUsage = {
  log: { bytes: 8_400_000, segments: 1, firstPosition: 1 as Position, oldest: 1_795_000_000_500 },
  history: { points: 100, openPoints: 20, bytes: 4096, files: 2, oldest: undefined },
}
const listenerStats = { ...noCounts(), sockets: 5, connections: 4, inflight: 0 }

function theMetrics() {
  const threads = new Set(['listener1', 'listener2'])
  const looks = { count: 0 }
  const clock = { millis: 0 }
  const metrics = createMetrics({
    store: () => Promise.resolve(storeStats),
    usage() {
      looks.count++
      return Promise.resolve(usage)
    },
    elapsed: () => clock.millis,
    listeners: () => Promise.resolve([...threads].map((name) => [name, listenerStats] as const)),
  })
  return { metrics, threads, looks, clock }
}

test('S15 a scrape tells of the log, of each listener thread and of HTTP', async () => {
  const { metrics } = theMetrics()
  metrics.countRequest('ShowDevice', 200)
  metrics.countRequest('ShowDevice', 200)

  const { text, contentType } = await metrics.render()

  expect(contentType).toContain('text/plain')
  expect(text).toContain('# TYPE quayside_log_entries_total counter\nquayside_log_entries_total 7\n')
  expect(text).toContain('# TYPE quayside_devices_online gauge\nquayside_devices_online 2\n')
  expect(text).toContain('quayside_listener_connections{thread="listener2"} 4\n')
  expect(text).toContain('# TYPE quayside_listener_publishes_total counter\n')
  expect(text).toContain('quayside_http_requests_total{operation="ShowDevice",status="200"} 2\n')
})

test('a second scrape adds nothing to the first, and a thread that is gone is not there any more', async () => {
  const { metrics, threads } = theMetrics()
  await metrics.render()
  threads.delete('listener1')

  const { text } = await metrics.render()

  expect(text).toContain('quayside_log_entries_total 7\n')
  expect(text).toContain('thread="listener2"')
  expect(text).not.toContain('thread="listener1"')
})

test('S15 a scrape tells what log and history take, and how long the last flush, append and fold took', async () => {
  const { metrics } = theMetrics()

  const { text } = await metrics.render()

  for (const line of [
    'quayside_log_bytes 8400000',
    'quayside_log_segments 1',
    'quayside_log_oldest_timestamp_seconds 1795000000.5',
    'quayside_log_flushes_total 3',
    'quayside_log_last_flush_seconds 0.003',
    'quayside_log_last_append_seconds 0.004',
    'quayside_history_bytes 4096',
    'quayside_history_files 2',
    'quayside_history_points 100',
    'quayside_history_open_points 20',
    'quayside_history_last_fold_seconds 1.5',
    'quayside_history_set_aside_files 0',
  ])
    expect(text).toContain(`${line}\n`)
  expect(text).not.toContain('history_oldest')
})

test('R11 the files of history are looked at every ten seconds at most, however often somebody scrapes', async () => {
  const { metrics, looks, clock } = theMetrics()
  for (const millis of [0, 5000, 9999, 10_000, 12_000]) {
    clock.millis = millis
    await metrics.render()
  }

  expect(looks.count).toBe(2)
})
