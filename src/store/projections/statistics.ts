import type { ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { SliceCounts, Totals } from '../../domain/statistics/statistics.ts'
import type { ProjectionsFile } from './projections-file.ts'

export const MINUTE_MILLIS = 60_000

export interface MinuteRow extends SliceCounts {
  readonly minute: Instant
}

/** Adds to what is known of a project and of one minute of it; `change.online` is by how many more are online. */
export function addCounts(
  db: ProjectionsFile,
  projectId: ProjectId,
  minute: Instant,
  { online, reports, valuesStored, valuesRefused, connectionsRefused }: Totals,
): void {
  db.run(
    `INSERT INTO total (project_id, minute, online, reports, values_stored, values_refused, connections_refused)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET minute = max(minute, excluded.minute), online = online + excluded.online,
       reports = reports + excluded.reports, values_stored = values_stored + excluded.values_stored,
       values_refused = values_refused + excluded.values_refused,
       connections_refused = connections_refused + excluded.connections_refused`,
    [projectId, minute, online, reports, valuesStored, valuesRefused, connectionsRefused],
  )
  // A redelivery counts in the minute of its first receipt, whose end is over: who was online then stays.
  db.run(
    `INSERT INTO statistics (project_id, minute, online, reports, values_refused, connections_refused)
     SELECT project_id, ?2, online, ?3, ?4, ?5 FROM total WHERE project_id = ?1
     ON CONFLICT DO UPDATE SET
       online = CASE WHEN minute = (SELECT minute FROM total WHERE project_id = ?1) THEN excluded.online ELSE online END,
       reports = reports + excluded.reports, values_refused = values_refused + excluded.values_refused,
       connections_refused = connections_refused + excluded.connections_refused`,
    [projectId, minute, reports, valuesRefused, connectionsRefused],
  )
}

/** Notes who is online in a minute in which nothing else may have happened: the platform runs. */
export function saveMinute(db: ProjectionsFile, minute: Instant): void {
  db.run(
    `INSERT INTO statistics (project_id, minute, online, reports, values_refused, connections_refused)
     SELECT project_id, ?, online, 0, 0, 0 FROM total WHERE true
     ON CONFLICT DO UPDATE SET online = excluded.online`,
    [minute],
  )
  db.run('UPDATE total SET minute = ? WHERE minute < ?', [minute, minute])
}

/** Zeros for a project of which nothing is known. */
export function findTotals(db: ProjectionsFile, projectId: ProjectId): Totals {
  const row = db.get('SELECT * FROM total WHERE project_id = ?', [projectId])
  return {
    online: Number(row?.['online'] ?? 0),
    reports: Number(row?.['reports'] ?? 0),
    valuesStored: Number(row?.['values_stored'] ?? 0),
    valuesRefused: Number(row?.['values_refused'] ?? 0),
    connectionsRefused: Number(row?.['connections_refused'] ?? 0),
  }
}

/** In the order of time, at most `limit`. */
export function listMinutes(
  db: ProjectionsFile,
  {
    projectId,
    from,
    end,
    limit,
  }: { readonly projectId: ProjectId; readonly from: Instant; readonly end: Instant; readonly limit: number },
): readonly MinuteRow[] {
  return db
    .all(
      'SELECT * FROM statistics WHERE project_id = ? AND minute >= ? AND minute < ? ORDER BY minute LIMIT ?',
      [projectId, from, end, limit],
    )
    .map((row) => ({
      minute: Number(row['minute']),
      online: Number(row['online']),
      reports: Number(row['reports']),
      valuesRefused: Number(row['values_refused']),
      connectionsRefused: Number(row['connections_refused']),
    }))
}

/** Forgets the minutes before `since`. */
export function pruneMinutes(db: ProjectionsFile, since: Instant): void {
  db.run('DELETE FROM statistics WHERE project_id IN (SELECT project_id FROM total) AND minute < ?', [since])
}
