/**
 * `node bench/start.ts [--devices 10000] [--megabytes 1024]`: how long the product takes from its start to "ready" with so
 * many devices and so much log (aim: 5 s), when it was stopped, and when it was killed with as much of the log not yet
 * folded into history as its bound allows. Records are written into the log directly: the load would take an hour.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { DeviceId, ProjectId } from '../src/base/ids.ts'
import { limits } from '../src/base/limits.ts'
import { readStored } from '../src/codec/payload/stored-report.ts'
import { RecordWriter, reportSource } from '../src/log/record.ts'
import { openSegmentLog } from '../src/log/segment-log.ts'
import { type Quayside, startQuayside } from '../tests/support/quayside.ts'
import { temporaryFolder } from './cleanup.ts'
import { benchModel, fiveProperties } from './payloads.ts'
import { cpuMicros, untilQuiet } from './processes.ts'
import { progress } from './progress.ts'

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '10000' },
    megabytes: { type: 'string', default: '1024' },
    starts: { type: 'string', default: '3' },
  },
})
const devices = Number(values.devices)
const starts = Number(values.starts)
const MB = 1024 * 1024
const BATCH = 500
const RECORDS_A_COMMIT = 4000

const folder = temporaryFolder('start')
const names = Array.from({ length: devices }, (_, index) => `bench-${String(index).padStart(5, '0')}`)

async function register(quayside: Quayside): Promise<void> {
  const product = await quayside.api('POST', '/v5/iot/{project}/products', {
    name: 'bench',
    device_type: 'Bench',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: benchModel,
  })
  const { product_id } = product.body as { product_id: string }
  for (let at = 0; at < devices; at += BATCH) {
    progress(`devices: ${at} of ${devices}`)
    const rows = names.slice(at, at + BATCH).map((name) => ({
      product_id,
      node_id: name,
      device_id: name,
      auth_type: 'SECRET',
      secret: 'a-secret-for-the-bench',
      secure_access: false,
    }))
    const answer = await quayside.api('POST', '/quayside/v1/{project}/devices/batch', { devices: rows })
    const { counts } = answer.body as { counts: { registered: number } }
    if (counts.registered !== rows.length) throw new Error('devices were refused')
  }
}

/** Reports of all devices in turn, received in the last hours until now, up to so many bytes more. */
async function fill(projectId: string, bytes: number): Promise<number> {
  const log = openSegmentLog({ folder: join(folder.path, 'log'), readStored, limits })
  const sources = names.map((name) => reportSource(name as DeviceId, projectId as ProjectId))
  const payloads = fiveProperties.map((payload) => Buffer.from(payload))
  const writer = new RecordWriter()
  let [written, records] = [0, 0]
  while (written < bytes) {
    const at = Date.now()
    for (let i = 0; i < RECORDS_A_COMMIT; i++, records++) {
      const source = sources[records % devices]
      const payload = payloads[records % payloads.length]
      if (source && payload) writer.storedReport(source, at, payload, false)
    }
    const commit = writer.take()
    written += commit.length
    await log.appendRecords(commit, RECORDS_A_COMMIT)
  }
  await log.close()
  return records
}

interface Start {
  /** Seconds from the start of the process to "ready" … */
  readonly ready: number
  /** … of CPU time until then, which a busy machine changes little … */
  readonly cpu: number
  /** … and until a shadow was read, which waits for all of the log. */
  readonly read: number
}

async function start(): Promise<{ quayside: Quayside; figures: Start }> {
  const began = performance.now()
  const seconds = (): number => (performance.now() - began) / 1000
  const quayside = await startQuayside({}, { dataDir: folder.path })
  const ready = seconds()
  const cpu = cpuMicros([quayside.process.pid ?? 0]) / 1e6
  const { status } = await quayside.api('GET', `/v5/iot/{project}/devices/${names[0]}/shadow`)
  if (status !== 200) throw new Error(`the shadow was answered with ${status}`)
  return { quayside, figures: { ready, cpu, read: seconds() } }
}

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const told = (all: readonly Start[]): string =>
  all
    .map(
      ({ ready, cpu, read }) =>
        `${ready.toFixed(2)} s (${cpu.toFixed(2)} s of CPU; a shadow read after ${read.toFixed(2)} s)`,
    )
    .join(', ')

const first = await startQuayside({}, { dataDir: folder.path })
await register(first)
const { projectId } = first.credentials
await first.stop()

const tail = limits.historyLagBytesMax
const all = Number(values.megabytes) * MB
progress('writing the log')
const records = await fill(projectId, Math.max(0, all - tail))
progress('applying it')
const applied = await start()
print(`applied ${records} reports that nothing knew of: ready after ${told([applied.figures])}`)
// Folding goes on behind; what is open then is below its bound.
progress('folding it')
await untilQuiet([applied.quayside.process.pid ?? 0], { forMillis: 3000, maxMillis: 180_000 })
await applied.quayside.stop()

const stopped: Start[] = []
for (let i = 0; i < starts; i++) {
  const { quayside, figures } = await start()
  stopped.push(figures)
  await quayside.stop()
}
print(`${devices} devices, ${Math.round((all - tail) / MB)} MB of log, stopped: ${told(stopped)}`)

await fill(projectId, tail)
const killed: Start[] = []
for (let i = 0; i < starts; i++) {
  const { quayside, figures } = await start()
  killed.push(figures)
  await quayside.kill()
}
const size = `${devices} devices, ${all / MB} MB of log`
print(`${size}, ${tail / MB} MB of it known to nothing: ${told(killed.slice(0, 1))}`)
// A start writes shadows and tables within seconds, history later: this is what a kill under load leaves behind.
print(`${size}, ${tail / MB} MB of it not in history, killed: ${told(killed.slice(1))}`)
folder.remove()
