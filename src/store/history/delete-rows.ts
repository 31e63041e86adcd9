import type { DeviceId } from '../../base/ids.ts'
import type { Period } from '../../domain/history/period.ts'
import { type ChunkLimits, chunksOf } from './fold.ts'
import { difference } from './merge.ts'
import { type ChunkEntry, levelOf, type PeriodFile } from './period-file.ts'
import type { PeriodFiles } from './period-files.ts'
import { concat, settle } from './settle.ts'

/** Chunks taken out in one transaction: each has some pages that are to be written as free (safety R12). */
const CHUNKS_AT_ONCE = 64

/** Deletes the device's rows with a seq below `seqEnd` from one file, a part of them at a time; true when there are more. */
export function deleteRows(
  files: PeriodFiles,
  period: Period,
  { deviceId, seqEnd }: { readonly deviceId: DeviceId; readonly seqEnd: number },
  limits: ChunkLimits,
): boolean {
  const file = files.find(period)
  const all = file?.listSeries(deviceId) ?? []
  if (!file || all.length === 0) return false
  let left = CHUNKS_AT_ONCE
  file.begin()
  try {
    for (const { id } of all) {
      const found = file.listChunks(id).filter(({ seqMin }) => seqMin < seqEnd)
      for (const entry of found.slice(0, left)) deleteFrom(file, entry, seqEnd, limits)
      left -= Math.min(left, found.length)
      file.deleteSeries(id)
    }
    file.commit()
  } catch (fault) {
    file.rollback()
    throw fault
  }
  return left === 0
}

function deleteFrom(file: PeriodFile, entry: ChunkEntry, seqEnd: number, limits: ChunkLimits): void {
  const rows = entry.seqMax < seqEnd ? undefined : file.readRows(entry.id)
  // Rows of a device that was registered again under the id, in one chunk with those before.
  const kept = rows && concat([rows], (all, row) => (all.seqs[row] as number) >= seqEnd)
  const chunks = kept ? [...chunksOf(settle(kept), limits)] : []
  file.deleteChunk(entry.id)
  for (const chunk of chunks) file.insert(entry.series, levelOf(chunk, 0, limits), chunk)
  file.count(difference([entry], chunks))
}
