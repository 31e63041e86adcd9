import type { Counter as CounterOf, Gauge as GaugeOf, Registry } from 'prom-client'
import type { ListenerStats } from '../listener/listener.ts'
import { noCounts } from '../listener/ports.ts'
import type { StoreStats } from './threads.ts'

/** Where `/metrics` gets its figures from, asked at each scrape. */
export interface MetricSources {
  store(): Promise<StoreStats>
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
  failedCommits: ['log_failed_appends_total', 'Appends that could not be written'],
  queuedEntries: ['log_queued_entries', 'Entries that wait to be written'],
  onlineDevices: ['devices_online', 'Devices whose connection is up'],
}

/** Those figures of a listener thread that only grow. */
const listenerCounts = noCounts()

/**
 * The metrics of the product (safety S15). Counts of a thread start again when the thread is replaced. The metrics
 * library is loaded with the first scrape: who does not scrape need not hold it (16 MB).
 */
export function createMetrics(sources: MetricSources): Metrics {
  const requests = new Map<string, { readonly operation: string; readonly status: string; count: number }>()
  let exporter: Promise<Exporter> | undefined

  return {
    async render() {
      const { registry, reset, set } = await (exporter ??= createExporter())
      const [store, listeners] = await Promise.all([sources.store(), sources.listeners()])
      reset()
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
