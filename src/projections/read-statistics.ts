import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Limits } from '../base/limits.ts'
import type { StatisticsPoint, StatisticsQuery } from '../domain/statistics/statistics.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'
import { listMinutes, MINUTE_MILLIS } from '../store/projections/statistics.ts'
import { minuteOf } from './batch-counts.ts'

/** The slices of `StatisticsQuery` of which anything is known, in the order of time. */
export async function readStatistics(
  db: ProjectionsFile,
  { projectId, start, end, buckets }: StatisticsQuery,
  { scanRowsMax }: Pick<Limits, 'scanRowsMax'>,
): Promise<readonly StatisticsPoint[]> {
  const count = Math.min(buckets, Math.ceil((end - start) / MINUTE_MILLIS))
  const width = (end - start) / count
  const found = new Map<number, StatisticsPoint>()
  for (let from = minuteOf(start); ; await nextTurn()) {
    const rows = listMinutes(db, { projectId, from, end, limit: scanRowsMax })
    for (const { minute, online, reports, valuesRefused, connectionsRefused } of rows) {
      // The first minute may begin before the first slice does, and the quotient may round up to `count`.
      const index = Math.min(Math.max(Math.floor((minute - start) / width), 0), count - 1)
      const before = found.get(index)
      found.set(index, {
        time: Math.ceil(start + index * width),
        online,
        reports: reports + (before?.reports ?? 0),
        valuesRefused: valuesRefused + (before?.valuesRefused ?? 0),
        connectionsRefused: connectionsRefused + (before?.connectionsRefused ?? 0),
      })
    }
    if (rows.length < scanRowsMax) return [...found.values()]
    from = (rows.at(-1)?.minute ?? end) + MINUTE_MILLIS
  }
}
