import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Files } from '../../src/log/files.ts'
import { type FileStep, watchedFiles } from './segment-log.ts'

/** A disk that remembers what would survive: of files what was flushed, of names what their folder's flush made last. */
export interface WatchedDisk {
  readonly files: Files
  /** As after the end of the process: everything that was written. */
  afterKill(into: string): void
  /** As after a power cut that took all that was not flushed. */
  afterPowerCut(into: string): void
}

/** Those that change something. */
const changes: ReadonlySet<FileStep> = new Set([
  ...(['open', 'write', 'flush', 'cut', 'rename', 'remove'] as const),
  ...(['flushFolder', 'writeLater', 'flushLater'] as const),
])

/** The disk of the log in `folder`. `before` is told of each change before it is made, and may look at the disk then. */
export function watchDisk(folder: string, before: (step: FileStep, path: string) => void): WatchedDisk {
  /** By name in the folder: what each file is, now and after a power cut. */
  const live = new Map<string, number>()
  let lasting = new Map<string, number>()
  /** What was flushed of each. */
  const flushed = new Map<number, Buffer>()
  const opened = new Map<number, { readonly path: string; readonly id: number }>()
  let made = 0
  const noteFlush = (file: number): void => {
    const { path, id } = opened.get(file) ?? { path: '', id: -1 }
    if (live.get(basename(path)) === id) flushed.set(id, readFileSync(path))
  }
  const files = watchedFiles((step, path) => {
    if (changes.has(step)) before(step, path)
  })
  return {
    files: {
      ...files,
      open(path, how) {
        const file = files.open(path, how)
        const known = live.get(basename(path))
        const id = how === 'make' || known === undefined ? ++made : known
        // A file that is made anew where one stood is that one, emptied: it is in the folder already.
        if (how === 'make' && known !== undefined && lasting.get(basename(path)) === known)
          lasting.set(basename(path), id)
        live.set(basename(path), id)
        opened.set(file, { path, id })
        return file
      },
      flush(file) {
        files.flush(file)
        noteFlush(file)
      },
      rename(from, to) {
        files.rename(from, to)
        const id = live.get(basename(from))
        live.delete(basename(from))
        if (id !== undefined) live.set(basename(to), id)
      },
      remove(path) {
        files.remove(path)
        live.delete(basename(path))
      },
      flushFolder(path) {
        files.flushFolder(path)
        if (path === folder) lasting = new Map(live)
      },
      async flushLater(file) {
        await files.flushLater(file)
        noteFlush(file)
      },
    },
    afterKill(into) {
      emptyFolder(into)
      for (const name of readdirSync(folder))
        writeFileSync(join(into, name), readFileSync(join(folder, name)))
    },
    afterPowerCut(into) {
      emptyFolder(into)
      for (const [name, id] of lasting) writeFileSync(join(into, name), flushed.get(id) ?? '')
    },
  }
}

function emptyFolder(path: string): void {
  rmSync(path, { recursive: true, force: true })
  mkdirSync(dirname(path), { recursive: true })
  mkdirSync(path)
}
