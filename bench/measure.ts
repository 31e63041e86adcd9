import { type Generator, type LoadTotals, startGenerator } from './load/generator.ts'
import type { LoadPlan } from './load/plan.ts'
import { cpuMicros, memoryOf, untilQuiet } from './processes.ts'
import type { Load } from './rows.ts'
import type { Server, ServerOptions } from './servers.ts'

/** What one run of one row on one server gave. */
export interface Measurement {
  /** Connects or reports that count. */
  readonly operations: number
  /** CPU time of all the server's processes, until it had nothing more to do, per operation. */
  readonly cpuMicros: number
  /** Until the last one was acknowledged, and stored where the server stores. */
  readonly perSecond: number
  /** Latency, milliseconds: PUBLISH to PUBACK, or socket to CONNACK. */
  readonly p50Millis: number
  readonly p99Millis: number
  readonly rssPerConnection: number
  readonly pssPerConnection: number
  /** CPU time per second, in cores. */
  readonly serverCores: number
  readonly clientCores: number
}

export interface Timing {
  readonly seconds: number
  readonly warmUpSeconds: number
  /** Processes of the generator. */
  readonly processes: number
}

/** Called around the time that counts. */
export interface Hooks {
  readonly began?: () => Promise<void>
  readonly ended?: () => Promise<void>
}

const sleep = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

/**
 * Runs one row's load on a server that is up. Throws when anything was lost, refused or not resumed, or, for a server
 * that stores, when it has not stored every report that was acknowledged: only work that was done is measured.
 */
export async function measure(
  server: Server,
  load: Load,
  { fleet }: Pick<ServerOptions, 'fleet'>,
  timing: Timing,
  hooks: Hooks = {},
): Promise<Measurement> {
  const isPublish = load.mode === 'publish'
  const transport = isPublish ? load.transport : 'mtls'
  const plan: Omit<LoadPlan, 'first' | 'step'> = {
    port: server.port(transport),
    transport,
    fleetFile: fleet.file,
    serverCaPem: fleet.serverCaPem,
    devices: load.devices,
    concurrency: load.mode === 'connect' ? load.concurrency : 32,
    resume: load.mode === 'connect' && load.resume,
    inFlight: isPublish ? load.inFlight : 1,
    ...(isPublish && load.perSecond !== undefined && { perSecond: load.perSecond }),
    payloads: isPublish ? load.payloads : [],
  }
  const generator = await startGenerator(plan, timing.processes)
  try {
    return load.mode === 'hold'
      ? await measureMemory(generator, server, load.devices)
      : await measureWork(generator, server, load, timing, hooks)
  } finally {
    await generator.end()
  }
}

async function measureWork(
  generator: Generator,
  server: Server,
  load: Exclude<Load, { mode: 'hold' }>,
  { seconds, warmUpSeconds }: Timing,
  hooks: Hooks,
): Promise<Measurement> {
  const storedBefore = (await server.stored()) ?? 0
  const start = load.mode === 'publish' ? 'publish' : 'churn'
  const sentBefore = await warmUp(generator, server, load, warmUpSeconds)
  await hooks.began?.()
  const cpuBefore = cpuMicros(server.pids)
  const clientBefore = cpuMicros(generator.pids)
  const began = performance.now()
  await generator.run(start)
  await sleep(seconds * 1000)
  await generator.run('quiet')
  const elapsed = (performance.now() - began) / 1000
  const clientCpu = cpuMicros(generator.pids) - clientBefore
  const busyCpu = cpuMicros(server.pids) - cpuBefore
  await hooks.ended?.()
  const totals = await generator.take()
  await server.settled()
  // Not only acknowledged: also where a user finds it.
  const settledAfter = (performance.now() - began) / 1000
  await untilQuiet(server.pids)
  const cpu = cpuMicros(server.pids) - cpuBefore

  refuseFailures(server, totals)
  const operations = load.mode === 'publish' ? totals.acknowledged : totals.connected
  if (operations === 0) throw new Error(`${server.name} did nothing`)
  if (load.mode === 'connect') refuseFullHandshakes(server, load, totals)
  else await refuseLosses(server, totals, storedBefore + sentBefore)
  return {
    operations,
    cpuMicros: cpu / operations,
    perSecond: operations / settledAfter,
    p50Millis: totals.latency.quantile(0.5) / 1000,
    p99Millis: totals.latency.quantile(0.99) / 1000,
    rssPerConnection: 0,
    pssPerConnection: 0,
    serverCores: busyCpu / (elapsed * 1e6),
    clientCores: clientCpu / (elapsed * 1e6),
  }
}

/** Connects, and sends until code and caches are warm; gives how many reports that were. */
async function warmUp(
  generator: Generator,
  server: Server,
  load: Exclude<Load, { mode: 'hold' }>,
  seconds: number,
): Promise<number> {
  if (load.mode === 'publish') await generator.run('open')
  await generator.run(load.mode === 'publish' ? 'publish' : 'churn')
  await sleep(seconds * 1000)
  let totals = await generator.take()
  let { sent } = totals
  // A device's first connect is a full handshake, and brings the session that the next one resumes.
  if (load.mode === 'connect' && load.resume)
    for (let { connected } = totals; connected < 2 * load.devices; connected += totals.connected) {
      refuseFailures(server, totals)
      await sleep(100)
      totals = await generator.take()
    }
  refuseFailures(server, totals)
  await generator.run('quiet')
  totals = await generator.take()
  refuseFailures(server, totals)
  sent += totals.sent
  await settle(server)
  return sent
}

async function measureMemory(
  generator: Generator,
  server: Server,
  connections: number,
): Promise<Measurement> {
  const settleMillis = 6000
  await settle(server)
  const before = memoryOf(server.pids)
  const cpuBefore = cpuMicros(server.pids)
  await generator.run('open')
  await settle(server)
  await sleep(settleMillis)
  const totals = await generator.take()
  refuseFailures(server, totals)
  if (totals.open !== connections)
    throw new Error(`${server.name}: ${totals.open} of ${connections} connections are up`)
  const after = memoryOf(server.pids)
  const cpu = cpuMicros(server.pids) - cpuBefore
  await generator.run('close')
  return {
    operations: connections,
    cpuMicros: cpu / connections,
    perSecond: 0,
    p50Millis: totals.latency.quantile(0.5) / 1000,
    p99Millis: totals.latency.quantile(0.99) / 1000,
    rssPerConnection: (after.rssBytes - before.rssBytes) / connections,
    pssPerConnection: (after.pssBytes - before.pssBytes) / connections,
    serverCores: 0,
    clientCores: 0,
  }
}

async function settle(server: Server): Promise<void> {
  await server.settled()
  await untilQuiet(server.pids)
}

function refuseFullHandshakes(server: Server, { resume }: { resume: boolean }, totals: LoadTotals): void {
  const { connected, resumed } = totals
  // A ticket may be renewed in between, and a takeover may come in its way: a few do not matter.
  if (resume ? resumed < 0.98 * connected : resumed > 0)
    throw new Error(`${server.name}: ${resumed} of ${connected} connections resumed a session`)
}

async function refuseLosses(server: Server, totals: LoadTotals, storedBefore: number): Promise<void> {
  const { sent, acknowledged } = totals
  if (sent !== acknowledged)
    throw new Error(`${server.name}: ${sent} reports sent, ${acknowledged} acknowledged`)
  const stored = await server.stored()
  if (stored !== undefined && stored - storedBefore !== sent)
    throw new Error(`${server.name}: ${sent} reports acknowledged, ${stored - storedBefore} stored`)
}

function refuseFailures(server: Server, { failures }: LoadTotals): void {
  const kinds = Object.entries(failures)
  if (kinds.length > 0)
    throw new Error(`${server.name}: ${kinds.map(([kind, count]) => `${count} × ${kind}`).join(', ')}`)
}
