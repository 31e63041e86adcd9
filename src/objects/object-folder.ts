import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { RowKey } from '../base/ids.ts'
import { parseRowKey } from '../base/ids.ts'

/** What was written; `mismatch`: not what was announced, and nothing is kept. */
export type Written =
  | { readonly kind: 'written'; readonly sha256: string }
  | { readonly kind: 'mismatch'; readonly what: 'size' | 'sha256'; readonly seen: string }

/**
 * Contents of files in a folder of the data folder, by the keys of their rows: no text that a device or a caller has
 * chosen becomes part of a path. A content is there whole and on disk, or not at all: it is written aside, flushed,
 * then renamed.
 */
export interface ObjectFolder {
  /** Reads the stream to its end, or rejects with its error; at most `size` bytes are taken. */
  write(key: RowKey, content: Readable, announced: { size: number; sha256?: string }): Promise<Written>
  /** Undefined: there is none. The caller closes it. */
  open(key: RowKey): Promise<FileHandle | undefined>
  remove(key: RowKey): Promise<void>
  /** Keys of what is there, a bounded list at a time. */
  list(): AsyncIterable<readonly RowKey[]>
  /** Bytes that are free for this user on the disk. */
  freeBytes(): Promise<number>
}

/** Makes the folder, and deletes what a crash has left half written. */
export async function openObjectFolder(folder: string): Promise<ObjectFolder> {
  const incoming = join(folder, 'incoming')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await rm(incoming, { recursive: true, force: true })
  await mkdir(incoming, { mode: 0o700 })
  const shelfOf = (key: RowKey): string => join(folder, key.slice(-2))
  const pathOf = (key: RowKey): string => join(shelfOf(key), key)

  async function write(
    key: RowKey,
    content: Readable,
    announced: { size: number; sha256?: string },
  ): Promise<Written> {
    const aside = join(incoming, key)
    try {
      const file = await open(aside, 'wx', 0o600)
      let written: Written
      try {
        written = await fill(file, content, announced)
        if (written.kind === 'written') await file.sync()
      } finally {
        await file.close()
      }
      if (written.kind === 'mismatch') return written
      await mkdir(shelfOf(key), { recursive: true, mode: 0o700 })
      await rename(aside, pathOf(key))
      await flushFolder(shelfOf(key))
      await flushFolder(folder)
      return written
    } finally {
      await rm(aside, { force: true })
    }
  }

  return {
    write,
    async open(key) {
      try {
        return await open(pathOf(key), 'r')
      } catch (fault) {
        if (isMissing(fault)) return undefined
        throw fault
      }
    },
    remove: (key) => rm(pathOf(key), { force: true }),
    async *list() {
      for (const shelf of await readdir(folder)) {
        if (!/^[0-9a-f]{2}$/.test(shelf)) continue
        const names = await readdir(join(folder, shelf))
        for (let from = 0; from < names.length; from += LISTED_AT_A_TIME)
          yield names.slice(from, from + LISTED_AT_A_TIME).flatMap((name) => parseRowKey(name) ?? [])
      }
    },
    async freeBytes() {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
  }
}

const LISTED_AT_A_TIME = 500

async function fill(
  file: FileHandle,
  content: Readable,
  { size, sha256 }: { size: number; sha256?: string },
): Promise<Written> {
  const hash = createHash('sha256')
  let bytes = 0
  // The connection must outlive a refusal, which is answered on it.
  for await (const chunk of content.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > size) break
    hash.update(chunk)
    await file.writeFile(chunk)
  }
  if (bytes !== size) return { kind: 'mismatch', what: 'size', seen: String(bytes) }
  const digest = hash.digest('hex')
  if (sha256 !== undefined && digest !== sha256) return { kind: 'mismatch', what: 'sha256', seen: digest }
  return { kind: 'written', sha256: digest }
}

/** The rename itself must survive a power cut; not every platform lets a folder be opened for that. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const isMissing = (fault: unknown): boolean => (fault as NodeJS.ErrnoException).code === 'ENOENT'
