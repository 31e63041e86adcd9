import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Files, nodeFiles } from '../../src/log/files.ts'
import type { FileStep } from './segment-log.ts'

/** A disk that remembers what would survive: of files what was flushed, of names what their folder's flush made last. */
export interface WatchedDisk {
  readonly files: Files
  /** As after the end of the process: everything that was written. */
  afterKill(into: string): void
  /** As after a power cut that took all that was not flushed. */
  afterPowerCut(into: string): void
}

/** The disk of the log in `folder`. `before` is told of each step before it is made, and may look at the disk then. */
export function watchDisk(folder: string, before: (step: FileStep, path: string) => void): WatchedDisk {
  /** By name in the folder: what each file is, now and after a power cut. */
  const live = new Map<string, number>()
  let lasting = new Map<string, number>()
  /** What was flushed of each. */
  const flushed = new Map<number, Buffer>()
  const opened = new Map<number, { readonly path: string; readonly id: number }>()
  let made = 0
  const pathOf = (file: number): string => opened.get(file)?.path ?? ''
  const noteFlush = (file: number): void => {
    const { path, id } = opened.get(file) ?? { path: '', id: -1 }
    if (live.get(basename(path)) === id) flushed.set(id, readFileSync(path))
  }
  return {
    files: {
      ...nodeFiles,
      open(path, how) {
        before('open', path)
        const file = nodeFiles.open(path, how)
        const known = live.get(basename(path))
        const id = how === 'make' || known === undefined ? ++made : known
        // A file that is made anew where one stood is that one, emptied: it is in the folder already.
        if (how === 'make' && known !== undefined && lasting.get(basename(path)) === known)
          lasting.set(basename(path), id)
        live.set(basename(path), id)
        opened.set(file, { path, id })
        return file
      },
      write(file, bytes, at) {
        before('write', pathOf(file))
        return nodeFiles.write(file, bytes, at)
      },
      flush(file) {
        before('flush', pathOf(file))
        nodeFiles.flush(file)
        noteFlush(file)
      },
      cut(file, length) {
        before('cut', pathOf(file))
        nodeFiles.cut(file, length)
      },
      rename(from, to) {
        before('rename', to)
        nodeFiles.rename(from, to)
        const id = live.get(basename(from))
        live.delete(basename(from))
        if (id !== undefined) live.set(basename(to), id)
      },
      remove(path) {
        before('remove', path)
        nodeFiles.remove(path)
        live.delete(basename(path))
      },
      flushFolder(path) {
        before('flushFolder', path)
        nodeFiles.flushFolder(path)
        if (path === folder) lasting = new Map(live)
      },
      async writeLater(file, bytes, at) {
        before('writeLater', pathOf(file))
        await nodeFiles.writeLater(file, bytes, at)
      },
      async flushLater(file) {
        before('flushLater', pathOf(file))
        await nodeFiles.flushLater(file)
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
