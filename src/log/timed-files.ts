import type { Files } from './files.ts'

/** Flushes since the start, and how long they took: what a commit waits for the disk. */
export interface FlushTimes {
  flushes: number
  seconds: number
  lastSeconds: number
}

/** The same files, their flushes counted in `times`. */
export function timedFiles(files: Files, times: FlushTimes): Files {
  return {
    ...files,
    flush(file) {
      const started = performance.now()
      try {
        files.flush(file)
      } finally {
        times.lastSeconds = (performance.now() - started) / 1000
        times.seconds += times.lastSeconds
        times.flushes++
      }
    },
  }
}
