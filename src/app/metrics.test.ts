import { expect, test } from 'vitest'
import { noCounts } from '../listener/ports.ts'
import { createMetrics } from './metrics.ts'

const storeStats = {
  appendedEntries: 7,
  commits: 3,
  commitSeconds: 0.25,
  failedCommits: 0,
  queuedEntries: 1,
  onlineDevices: 2,
}
const listenerStats = { ...noCounts(), sockets: 5, connections: 4, inflight: 0 }

function theMetrics() {
  const threads = new Set(['listener1', 'listener2'])
  const metrics = createMetrics({
    store: () => Promise.resolve(storeStats),
    listeners: () => Promise.resolve([...threads].map((name) => [name, listenerStats] as const)),
  })
  return { metrics, threads }
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
