import { readdirSync, readFileSync } from 'node:fs'

/** USER_HZ of Linux: the unit of CPU times in /proc. */
const TICK_MICROS = 10_000

/** `roots` and all their descendants. */
export function processTree(roots: readonly number[]): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const fields = statFields(pid)
    if (!fields) continue
    const parent = Number(fields[1])
    children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const tree: number[] = []
  const add = (pid: number): void => {
    tree.push(pid)
    for (const child of children.get(pid) ?? []) add(child)
  }
  for (const root of roots) add(root)
  return tree
}

/** utime and stime of the processes and their descendants, microseconds; those of all their threads are in it. */
export function cpuMicros(roots: readonly number[]): number {
  let ticks = 0
  for (const pid of processTree(roots)) {
    const fields = statFields(pid)
    if (fields) ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks * TICK_MICROS
}

export interface Memory {
  readonly rssBytes: number
  /** Shared pages counted in parts: the figure to compare when there are several processes. */
  readonly pssBytes: number
}

export function memoryOf(roots: readonly number[]): Memory {
  let rssBytes = 0
  let pssBytes = 0
  for (const pid of processTree(roots)) {
    const text = read(`/proc/${pid}/smaps_rollup`)
    const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0)
    rssBytes += kilobytes('Rss') * 1024
    pssBytes += kilobytes('Pss') * 1024
  }
  return { rssBytes, pssBytes }
}

/** Open descriptors of the processes and their descendants. */
export function descriptorsOf(roots: readonly number[]): number {
  return processTree(roots).reduce((sum, pid) => sum + readdirSync(`/proc/${pid}/fd`).length, 0)
}

/**
 * Resolves when the processes have used next to no CPU for `forMillis`: what they put off until after a run is then
 * done. Gives up, and says so by `false`, after `maxMillis`.
 */
export async function untilQuiet(
  roots: readonly number[],
  { forMillis = 400, maxMillis = 20_000 } = {},
): Promise<boolean> {
  const deadline = performance.now() + maxMillis
  const share = 0.05
  for (let before = cpuMicros(roots); performance.now() < deadline;) {
    await new Promise((resolve) => setTimeout(resolve, forMillis))
    const now = cpuMicros(roots)
    if (now - before <= forMillis * 1000 * share) return true
    before = now
  }
  return false
}

/** The fields of /proc/PID/stat from the state on; undefined when the process has ended. */
function statFields(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`)
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It ended between being listed and being read.
    return ''
  }
}
