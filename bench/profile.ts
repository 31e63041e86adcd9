import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import type { Profiler } from 'node:inspector'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from './cleanup.ts'
import type { Fleet } from './fleet.ts'
import { measure, type Timing } from './measure.ts'
import { startOurs } from './ours.ts'
import { progress } from './progress.ts'
import type { Row } from './rows.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const HOTTEST = 30
const PERF_HERTZ = 1999

/**
 * Runs a row on our server alone while all its threads are profiled; leaves a `.cpuprofile` a thread (Chrome's and
 * VS Code's format) in `folder`, and gives the hottest functions by self time. With Linux perf, what the kernel, TLS
 * and SQLite take is listed too, which a JavaScript profile shows only as part of the function that called them.
 */
export async function profileRow(
  row: Row,
  { fleet, timing, folder }: { readonly fleet: Fleet; readonly timing: Timing; readonly folder: string },
): Promise<string> {
  if (row.load.mode === 'hold')
    throw new Error('the memory row holds connections: there is no work to profile')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const dataFolder = temporaryFolder('profile')
  const hasPerf =
    spawnSync('perf', ['record', '-o', join(folder, 'perf.data'), 'true'], { stdio: 'ignore' }).status === 0
  const server = await startOurs({
    fleet,
    folder: dataFolder.path,
    devices: row.load.devices,
    transport: row.load.mode === 'publish' ? row.load.transport : 'mtls',
    ...(row.ours === 'ours' && { listeners: 1 }),
    nodeFlags: [
      ...(hasPerf ? ['--perf-basic-prof', '--interpreted-frames-native-stack'] : []),
      `--import=${new URL('profile-hook.ts', import.meta.url).href}`,
    ],
    env: { BENCH_PROFILE_DIR: folder },
  })
  let stopPerf = async (): Promise<void> => {}
  const toggle = async () => {
    server.signal('SIGUSR2')
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  try {
    const profiled = await measure(server, row.load, { fleet }, timing, { began: toggle, ended: toggle })
    progress(`profiled: ${profiled.cpuMicros.toFixed(1)} µs an operation, the profiler's own cost in it`)
    // Apart, or it would show the other profiler.
    if (hasPerf)
      await measure(server, row.load, { fleet }, timing, {
        began: async () => void (stopPerf = recordPerf(server.pids, folder)),
        ended: () => stopPerf(),
      })
  } finally {
    await server.stop()
    dataFolder.remove()
  }
  const threads = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => hottest(name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profiler.Profile))
  return [...threads, ...(hasPerf ? [perfReport(folder)] : [])].join('\n')
}

function recordPerf(pids: readonly number[], folder: string): () => Promise<void> {
  const args = ['record', '-F', String(PERF_HERTZ), '-o', join(folder, 'perf.data'), '-p', pids.join(',')]
  const perf = spawn('perf', args, { stdio: 'ignore' })
  return async () => {
    const exited = once(perf, 'exit')
    perf.kill('SIGINT')
    await exited
  }
}

/** Samples of all threads by thread and symbol, with the kernel's and the libraries'. */
function perfReport(folder: string): string {
  const args = [
    'report',
    '-i',
    join(folder, 'perf.data'),
    '--stdio',
    '--no-children',
    '--sort',
    'comm,symbol',
  ]
  const { stdout } = spawnSync('perf', args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 })
  const lines = stdout
    .split('\n')
    .filter((line) => /^\s+\d/.test(line))
    .map((line) => line.replace(/[\s-]+$/, '').slice(0, 140))
  return `perf, share of all CPU time: thread, symbol\n${lines.slice(0, 2 * HOTTEST).join('\n')}\n`
}

/** The functions of a thread with the most time of their own, as a share of the time in which it did something. */
export function hottest(name: string, { nodes, samples = [], timeDeltas = [] }: Profiler.Profile): string {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const self = new Map<string, number>()
  let whole = 0
  let idle = 0
  for (const [index, id] of samples.entries()) {
    const frame = byId.get(id)?.callFrame
    const micros = timeDeltas[index] ?? 0
    whole += micros
    if (!frame) continue
    // Starting and ending the profile is no work of the thread's either.
    if (frame.functionName === '(idle)' || frame.url === 'node:inspector') {
      idle += micros
      continue
    }
    const place = frame.url === '' ? '' : ` ${placeOf(frame.url)}:${frame.lineNumber + 1}`
    const key = `${frame.functionName || '(anonymous)'}${place}`
    self.set(key, (self.get(key) ?? 0) + micros)
  }
  const busy = whole - idle
  const lines = [...self]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, HOTTEST)
    .map(([key, micros]) => `${((100 * micros) / busy).toFixed(1).padStart(6)} %  ${key}`)
  const share = ((100 * busy) / whole).toFixed(0)
  return [`${name}: busy ${share} % of ${(whole / 1e6).toFixed(1)} s`, ...lines, ''].join('\n')
}

function placeOf(url: string): string {
  return url.startsWith('file:') ? relative(root, fileURLToPath(url)) : url
}
