import { Buffer } from 'node:buffer'
import { basename, dirname, join } from 'node:path'
import { OperatorError } from '../base/operator-error.ts'
import {
  BLOCK_HEADER_BYTES,
  BlockReader,
  holdsBlock,
  readSegmentHeader,
  SEGMENT_HEADER_BYTES,
  SEGMENT_VERSION,
  segmentHeader,
} from './block.ts'
import { closeQuietly, type Files } from './files.ts'
import { damaged, indexPath, parseSegmentName, type Segment, segmentPath } from './segment.ts'
import { readIndexFile, SegmentIndex, writeIndexFile } from './segment-index.ts'

/*
 * How a log is found at a start. All segments but the last are sealed: they are taken by their indexes, which must join
 * without a gap. The last one is read to its end; what stands behind its last whole block is what a crash left of a
 * commit that nobody was told of, and is cut off so that it can never come back.
 */

/** The segments of a log, oldest first; the last one is the active one, and there is one. */
export function openFolder(files: Files, folder: string): Segment[] {
  files.makeFolder(folder)
  const names = files.list(folder)
  const firsts = names.flatMap((name) => parseSegmentName(name) ?? []).toSorted((a, b) => a - b)
  const last = firsts.pop()
  const sealed = firsts.map((first, at) => openSealed(files, folder, first, firsts[at + 1] ?? last ?? first))
  const active = last === undefined ? undefined : openActive(files, segmentPath(folder, last), last)
  removeRemains(files, folder, names)
  // Without one, or with one whose header was not on disk yet: nothing was ever told to be in it.
  return [...sealed, active ?? makeSegment(files, folder, last ?? 1)]
}

/** Makes the file of a new, empty segment, durably. */
export function makeSegment(files: Files, folder: string, first: number): Segment {
  const path = segmentPath(folder, first)
  const file = files.open(path, 'make')
  try {
    const header = segmentHeader(first)
    if (files.write(file, header, 0) !== header.length) throw new Error(`${path} was written in part`)
    files.flush(file)
  } finally {
    closeQuietly(files, file)
  }
  files.flushFolder(folder)
  return aSegment(path, new SegmentIndex(first, SEGMENT_HEADER_BYTES))
}

function aSegment(path: string, index: SegmentIndex): Segment {
  const { first, count, end, times } = index
  return { path, first, count, end, times, index, gone: false }
}

/** `next`: the position behind its last one, with which the next segment begins. */
function openSealed(files: Files, folder: string, first: number, next: number): Segment {
  const path = segmentPath(folder, first)
  const file = files.open(path, 'write')
  try {
    const size = files.size(file)
    const found = readIndexFile(files, indexPath(path))
    const isSound = found?.first === first && found.first + found.count === next && found.end <= size
    if (isSound) {
      if (found.end < size) files.cut(file, found.end)
      return { ...aSegment(path, found), index: undefined }
    }
    checkHeader(files, file, path, first)
    const index = scan(files, file, first, size)
    if (first + index.count !== next) throw lacking(path, index, next, size)
    if (index.end < size) files.cut(file, index.end)
    const segment = aSegment(path, index)
    keepIndex(files, folder, segment)
    return segment
  } finally {
    closeQuietly(files, file)
  }
}

/** Entries that should stand in this segment, or behind it, are not there. */
function lacking(path: string, index: SegmentIndex, next: number, size: number): OperatorError {
  const missing = index.first + index.count
  const folder = dirname(path)
  // It ends where a commit ended: then it is the file behind it that somebody took away.
  if (index.end === size && index.count > 0 && missing < next)
    return new OperatorError(
      `${segmentPath(folder, missing)} is missing, or ${basename(path)} was cut off: the entries ${missing} to ${next - 1} ` +
        `cannot be found. Restore the file from a backup; without one, move all files with numbers below ${next} ` +
        `out of ${folder}, and start again.`,
    )
  return damaged(path, `what stands at byte ${index.end} is not entry ${missing}`)
}

/** Writes the index file of a sealed segment. When that fails the index stays in memory, and is made again at the next start. */
export function keepIndex(files: Files, folder: string, segment: Segment): void {
  if (!segment.index) return
  try {
    writeIndexFile(files, folder, indexPath(segment.path), segment.index)
    segment.index = undefined
  } catch {
    // Nothing is lost by it: a commit that fails for the same reason tells of it.
  }
}

function openActive(files: Files, path: string, first: number): Segment | undefined {
  const file = files.open(path, 'write')
  try {
    const size = files.size(file)
    if (!checkHeader(files, file, path, first)) return undefined
    const index = scan(files, file, first, size)
    if (index.end < size) {
      if (holdsBlock(files, file, index.end + 1, size))
        throw damaged(path, `what stands at byte ${index.end} cannot be read, and entries follow upon it`)
      files.cut(file, index.end)
      files.flush(file)
    }
    return aSegment(path, index)
  } finally {
    closeQuietly(files, file)
  }
}

/** False: the file is empty or all zeros, since its header was never on disk. */
function checkHeader(files: Files, file: number, path: string, first: number): boolean {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES)
  files.read(file, bytes, 0)
  const header = readSegmentHeader(bytes)
  if (!header) {
    if (isBlank(files, file)) return false
    throw damaged(path, 'its header cannot be read')
  }
  if (header.version !== SEGMENT_VERSION)
    throw new OperatorError(
      `${path} has format ${header.version}, this version of Quayside reads format ${SEGMENT_VERSION}. ` +
        'Start the version that wrote it, or restore a backup made before the upgrade.',
    )
  if (header.first !== first) throw damaged(path, `by its header it begins with entry ${header.first}`)
  return true
}

function isBlank(files: Files, file: number): boolean {
  const chunk = Buffer.alloc(1024 * 1024)
  for (let at = 0; ; at += chunk.length) {
    const read = files.read(file, chunk, at)
    if (chunk.subarray(0, read).some((byte) => byte !== 0)) return false
    if (read < chunk.length) return true
  }
}

/** All whole blocks from the first on; ends where none begins. */
function scan(files: Files, file: number, first: number, size: number): SegmentIndex {
  const index = new SegmentIndex(first, SEGMENT_HEADER_BYTES)
  const blocks = new BlockReader(files, file, SEGMENT_HEADER_BYTES, size, 1024 * 1024)
  while (blocks.next(first + index.count)) index.addRecords(blocks.records, blocks.count, BLOCK_HEADER_BYTES)
  return index
}

/** Half-written indexes and probes, and indexes of segments that were deleted. */
function removeRemains(files: Files, folder: string, names: readonly string[]): void {
  const indexes = new Set(names.filter((name) => parseSegmentName(name) !== undefined).map(indexPath))
  for (const name of names)
    if (name.endsWith('.tmp') || (name.endsWith('.index') && !indexes.has(name)))
      files.remove(join(folder, name))
}
