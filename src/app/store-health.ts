import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StoreHealth } from './threads.ts'

/** Below this a look also tries whether a write still succeeds. */
const scarceBytes = 16 * 1024 * 1024
/** As much as a commit may need at once, roughly. */
const probeBytes = 64 * 1024
/** Whoever asks more often gets the last answer: a look costs a flush, and anyone may ask. */
const lookMillis = 1000

/** Whether reports can be stored (safety R2, S15). */
export interface StoreHealthWatch {
  /** Something could not be stored: not healthy, until a look finds that it can be again. */
  failed(reason: string): void
  health(): Promise<StoreHealth>
  isFailing(): boolean
}

/**
 * Looks into the data folder when there is a reason to: after a failure, and while space is scarce. A look writes
 * and flushes a file there and has `tryLog` make a commit like that of a report.
 */
export function watchStoreHealth(deps: {
  readonly dataDir: string
  tryLog(): Promise<void>
  /** Milliseconds of a clock that never jumps. */
  elapsed(): number
  /** A look found that what had failed succeeds again. */
  onRecovered(): void
}): StoreHealthWatch {
  const { dataDir, tryLog, elapsed, onRecovered } = deps
  let failure: string | undefined
  let lookedAt = -Infinity
  let known: Promise<StoreHealth> = Promise.resolve({ ok: true })

  async function look(): Promise<StoreHealth> {
    const seen = failure
    try {
      if (seen === undefined && freeBytes(dataDir) >= scarceBytes) return { ok: true }
      writeProbe(dataDir)
      await tryLog()
    } catch (fault) {
      const reason = seen ?? (fault as Error).message
      failure ??= reason
      return { ok: false, reason: `The data folder cannot be written: ${reason}.` }
    }
    // Failed again meanwhile: the next look decides.
    if (failure !== seen) return { ok: false, reason: `The data folder cannot be written: ${failure}.` }
    failure = undefined
    if (seen !== undefined) onRecovered()
    return { ok: true }
  }

  return {
    failed(reason) {
      if (failure === undefined) lookedAt = -Infinity
      failure = reason
    },
    isFailing: () => failure !== undefined,
    health() {
      if (elapsed() - lookedAt < lookMillis) return known
      lookedAt = elapsed()
      known = look()
      return known
    },
  }
}

function freeBytes(dataDir: string): number {
  const { bavail, bsize } = statfsSync(dataDir)
  return bavail * bsize
}

function writeProbe(dataDir: string): void {
  const path = join(dataDir, 'probe.tmp')
  try {
    const file = openSync(path, 'w', 0o600)
    try {
      writeFileSync(file, new Uint8Array(probeBytes))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  } finally {
    rmSync(path, { force: true })
  }
}
