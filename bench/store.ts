import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { DeviceId, ProjectId } from '../src/base/ids.ts'
import { readStored } from '../src/codec/payload/stored-report.ts'
import { RecordWriter, reportSource } from '../src/log/record.ts'
import { openSegmentLog } from '../src/log/segment-log.ts'
import { openProjections } from '../src/projections/projections.ts'
import { fiveProperties, twoProperties } from './payloads.ts'

/*
 * What a report costs on the store thread, by itself: `node bench/store.ts`. Records come in batches as a listener
 * thread hands them on, are committed, applied to shadow and history and folded, in this process. CPU time of all its
 * threads, so that the garbage collector's helpers are in it.
 */

const { values: options } = parseArgs({
  options: {
    /** Thousands of reports that are measured, after half as many to warm up. */
    thousand: { type: 'string', default: '500' },
    devices: { type: 'string', default: '100' },
    /** Reports of one device that come one behind the other. */
    burst: { type: 'string', default: '16' },
    /** Reports a commit. */
    batch: { type: 'string', default: '800' },
    /** Commits that are applied at once. */
    follow: { type: 'string', default: '5' },
    two: { type: 'boolean', default: false },
    folder: { type: 'string', default: tmpdir() },
  },
})

const folder = mkdtempSync(join(options.folder, 'quayside-bench-'))
const log = openSegmentLog({ folder: join(folder, 'log'), readStored })
const projections = await openProjections({
  file: join(folder, 'projections.db'),
  historyFolder: join(folder, 'history'),
  log,
})
const payloads = (options.two ? twoProperties : fiveProperties).map((text) => Buffer.from(text))
const sources = Array.from({ length: Number(options.devices) }, (_, n) =>
  reportSource(`bench-${String(n).padStart(5, '0')}` as DeviceId, 'a-project' as ProjectId),
)
const burst = Number(options.burst)
const batchReports = Number(options.batch)
const follow = Number(options.follow)
// Of shared memory that is used again, as that of a lot is.
const writer = new RecordWriter(64 * 1024, (bytes) => Buffer.from(new SharedArrayBuffer(bytes)))
const cpu = { made: 0, appended: 0, applied: 0 }
let sent = 0
let at = Date.now()

/** As a listener thread makes it; not counted. */
function makeBatch(): Uint8Array {
  const began = micros()
  writer.clear()
  at += 8
  for (let n = 0; n < batchReports; n++, sent++) {
    const device = Math.floor(sent / burst) % sources.length
    const payload = payloads[(sent * 7) % payloads.length]
    const source = sources[device]
    if (payload && source) writer.storedReport(source, at, payload, false)
  }
  const batch = writer.records
  cpu.made += micros() - began
  return batch
}

function micros(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

async function run(reports: number): Promise<void> {
  const end = sent + reports
  for (let commits = 1; sent < end; commits++) {
    const batch = makeBatch()
    const began = micros()
    await log.appendRecords(batch, batchReports)
    cpu.appended += micros() - began
    if (commits % follow === 0) await catchUp()
  }
  await catchUp()
}

async function catchUp(): Promise<void> {
  const began = micros()
  await projections.catchUp()
  cpu.applied += micros() - began
}

try {
  const reports = 1000 * Number(options.thousand)
  await run(reports / 2)
  Object.assign(cpu, { made: 0, appended: 0, applied: 0 })
  const [began, beganSent] = [micros(), sent]
  await run(reports)
  const done = sent - beganSent
  const all = micros() - began - cpu.made
  const each = (sum: number): string => (sum / done).toFixed(2)
  process.stdout.write(
    `µs of CPU a report: ${each(all)}; appending ${each(cpu.appended)}, applying ${each(cpu.applied)} (both with what timers did meanwhile)\n`,
  )
} finally {
  await projections.close()
  await log.close()
  rmSync(folder, { recursive: true })
}
