import type { DeviceId, ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { ProjectionsFile } from './projections-file.ts'

/** Whether anything that the device reported was ever stored. */
export function hasReported(db: ProjectionsFile, deviceId: DeviceId): boolean {
  return db.get('SELECT 1 AS found FROM first_report WHERE device_id = ?', [deviceId]) !== undefined
}

export function saveFirstReport(
  db: ProjectionsFile,
  {
    deviceId,
    projectId,
    at,
  }: { readonly deviceId: DeviceId; readonly projectId: ProjectId; readonly at: Instant },
): void {
  db.run('INSERT OR IGNORE INTO first_report (device_id, project_id, at) VALUES (?, ?, ?)', [
    deviceId,
    projectId,
    at,
  ])
}

/** With its device. */
export function deleteFirstReport(db: ProjectionsFile, deviceId: DeviceId): void {
  db.run('DELETE FROM first_report WHERE device_id = ?', [deviceId])
}
