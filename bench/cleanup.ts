import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What is to be undone when the bench ends, however it ends: processes and temporary folders. Synchronous. */
const pending = new Set<() => void>()

process.once('exit', () => {
  for (const undo of pending) undo()
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))

/** Keeps `undo` until the end of the process; gives what forgets it again. */
export function atEnd(undo: () => void): () => void {
  pending.add(undo)
  return () => void pending.delete(undo)
}

/** An empty folder that is gone when it is removed, or at the end. */
export function temporaryFolder(name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `quayside-bench-${name}-`))
  const remove = () => rmSync(path, { recursive: true, force: true })
  const forget = atEnd(remove)
  return {
    path,
    remove() {
      forget()
      remove()
    },
  }
}
