import type { DeviceId, Position } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { ProjectionsFile } from './projections-file.ts'

/** Remembers the first entry of a row of the registry's outbox; false when it was seen before. */
export function noteChange(
  db: ProjectionsFile,
  outboxKey: string,
  { at, position }: { readonly at: Instant; readonly position: Position },
): boolean {
  return (
    db.run('INSERT OR IGNORE INTO seen_change (outbox_key, at, position) VALUES (?, ?, ?)', [
      outboxKey,
      at,
      position,
    ]).changes === 1
  )
}

/** Whether it was the entry at `position` that was noted for this row. */
export function isFirstOfChange(db: ProjectionsFile, outboxKey: string, position: Position): boolean {
  const sql = 'SELECT 1 AS found FROM seen_change WHERE outbox_key = ? AND position = ?'
  return db.get(sql, [outboxKey, position]) !== undefined
}

export function isDeleted(db: ProjectionsFile, deviceId: DeviceId): boolean {
  return db.get('SELECT 1 AS found FROM deleted_device WHERE device_id = ?', [deviceId]) !== undefined
}

export function saveDeleted(db: ProjectionsFile, deviceId: DeviceId, at: Instant): void {
  db.run('DELETE FROM registered_device WHERE device_id = ?', [deviceId])
  db.run('INSERT OR REPLACE INTO deleted_device (device_id, at) VALUES (?, ?)', [deviceId, at])
}

/**
 * Entries of the log before `position` are not this device's. Gives up to where entries belong to an earlier device of
 * the id; 0: there was none.
 */
export function saveRegistered(db: ProjectionsFile, deviceId: DeviceId, position: Position): number {
  const earlier = isDeleted(db, deviceId) ? position : 0
  db.run('INSERT OR REPLACE INTO registered_device (device_id, position, earlier) VALUES (?, ?, ?)', [
    deviceId,
    position,
    earlier,
  ])
  db.run('DELETE FROM deleted_device WHERE device_id = ?', [deviceId])
  return earlier
}

/** See `saveRegistered`. */
export function findEarlier(db: ProjectionsFile, deviceId: DeviceId): number {
  return Number(
    db.get('SELECT earlier FROM registered_device WHERE device_id = ?', [deviceId])?.['earlier'] ?? 0,
  )
}

/** The entry of its registration; undefined for a device that is not registered. */
export function findRegistered(db: ProjectionsFile, deviceId: DeviceId): Position | undefined {
  const row = db.get('SELECT position FROM registered_device WHERE device_id = ?', [deviceId])
  return row && (Number(row['position']) as Position)
}

/** Forgets what was noted before `since`. */
export function pruneChanges(db: ProjectionsFile, since: Instant): void {
  db.run('DELETE FROM deleted_device WHERE at < ?', [since])
  db.run('DELETE FROM seen_change WHERE at < ?', [since])
}
