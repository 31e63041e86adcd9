import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder whose disk can be full, for real. */
export interface SmallDisk {
  readonly folder: string
  /** No process, or not this one, can make a file longer from now on. */
  fill(pid: number): void
  free(pid: number): void
  dispose(): void
}

/**
 * A disk of 24 MB of its own where the system lets us mount one; else an ordinary folder, and `fill` takes the right
 * to write beyond the first page of any file away from the process (`RLIMIT_FSIZE`). Both make the same writes of
 * the product fail in the kernel.
 */
export function makeSmallDisk(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'quayside-disk-'))
  return mount(folder) ? mounted(folder) : limited(folder)
}

function mount(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function mounted(folder: string): SmallDisk {
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill() {
      const file = openSync(ballast, 'a')
      const page = new Uint8Array(4096)
      try {
        for (;;) writeSync(file, page)
      } catch (fault) {
        if ((fault as NodeJS.ErrnoException).code !== 'ENOSPC') throw fault
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(ballast),
    dispose() {
      execFileSync('umount', [folder])
      rmSync(folder, { recursive: true })
    },
  }
}

function limited(folder: string): SmallDisk {
  // The soft limit alone: it can be raised again without any right.
  const limit = (pid: number, bytes: string) =>
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`])
  return {
    folder,
    fill: (pid) => void limit(pid, '4096'),
    free: (pid) => void limit(pid, 'unlimited'),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}
