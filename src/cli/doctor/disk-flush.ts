import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, ok, problem, warning } from './check.ts'
import { nearest } from './folder.ts'

const TRIES = 50
const PAGE_BYTES = 4096
const SLOW_MILLIS = 20

/**
 * How long a report waits for the disk: a page is written and flushed fifty times, in a file of its own that is removed
 * again. Median and worst.
 */
export const checkDiskFlush: Check = ({ dataDir }) => {
  const about = 'Disk flush'
  const path = join(nearest(dataDir), `.quayside-doctor-${process.pid}.tmp`)
  let times: readonly number[]
  try {
    times = flushTimes(path)
  } catch (fault) {
    return [
      problem(
        about,
        `nothing can be written to ${nearest(dataDir)}: ${(fault as Error).message}.`,
        'See that the disk has space, works, and may be written by this user.',
      ),
    ]
  }
  const sorted = times.toSorted((a, b) => a - b)
  const median = sorted[TRIES / 2] ?? 0
  const worst = sorted.at(-1) ?? 0
  const sentence = `${median.toFixed(median < 1 ? 2 : 1)} ms (median of ${TRIES}), ${worst.toFixed(1)} ms at worst`
  if (median <= SLOW_MILLIS) return [ok(about, `${sentence}.`)]
  return [
    warning(
      about,
      `${sentence}: every report waits for a flush before it is acknowledged.`,
      'Use a solid-state disk of this machine, or one with a battery-backed cache; see what else writes to it.',
    ),
  ]
}

function flushTimes(path: string): readonly number[] {
  const page = new Uint8Array(PAGE_BYTES)
  const file = openSync(path, 'wx', 0o600)
  try {
    return Array.from({ length: TRIES }, () => {
      const began = performance.now()
      writeSync(file, page)
      fdatasyncSync(file)
      return performance.now() - began
    })
  } finally {
    closeSync(file)
    rmSync(path, { force: true })
  }
}
