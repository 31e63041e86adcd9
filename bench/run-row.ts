import { temporaryFolder } from './cleanup.ts'
import type { Fleet } from './fleet.ts'
import { type Measurement, measure, type Timing } from './measure.ts'
import { type OursOptions, startOurs } from './ours.ts'
import { startAedes } from './peers/aedes.ts'
import { startDiy } from './peers/diy.ts'
import { startMosquitto } from './peers/mosquitto.ts'
import { startNats } from './peers/nats.ts'
import { progress } from './progress.ts'
import type { Row } from './rows.ts'
import type { Server, ServerName } from './servers.ts'

export interface RunOptions {
  readonly fleet: Fleet
  readonly rounds: number
  readonly timing: Timing
  /** Without: ours alone. */
  readonly withPeers: boolean
  /** Folder of another version of the product, which is measured as one more peer. */
  readonly against: string | undefined
}

/** The measurements of a row, a list with one of each round by server. */
export type RowResult = Partial<Record<ServerName, readonly Measurement[]>>

/**
 * Measures a row: all its servers are up at once, idle but for the one that is measured; the order is turned round
 * after each round, so that what else the machine does meets all of them alike. Memory wants a fresh process each time.
 */
export async function runRow(row: Row, options: RunOptions): Promise<RowResult> {
  const { fleet, rounds, timing, withPeers } = options
  const names: ServerName[] = [
    row.ours,
    ...(options.against === undefined ? [] : ['before' as const]),
    ...(withPeers ? (Object.keys(row.peers) as ServerName[]) : []),
  ]
  const result: Partial<Record<ServerName, Measurement[]>> = {}
  const warm = { ...timing, warmUpSeconds: Math.min(1, timing.warmUpSeconds) }
  const keepsServers = row.load.mode !== 'hold'
  const servers = new Map<ServerName, Started>()
  try {
    for (let round = 0; round < rounds; round++) {
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        const isFresh = !servers.has(name)
        const started = servers.get(name) ?? (await start(name, row, options))
        servers.set(name, started)
        const measurement = await measure(started.server, row.load, { fleet }, isFresh ? timing : warm)
        ;(result[name] ??= []).push(measurement)
        progress(`${row.name}, round ${round + 1} of ${rounds}, ${name}: ${inShort(row, measurement)}`)
        if (keepsServers) continue
        servers.delete(name)
        await started.dispose()
      }
    }
  } finally {
    for (const { dispose } of servers.values()) await dispose()
  }
  return result
}

interface Started {
  readonly server: Server
  dispose(): Promise<void>
}

async function start(name: ServerName, row: Row, { fleet, against }: RunOptions): Promise<Started> {
  const folder = temporaryFolder(name)
  const options = { fleet, folder: folder.path, devices: row.load.devices }
  const server = await startServer(name, row, {
    ...options,
    ...(against !== undefined && { product: against }),
  })
  return {
    server,
    async dispose() {
      await server.stop()
      folder.remove()
    },
  }
}

function startServer(name: ServerName, { load, ours }: Row, options: OursOptions): Promise<Server> {
  const transport = load.mode === 'publish' ? load.transport : 'mtls'
  const { product: _other, ...own } = options
  const listeners = ours === 'ours' && { listeners: 1 }
  switch (name) {
    case 'ours':
    case 'ours-default':
      return startOurs({ ...own, ...listeners, transport })
    case 'before':
      return startOurs({ ...options, ...listeners, transport })
    case 'mosquitto':
      return startMosquitto(options)
    case 'diy':
      return startDiy(options)
    case 'aedes':
      return startAedes()
    case 'nats':
      return startNats(options)
  }
}

function inShort(row: Row, measurement: Measurement): string {
  const { cpuMicros, perSecond, p50Millis, p99Millis, rssPerConnection, serverCores, clientCores } =
    measurement
  if (row.load.mode === 'hold') return `${Math.round(rssPerConnection)} bytes a connection`
  return [
    `${cpuMicros.toFixed(1)} µs`,
    `${Math.round(perSecond)}/s`,
    `p50 ${p50Millis.toFixed(1)} ms, p99 ${p99Millis.toFixed(1)} ms`,
    `cores: server ${serverCores.toFixed(2)}, generator ${clientCores.toFixed(2)}`,
  ].join(', ')
}
