/*
 * Loaded before the product by `--import`, in each of its threads: SIGUSR2 starts a CPU profile in all of them, the
 * next one ends it and writes a file a thread into BENCH_PROFILE_DIR. So a profile holds what is measured and nothing
 * of start and warm-up, which `node --cpu-prof` cannot do.
 */
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { join } from 'node:path'
import { BroadcastChannel, isMainThread, threadId, threadName } from 'node:worker_threads'

const SAMPLE_MICROS = 250
const folder = process.env['BENCH_PROFILE_DIR'] ?? '.'
const channel = new BroadcastChannel('bench-profile')
let session: Session | undefined

channel.onmessage = toggle
channel.unref()
if (isMainThread)
  process.on('SIGUSR2', () => {
    channel.postMessage('toggle')
    toggle()
  })

function toggle(): void {
  if (!session) {
    session = new Session()
    session.connect()
    session.post('Profiler.enable')
    session.post('Profiler.setSamplingInterval', { interval: SAMPLE_MICROS })
    session.post('Profiler.start')
    return
  }
  const ended = session
  session = undefined
  ended.post('Profiler.stop', (fault, { profile }) => {
    if (fault) throw fault
    const name = isMainThread ? 'main' : (threadName ?? 'thread')
    writeFileSync(join(folder, `${name}-${threadId}.cpuprofile`), JSON.stringify(profile))
    ended.disconnect()
  })
}
