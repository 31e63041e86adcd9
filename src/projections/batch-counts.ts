import type { ProjectId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Totals } from '../domain/statistics/statistics.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'
import { addCounts, MINUTE_MILLIS } from '../store/projections/statistics.ts'

/** What the entries of one batch count, so that a minute costs two writes a batch, not two a report. */
export interface BatchCounts {
  /** `online`: by how many more are online. */
  add(projectId: ProjectId, at: Instant, counts: Partial<Totals>): void
  /** One report with so many values. */
  addReport(projectId: ProjectId, at: Instant, stored: number, refused: number): void
  /** Once, at the end of the batch and inside its transaction. */
  save(db: ProjectionsFile): void
}

type Counts = { -readonly [K in keyof Totals]: number }
interface Minute {
  readonly projectId: ProjectId
  readonly minute: Instant
  readonly counts: Counts
}

/** The beginning of the minute that `at` lies in. */
export const minuteOf = (at: Instant): Instant => at - (at % MINUTE_MILLIS)

/** Empty counts for one batch of log entries. */
export function createBatchCounts(): BatchCounts {
  const minutes = new Map<string, Minute>()
  let last: Minute | undefined

  function find(projectId: ProjectId, at: Instant): Minute {
    const minute = minuteOf(at)
    if (last?.minute === minute && last.projectId === projectId) return last
    const key = `${projectId} ${minute}`
    const found = minutes.get(key) ?? { projectId, minute, counts: zeros() }
    minutes.set(key, found)
    return (last = found)
  }

  return {
    add(projectId, at, counts) {
      const sum = find(projectId, at).counts
      for (const name of names) sum[name] += counts[name] ?? 0
    },
    addReport(projectId, at, stored, refused) {
      const sum = find(projectId, at).counts
      sum.reports++
      sum.valuesStored += stored
      sum.valuesRefused += refused
    },
    save(db) {
      // In the order in which they came, so that who is online adds up minute by minute.
      for (const { projectId, minute, counts } of minutes.values()) addCounts(db, projectId, minute, counts)
    },
  }
}

const names = ['online', 'reports', 'valuesStored', 'valuesRefused', 'connectionsRefused'] as const
const zeros = (): Counts => ({
  online: 0,
  reports: 0,
  valuesStored: 0,
  valuesRefused: 0,
  connectionsRefused: 0,
})
