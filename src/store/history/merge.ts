import { type ChunkLimits, chunksOf, type MergeTask } from './fold.ts'
import { type ChunkEntry, levelOf } from './period-file.ts'
import type { PeriodFiles } from './period-files.ts'
import { concat, settle } from './settle.ts'

/*
 * Devices that report seldom leave a chunk of few rows with every fold. Sixteen of one level become one of the next,
 * so a row is written once more each time its chunk is sixteen times as large: twice or three times in all. What the
 * merged rows say twice is dropped. One transaction takes the old ones away and puts the new one there.
 */

/** Merges chunks of a level once, when there are enough; gives what can be merged then. */
export function mergeChunks(files: PeriodFiles, task: MergeTask, limits: ChunkLimits): readonly MergeTask[] {
  const { period, series, level } = task
  const file = files.find(period)
  if (!file) return []
  const found = file.listLevel(series, level, limits.historyMergedChunks)
  if (found.length < limits.historyMergedChunks) return []
  const merged = withinBounds(found, limits)
  const all = merged.flatMap(({ id }) => file.readRows(id) ?? [])
  const chunks = [...chunksOf(settle(concat(all, () => true)), limits)]
  file.begin()
  try {
    for (const { id } of merged) file.deleteChunk(id)
    for (const chunk of chunks) file.insert(series, levelOf(chunk, level + 1, limits), chunk)
    file.count(difference(merged, chunks))
    file.commit()
  } catch (fault) {
    file.rollback()
    throw fault
  }
  return [level, level + 1]
    .filter((one) => file.countLevel(series, one) >= limits.historyMergedChunks)
    .map((one) => ({ period, series, level: one }))
}

/** The first ones, at least two, until they are a full chunk: so one merge stays short (safety R12). */
function withinBounds(found: readonly ChunkEntry[], limits: ChunkLimits): readonly ChunkEntry[] {
  let [rows, points] = [0, 0]
  const end = found.findIndex((entry) => {
    rows += entry.rows
    points += entry.points
    return rows > limits.historyChunkRowsMax || points > limits.historyChunkPointsMax
  })
  return end < 0 ? found : found.slice(0, Math.max(end, 2))
}

interface Size {
  readonly rows: number
  readonly points: number
}

/** What the file's totals change by when chunks take the place of others. */
export function difference(
  gone: readonly Size[],
  come: readonly Size[],
): Size & { readonly timeMin: undefined } {
  const sum = (sizes: readonly Size[], key: keyof Size): number =>
    sizes.reduce((all, size) => all + size[key], 0)
  return {
    rows: sum(come, 'rows') - sum(gone, 'rows'),
    points: sum(come, 'points') - sum(gone, 'points'),
    timeMin: undefined,
  }
}
