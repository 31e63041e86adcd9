/**
 * `npm run bench:soak -- --minutes 30`: our server under half of what it can take, with default listeners, over TLS.
 * Every ten seconds it notes memory, descriptors and latency; at the end it exits with 1 when memory or descriptors
 * grew beyond their bounds (soak-verdict.ts), or when a report that was acknowledged is not stored.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { temporaryFolder } from './cleanup.ts'
import { makeFleet } from './fleet.ts'
import { type Generator, startGenerator } from './load/generator.ts'
import { measure } from './measure.ts'
import { type Ours, startOurs } from './ours.ts'
import { repository } from './options.ts'
import { twoProperties } from './payloads.ts'
import { descriptorsOf, memoryOf } from './processes.ts'
import { progress } from './progress.ts'
import { machine, versions } from './surroundings.ts'
import type { Load } from './rows.ts'
import { type SoakSample, soakVerdict } from './soak-verdict.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string' },
    devices: { type: 'string', default: '500' },
    'sample-seconds': { type: 'string', default: '10' },
  },
})
const minutes = Number(values.minutes)
const sampleMillis = Number(values['sample-seconds']) * 1000
const devices = Number(values.devices)
const fleet = await makeFleet(join(repository, 'node_modules', '.cache', 'quayside-bench'), devices)
const folder = temporaryFolder('soak')
const server = await startOurs({ fleet, folder: folder.path, devices, transport: 'mtls' })

const perSecond = values.rate === undefined ? await halfOf(server) : Number(values.rate)
progress(`${perSecond} reports/s of ${devices} devices for ${minutes} minutes`)
const storedBefore = (await server.stored()) ?? 0
const generator = await startGenerator(
  {
    port: server.port('mtls'),
    transport: 'mtls',
    fleetFile: fleet.file,
    serverCaPem: fleet.serverCaPem,
    devices,
    concurrency: 32,
    resume: false,
    inFlight: 64,
    perSecond,
    payloads: twoProperties,
  },
  2,
)
await generator.run('open')
await generator.run('publish')
const samples: SoakSample[] = []
const began = performance.now()
let acknowledged = 0
let sent = 0
const count = async (): Promise<SoakSample> => {
  const totals = await generator.take()
  const failures = Object.entries(totals.failures)
  if (failures.length > 0) throw new Error(`the load failed: ${JSON.stringify(failures)}`)
  acknowledged += totals.acknowledged
  sent += totals.sent
  return {
    minute: (performance.now() - began) / 60_000,
    rssBytes: memoryOf(server.pids).rssBytes,
    descriptors: descriptorsOf(server.pids),
    reports: totals.acknowledged,
    p50Millis: totals.latency.quantile(0.5) / 1000,
    p99Millis: totals.latency.quantile(0.99) / 1000,
  }
}
while (performance.now() - began < minutes * 60_000) {
  await new Promise((resolve) => setTimeout(resolve, sampleMillis))
  const sample = await count()
  samples.push(sample)
  progress(
    `${sample.minute.toFixed(1)} min: ${(sample.rssBytes / 1e6).toFixed(0)} MB, ${sample.descriptors} descriptors, ` +
      `${sample.reports} reports, p50 ${sample.p50Millis.toFixed(1)} ms, p99 ${sample.p99Millis.toFixed(1)} ms`,
  )
}
await ended(generator, server)

async function ended(load: Generator, ours: Ours): Promise<void> {
  await load.run('quiet')
  await count()
  await load.end()
  await ours.settled()
  const stored = ((await ours.stored()) ?? 0) - storedBefore
  await ours.stop()
  folder.remove()
  const verdict = soakVerdict(samples)
  const isComplete = sent === acknowledged && stored === acknowledged
  const result = {
    at: new Date().toISOString(),
    versions: versions(),
    machine: machine(),
    minutes,
    perSecond,
    devices,
    sent,
    acknowledged,
    stored,
    ...verdict,
    samples,
  }
  const results = join(repository, 'bench', 'results')
  mkdirSync(results, { recursive: true })
  const file = join(results, `soak-${result.at.slice(0, 19).replaceAll(':', '-')}.json`)
  writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`)
  process.stdout.write(
    [
      `reports: ${sent} sent, ${acknowledged} acknowledged, ${stored} stored${isComplete ? '' : ': NOT the same'}`,
      ...verdict.lines,
      `written: ${file}`,
      '',
    ].join('\n'),
  )
  process.exitCode = verdict.isFlat && isComplete ? 0 : 1
}

/** Half of the reports a second that the server takes one by one from all devices, measured after a warm-up. */
async function halfOf(ours: Ours): Promise<number> {
  const load: Load = {
    mode: 'publish',
    transport: 'mtls',
    devices: 100,
    inFlight: 64,
    payloads: twoProperties,
  }
  const timing = {
    seconds: Math.min(10, minutes * 20),
    warmUpSeconds: Math.min(5, minutes * 10),
    processes: 2,
  }
  const { perSecond: most } = await measure(ours, load, { fleet }, timing)
  return Math.max(100, Math.round(most / 2 / 100) * 100)
}
