import { fiveProperties, twoProperties } from './payloads.ts'
import type { ServerName } from './servers.ts'

/** What the generator does for a row. */
export type Load =
  | {
      readonly mode: 'connect'
      readonly resume: boolean
      readonly devices: number
      readonly concurrency: number
    }
  | {
      readonly mode: 'publish'
      readonly transport: 'plain' | 'mtls'
      readonly devices: number
      readonly inFlight: number
      readonly perSecond?: number
      readonly payloads: readonly string[]
    }
  | { readonly mode: 'hold'; readonly devices: number }

/** What is held against the goal; the smaller the better, but for `perSecond`. */
export type Figure = 'cpuMicros' | 'rssPerConnection' | 'perSecond' | 'p99Millis'

export interface Row {
  readonly name: string
  readonly group: 'connect' | 'reports' | 'memory' | 'durable'
  readonly title: string
  readonly load: Load
  readonly ours: 'ours' | 'ours-default'
  readonly figure: Figure
  /** Peers in the same run; the goal bounds our figure divided by the peer's. Without one it is shown only. */
  readonly peers: Partial<Record<ServerName, number | undefined>>
  /** Bounds our figure itself: at least for `perSecond`, at most for the others. */
  readonly goal?: number
}

const tls = { mode: 'publish', transport: 'mtls', devices: 100, payloads: fiveProperties } as const

/** The table of figures: every row of it is measured in the same run as its peers. */
export const rows: readonly Row[] = [
  {
    name: 'connect',
    group: 'connect',
    title: 'mutual-TLS connect, full handshake, TLS 1.3, ECDSA P-256',
    load: { mode: 'connect', resume: false, devices: 100, concurrency: 16 },
    ours: 'ours',
    figure: 'cpuMicros',
    peers: { mosquitto: 0.9 },
  },
  {
    name: 'resume',
    group: 'connect',
    title: 'mutual-TLS reconnect, resumed session, device re-checked',
    load: { mode: 'connect', resume: true, devices: 100, concurrency: 16 },
    ours: 'ours',
    figure: 'cpuMicros',
    peers: { mosquitto: 0.9 },
  },
  {
    name: 'tls-16',
    group: 'reports',
    title: 'report over TLS, QoS 1, 16 in flight: checked, durable',
    load: { ...tls, inFlight: 16 },
    ours: 'ours',
    figure: 'cpuMicros',
    peers: { mosquitto: 0.35, diy: 0.25, nats: undefined },
  },
  {
    name: 'tls-1',
    group: 'reports',
    title: 'report over TLS, QoS 1, 1 in flight: checked, durable',
    load: { ...tls, inFlight: 1 },
    ours: 'ours',
    figure: 'cpuMicros',
    peers: { mosquitto: 1.6, diy: 0.6 },
  },
  {
    name: 'steady',
    group: 'reports',
    title: 'a steady 5,000 reports/s over 200 TLS connections',
    load: { ...tls, devices: 200, inFlight: 16, perSecond: 5000 },
    ours: 'ours',
    figure: 'cpuMicros',
    peers: { diy: 0.55, mosquitto: undefined },
  },
  {
    name: 'plain-16',
    group: 'reports',
    title: 'report over plain MQTT, 16 in flight: checked, durable',
    load: { ...tls, transport: 'plain', inFlight: 16 },
    ours: 'ours',
    figure: 'cpuMicros',
    peers: { aedes: 0.45 },
  },
  {
    name: 'memory',
    group: 'memory',
    title: 'memory per idle mutual-TLS connection, 5,000 of them (RSS)',
    load: { mode: 'hold', devices: 5000 },
    ours: 'ours',
    figure: 'rssPerConnection',
    peers: { mosquitto: 2.2 },
  },
  {
    name: 'throughput',
    group: 'durable',
    title: 'durable reports/s, pipelined over TLS, two properties, default listeners',
    load: { ...tls, inFlight: 64, payloads: twoProperties },
    ours: 'ours-default',
    figure: 'perSecond',
    peers: {},
    goal: 50_000,
  },
  {
    name: 'latency',
    group: 'durable',
    title: 'p99 of PUBLISH to PUBACK, ms, at 3,000 reports/s from 1,000 devices over TLS',
    load: { ...tls, devices: 1000, inFlight: 16, perSecond: 3000, payloads: twoProperties },
    ours: 'ours-default',
    figure: 'p99Millis',
    peers: {},
    goal: 50,
  },
]

/** The rows whose name or group is in `only`, in the order of the table; all when it is absent; a word that names none. */
export function chooseRows(only: string | undefined): readonly Row[] | string {
  const words = only?.split(',')
  const unknown = words?.find((word) => !rows.some(({ name, group }) => word === name || word === group))
  return unknown ?? rows.filter(({ name, group }) => !words || words.includes(name) || words.includes(group))
}
