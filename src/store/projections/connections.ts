import type { DeviceId, Position, ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { ConnectionEntry } from '../../domain/certificate/presented.ts'
import { allOf } from '../../sql/conditions.ts'
import type { SqlRow } from '../../sql/sqlite.ts'
import type { ProjectionsFile } from './projections-file.ts'

/** What a verdict on a connection is found by. */
export interface ConnectionRow {
  readonly position: Position
  readonly outcome: ConnectionEntry['outcome']
  readonly at: Instant
  /** Lower case; its fields are kept apart by line ends. */
  readonly search: string
}

export interface NewConnectionRow {
  readonly position: Position
  readonly projectId: ProjectId
  readonly deviceId?: DeviceId
  readonly at: Instant
  readonly verdict: ConnectionEntry
  /** The verdict as JSON, to be kept. */
  readonly body: string
}

/** Newest first, before position `before`, at most `limit`. */
export function listConnections(
  db: ProjectionsFile,
  {
    projectId,
    deviceId,
    before,
    limit,
  }: { projectId: ProjectId; deviceId?: DeviceId; before: number; limit: number },
): readonly ConnectionRow[] {
  const where = allOf(
    ['project_id = ?', projectId],
    ['position < ?', before],
    deviceId === undefined ? undefined : ['device_id = ?', deviceId],
  )
  const sql = `SELECT position, outcome, at, search FROM connection WHERE ${where.sql} ORDER BY position DESC LIMIT ?`
  return db.all(sql, [...where.parameters, limit]).map(rowOf)
}

export function findConnectionVerdict(db: ProjectionsFile, position: Position): ConnectionEntry | undefined {
  const body = db.get('SELECT body FROM connection WHERE position = ?', [position])?.['body']
  return typeof body === 'string' ? (JSON.parse(body) as ConnectionEntry) : undefined
}

/** Undefined when it is of another project. */
export function findConnection(
  db: ProjectionsFile,
  projectId: ProjectId,
  position: Position,
): ConnectionEntry | undefined {
  const sql = 'SELECT body FROM connection WHERE position = ? AND project_id = ?'
  const body = db.get(sql, [position, projectId])?.['body']
  return typeof body === 'string' ? (JSON.parse(body) as ConnectionEntry) : undefined
}

/** The newest verdict on a device. */
export function findLastConnection(
  db: ProjectionsFile,
  deviceId: DeviceId,
): { readonly position: Position; readonly verdict: ConnectionEntry } | undefined {
  const sql = 'SELECT position, body FROM connection WHERE device_id = ? ORDER BY position DESC LIMIT 1'
  const row = db.get(sql, [deviceId])
  if (!row) return undefined
  return {
    position: Number(row['position']) as Position,
    verdict: JSON.parse(String(row['body'])) as ConnectionEntry,
  }
}

export function saveConnection(
  db: ProjectionsFile,
  { position, projectId, deviceId, at, verdict, body }: NewConnectionRow,
): void {
  const { clientId, username, address, deviceId: named, fingerprint, bridgeId } = verdict.subject
  const search = [named ?? deviceId, bridgeId, clientId, username, address, fingerprint, verdict.code]
    .join('\n')
    .toLowerCase()
  db.run(
    `INSERT OR REPLACE INTO connection (position, project_id, device_id, refused, outcome, at, search, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      position,
      projectId,
      deviceId ?? null,
      verdict.outcome === 'refused' ? 1 : 0,
      verdict.outcome,
      at,
      search,
      body,
    ],
  )
}

export function countConnections(db: ProjectionsFile, refused: boolean): number {
  return Number(db.get('SELECT count(*) AS n FROM connection WHERE refused = ?', [refused ? 1 : 0])?.['n'])
}

/** The oldest `count` of the refused ones, or of the others. */
export function deleteOldestConnections(db: ProjectionsFile, refused: boolean, count: number): void {
  db.run(
    'DELETE FROM connection WHERE position IN (SELECT position FROM connection WHERE refused = ? ORDER BY position LIMIT ?)',
    [refused ? 1 : 0, count],
  )
}

/** The evidence stays, for the operator; it is no longer the device's (safety S16). */
export function unlinkConnections(db: ProjectionsFile, deviceId: DeviceId): void {
  db.run('UPDATE connection SET device_id = NULL WHERE device_id = ?', [deviceId])
}

function rowOf(row: SqlRow): ConnectionRow {
  return {
    position: Number(row['position']) as Position,
    outcome: row['outcome'] as ConnectionRow['outcome'],
    at: Number(row['at']),
    search: String(row['search']),
  }
}
