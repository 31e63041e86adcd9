import type { DeviceId } from '../../base/ids.ts'
import type { JsonObject } from '../../base/json.ts'
import type { Shadow } from '../../domain/shadow/shadow.ts'
import type { SqlRow, SqlValue } from '../../sql/sqlite.ts'
import type { ProjectionsFile } from './projections-file.ts'

const COLUMNS = 'service_id, desired, desired_time, reported, reported_time, reported_received_at, version'

/** In the order of their service ids; empty for a device of which nothing is known. */
export function listShadows(db: ProjectionsFile, deviceId: DeviceId): readonly Shadow[] {
  return db
    .all(`SELECT ${COLUMNS} FROM shadow WHERE device_id = ? ORDER BY service_id`, [deviceId])
    .map(shadowOf)
}

export function saveShadow(db: ProjectionsFile, deviceId: DeviceId, shadow: Shadow): void {
  const { serviceId, desired, reported, version } = shadow
  db.run(`INSERT OR REPLACE INTO shadow (device_id, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, [
    deviceId,
    serviceId,
    desired ? JSON.stringify(desired.properties) : null,
    desired?.time ?? null,
    reported ? JSON.stringify(reported.properties) : null,
    reported?.time ?? null,
    reported?.receivedAt ?? null,
    version,
  ])
}

export function deleteShadows(db: ProjectionsFile, deviceId: DeviceId): void {
  db.run('DELETE FROM shadow WHERE device_id = ?', [deviceId])
}

function shadowOf(row: SqlRow): Shadow {
  const desired = sectionOf(row['desired'], row['desired_time'])
  const reported = sectionOf(row['reported'], row['reported_time'])
  const receivedAt = row['reported_received_at']
  return {
    serviceId: String(row['service_id']),
    ...(desired ? { desired } : {}),
    ...(reported
      ? { reported: { ...reported, ...(typeof receivedAt === 'number' ? { receivedAt } : {}) } }
      : {}),
    version: Number(row['version']),
  }
}

function sectionOf(json: SqlValue | undefined, time: SqlValue | undefined): Shadow['desired'] {
  return typeof json === 'string'
    ? { properties: JSON.parse(json) as JsonObject, time: Number(time) }
    : undefined
}
