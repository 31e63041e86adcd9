import type { Counter as CounterOf, Gauge as GaugeOf, Registry } from 'prom-client'
import type { Instant } from '../base/instant.ts'
import type { ListenerStats } from '../listener/listener.ts'
import { noCounts } from '../listener/ports.ts'
import type { StoreStats, StoreUsage } from './threads.ts'

/** Where `/metrics` gets its figures from, asked at each scrape. */
export interface MetricSources {
  store(): Promise<StoreStats>
  /** What log and history take on disk; not asked more often than every ten seconds, since a file a month is looked at. */
  usage(): Promise<StoreUsage>
  /** Milliseconds of a clock that never jumps. */
  elapsed(): number
  listeners(): Promise<readonly (readonly [thread: string, stats: ListenerStats])[]>
}

export interface Metrics {
  /** Prometheus text format, and its content type. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>
  /** One HTTP request was answered. */
  countRequest(operation: string, status: number): void
}

/** What each figure of the store thread is called and means. */
const storeMetrics: { readonly [K in keyof StoreStats]: readonly [name: string, help: string] } = {
  appendedEntries: ['log_entries_total', 'Entries that are durable in the log'],
  commits: ['log_appends_total', 'Appends that were committed'],
  commitSeconds: ['log_append_seconds_total', 'Time that appends waited for their commit'],
  lastCommitSeconds: ['log_last_append_seconds', 'Time that the last append waited for its commit'],
  flushes: ['log_flushes_total', 'Flushes of the log to disk'],
  flushSeconds: ['log_flush_seconds_total', 'Time that flushes of the log took'],
  lastFlushSeconds: ['log_last_flush_seconds', 'Time that the last flush of the log took'],
  folds: ['history_folds_total', 'Times that history went from memory into files'],
  lastFoldSeconds: ['history_last_fold_seconds', 'Time that it took the last time; 0: not yet'],
  setAsideFiles: ['history_set_aside_files', 'Damaged months of history that were set aside'],
  failedCommits: ['log_failed_appends_total', 'Appends that could not be written'],
  queuedEntries: ['log_queued_entries', 'Entries that wait to be written'],
  onlineDevices: ['devices_online', 'Devices whose connection is up'],
}

const usageMillis = 10_000

/** Undefined: there is nothing to tell, e.g. an oldest entry. */
const usageMetrics: readonly (readonly [
  name: string,
  help: string,
  value: (usage: StoreUsage) => number | undefined,
])[] = [
  ['log_bytes', 'Bytes of the log on disk, with what is reserved for what comes', ({ log }) => log.bytes],
  ['log_segments', 'Files of the log', ({ log }) => log.segments],
  ['log_oldest_timestamp_seconds', 'When the oldest entry was received', ({ log }) => seconds(log.oldest)],
  ['history_bytes', 'Bytes of history on disk', ({ history }) => history.bytes],
  ['history_files', 'Files of history, one a month', ({ history }) => history.files],
  ['history_points', 'Values of history in files', ({ history }) => history.points],
  [
    'history_open_points',
    'Values of history in memory, not yet in files',
    ({ history }) => history.openPoints,
  ],
  ['history_oldest_timestamp_seconds', 'Time of the oldest value', ({ history }) => seconds(history.oldest)],
]

const seconds = (time: Instant | undefined): number | undefined =>
  time === undefined ? undefined : time / 1000

/** Those figures of a listener thread that only grow. */
const listenerCounts = noCounts()

/**
 * The metrics of the product (safety S15). Counts of a thread start again when the thread is replaced. The metrics
 * library is loaded with the first scrape: who does not scrape need not hold it (16 MB).
 */
export function createMetrics(sources: MetricSources): Metrics {
  const requests = new Map<string, { readonly operation: string; readonly status: string; count: number }>()
  let exporter: Promise<Exporter> | undefined
  let looked: { readonly at: number; readonly usage: Promise<StoreUsage> } | undefined
  const usageNow = (): Promise<StoreUsage> => {
    const at = sources.elapsed()
    if (looked && at - looked.at < usageMillis) return looked.usage
    const usage = sources.usage()
    looked = { at, usage }
    // A failure is not remembered; whoever scrapes is told of it.
    usage.catch(() => (looked = undefined))
    return usage
  }

  return {
    async render() {
      const { registry, reset, set } = await (exporter ??= createExporter())
      const [store, usage, listeners] = await Promise.all([sources.store(), usageNow(), sources.listeners()])
      reset()
      for (const [name, help, valueOf] of usageMetrics) {
        const value = valueOf(usage)
        if (value !== undefined) set(name, help, {}, value)
      }
      for (const [key, [name, help]] of Object.entries(storeMetrics))
        set(name, help, {}, store[key as keyof StoreStats])
      for (const [thread, stats] of listeners)
        for (const [key, value] of Object.entries<number>({ ...stats })) {
          const words = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
          const name = Object.hasOwn(listenerCounts, key) ? `${words}_total` : words
          set(`listener_${name}`, `Of a listener thread: ${words.replaceAll('_', ' ')}`, { thread }, value)
        }
      for (const { operation, status, count } of requests.values())
        set('http_requests_total', 'HTTP requests answered', { operation, status }, count)
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
    countRequest(operation, status) {
      // Both come from fixed sets: operations and routes of ours, statuses that we answer.
      const key = `${operation} ${status}`
      const counted = requests.get(key)
      if (counted) counted.count++
      else requests.set(key, { operation, status: String(status), count: 1 })
    },
  }
}

interface Exporter {
  readonly registry: Registry
  /** Forgets the figures of the scrape before: a thread or a series that is gone must not stand there for ever. */
  reset(): void
  set(name: string, help: string, labels: Record<string, string>, value: number): void
}

async function createExporter(): Promise<Exporter> {
  const { collectDefaultMetrics, Counter, Gauge, Registry: RegistryOf } = await import('prom-client')
  const registry = new RegistryOf()
  collectDefaultMetrics({ register: registry, prefix: 'quayside_' })
  const series = new Map<string, CounterOf | GaugeOf>()
  return {
    registry,
    reset() {
      for (const one of series.values()) one.reset()
    },
    set(name, help, labels, value) {
      let one = series.get(name)
      if (!one) {
        const options = {
          name: `quayside_${name}`,
          help,
          labelNames: Object.keys(labels),
          registers: [registry],
        }
        // Prometheus' naming: what only grows ends in `_total`, and is a counter.
        one = name.endsWith('_total') ? new Counter(options) : new Gauge(options)
        series.set(name, one)
      }
      one.inc(labels, value)
    },
  }
}
