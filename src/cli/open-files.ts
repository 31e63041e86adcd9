import { readFileSync } from 'node:fs'

/** How many files a process may have open: the hard limit, up to which Node.js raises the soft one by itself. */
export function openFilesMax(pid: number | 'self' = 'self'): number | undefined {
  try {
    const [, hard] = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8')) ?? []
    return hard === 'unlimited' ? Infinity : hard === undefined ? undefined : Number(hard)
  } catch {
    // Not Linux, or not our process: nothing can be said.
    return undefined
  }
}
