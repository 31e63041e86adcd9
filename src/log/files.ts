import {
  closeSync,
  constants,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  write,
  writeSync,
} from 'node:fs'

/**
 * What the log does to files, and all of it: production has `nodeFiles`, tests put in between what makes a step fail or
 * end the world there (safety Q2). Everything throws as `node:fs` does. The calls block: they run on the store thread,
 * which serves no socket, and a commit must not wait for a turn of its thread pool.
 */
export interface Files {
  makeFolder(path: string): void
  exists(path: string): boolean
  /** Names in the folder, in no order. */
  list(folder: string): readonly string[]
  /** `make`: an empty file, whatever stood there. */
  open(path: string, how: 'read' | 'write' | 'make'): number
  size(file: number): number
  /** Bytes that were read: fewer than the target holds only at the end of the file. */
  read(file: number, target: Uint8Array, at: number): number
  /** One system call; may write less than it was given. */
  write(file: number, bytes: Uint8Array, at: number): number
  /** On return what was written is on disk, with what is needed to find it. */
  flush(file: number): void
  /** Makes the file so long. */
  cut(file: number, length: number): void
  close(file: number): void
  rename(from: string, to: string): void
  /** A file or a folder with all in it; nothing when it is not there. */
  remove(path: string): void
  /** On return the names in the folder are on disk: what was made, renamed and removed. */
  flushFolder(path: string): void
  /** `write` and `flush` in the thread pool, off the path of commits. */
  writeLater(file: number, bytes: Uint8Array, at: number): Promise<void>
  flushLater(file: number): Promise<void>
}

const flags = {
  read: constants.O_RDONLY,
  write: constants.O_RDWR,
  make: constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
}

export const nodeFiles: Files = {
  makeFolder: (path) => void mkdirSync(path, { recursive: true, mode: 0o700 }),
  exists: (path) => existsSync(path),
  list: (folder) => readdirSync(folder),
  open: (path, how) => openSync(path, flags[how], 0o600),
  size: (file) => fstatSync(file).size,
  read(file, target, at) {
    let read = 0
    while (read < target.length) {
      const bytes = readSync(file, target, read, target.length - read, at + read)
      if (bytes === 0) break
      read += bytes
    }
    return read
  },
  write: (file, bytes, at) => writeSync(file, bytes, 0, bytes.length, at),
  flush: (file) => fdatasyncSync(file),
  cut: (file, length) => ftruncateSync(file, length),
  close: (file) => closeSync(file),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => rmSync(path, { force: true, recursive: true }),
  flushFolder(path) {
    // Not every platform lets a folder be opened for that.
    if (process.platform === 'win32') return
    const folder = openSync(path, constants.O_RDONLY)
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  },
  writeLater: (file, bytes, at) =>
    new Promise((resolve, reject) =>
      write(file, bytes, 0, bytes.length, at, (fault) => (fault ? reject(fault) : resolve())),
    ),
  flushLater: (file) =>
    new Promise((resolve, reject) => fdatasync(file, (fault) => (fault ? reject(fault) : resolve()))),
}

/** Closes a file of which nothing is awaited any more: whatever that says changes nothing. */
export function closeQuietly(files: Files, file: number | undefined): void {
  if (file === undefined) return
  try {
    files.close(file)
  } catch {
    // The descriptor is gone in any case (close(2)), and what had to be durable was flushed before.
  }
}
