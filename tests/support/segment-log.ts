import { limits as defaults, type Limits } from '../../src/base/limits.ts'
import { readStored } from '../../src/codec/payload/stored-report.ts'
import { type Files, nodeFiles } from '../../src/log/files.ts'
import type { Log } from '../../src/log/log.ts'
import { openSegmentLog } from '../../src/log/segment-log.ts'

/** The log in this folder, as the product opens it but for what is given. */
export function openLog(
  folder: string,
  { limits = {}, ...rest }: { limits?: Partial<Limits>; files?: Files; importFrom?: string } = {},
): Log {
  return openSegmentLog({ folder, readStored, limits: { ...defaults, ...limits }, ...rest })
}

/** What the log does to files, by name. */
export type FileStep = Exclude<keyof Files, 'exists' | 'list' | 'size'>

/** The same as `nodeFiles`, but `before` is told of each step first, and may throw. */
export function watchedFiles(before: (step: FileStep, path: string) => void): Files {
  const paths = new Map<number, string>()
  const of = (file: number): string => paths.get(file) ?? ''
  return {
    ...nodeFiles,
    makeFolder(path) {
      before('makeFolder', path)
      nodeFiles.makeFolder(path)
    },
    open(path, how) {
      before('open', path)
      const file = nodeFiles.open(path, how)
      paths.set(file, path)
      return file
    },
    read(file, target, at) {
      before('read', of(file))
      return nodeFiles.read(file, target, at)
    },
    write(file, bytes, at) {
      before('write', of(file))
      return nodeFiles.write(file, bytes, at)
    },
    flush(file) {
      before('flush', of(file))
      nodeFiles.flush(file)
    },
    cut(file, length) {
      before('cut', of(file))
      nodeFiles.cut(file, length)
    },
    close(file) {
      before('close', of(file))
      nodeFiles.close(file)
    },
    rename(from, to) {
      before('rename', to)
      nodeFiles.rename(from, to)
    },
    remove(path) {
      before('remove', path)
      nodeFiles.remove(path)
    },
    flushFolder(path) {
      before('flushFolder', path)
      nodeFiles.flushFolder(path)
    },
    async writeLater(file, bytes, at) {
      before('writeLater', of(file))
      await nodeFiles.writeLater(file, bytes, at)
    },
    async flushLater(file) {
      before('flushLater', of(file))
      await nodeFiles.flushLater(file)
    },
  }
}

/** A disk that fails at a step, where and while a test wants it to (safety Q2). */
export function aFaultyLogDisk(): {
  readonly files: Files
  failAt(step: FileStep, path?: RegExp): void
  heal(): void
} {
  let failing: { readonly step: FileStep; readonly path: RegExp } | undefined
  return {
    files: watchedFiles((step, path) => {
      if (failing?.step === step && failing.path.test(path)) throw new Error(`planted fault at ${step}`)
    }),
    failAt: (step, path = /./) => void (failing = { step, path }),
    heal: () => void (failing = undefined),
  }
}
