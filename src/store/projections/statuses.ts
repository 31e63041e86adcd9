import type { DeviceId, ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import { bridgeSession } from '../../domain/bridge/bridge.ts'
import type { ConnectionStatus } from '../../domain/device/device.ts'
import type { ConnectedQuery } from '../../domain/history/history.ts'
import type { Firsts } from '../../domain/statistics/statistics.ts'
import { allOf } from '../../sql/conditions.ts'
import type { SqlRow } from '../../sql/sqlite.ts'
import type { ProjectionsFile } from './projections-file.ts'

/** A device's connection as the log tells it; `connection` names the last one that came up. */
export interface DeviceConnection extends ConnectionStatus {
  readonly projectId: ProjectId
  readonly deviceId: DeviceId
  readonly connection: string
}

export function findStatus(db: ProjectionsFile, deviceId: DeviceId): DeviceConnection | undefined {
  const row = db.get('SELECT * FROM status WHERE device_id = ?', [deviceId])
  return row && statusOf(row)
}

export function listStatuses(
  db: ProjectionsFile,
  deviceIds: readonly DeviceId[],
): readonly DeviceConnection[] {
  return db
    .all('SELECT * FROM status WHERE device_id IN (SELECT value FROM json_each(?))', [
      JSON.stringify(deviceIds),
    ])
    .map(statusOf)
}

/**
 * The next `limit` devices behind `after`, by their ids: members of a JSON object without its braces, how many they
 * are, and the id of the last.
 */
export function connectedMembers(
  db: ProjectionsFile,
  { projectId, status, after, limit }: ConnectedQuery & { readonly after: string; readonly limit: number },
): { readonly members: string; readonly rows: number; readonly last: string } {
  const where = allOf(
    ['device_id > ?', after],
    // With a plus, so that it walks by device id: by an index of the project it would sort all of them each time.
    ['+project_id = ?', projectId],
    status === undefined ? undefined : ['status = ?', status],
  )
  const row = db.get(
    `SELECT json_group_object(device_id, changed_at) AS members, count(*) AS rows, max(device_id) AS last FROM (
       SELECT device_id, changed_at FROM status WHERE ${where.sql} ORDER BY device_id LIMIT ?)`,
    [...where.parameters, limit],
  )
  return {
    members: String(row?.['members']).slice(1, -1),
    rows: Number(row?.['rows']),
    last: String(row?.['last']),
  }
}

/** All of them at once: at most as many as there can be connections, and children behind them. */
export function listOnline(db: ProjectionsFile): readonly DeviceConnection[] {
  return db.all("SELECT * FROM status WHERE status = 'ONLINE' ORDER BY device_id").map(statusOf)
}

/** The devices that connected first and reported first, of those that are still there. */
export function findFirsts(db: ProjectionsFile, projectId: ProjectId): Firsts {
  const connected = db.get(
    `SELECT device_id, activated_at FROM status WHERE project_id = ? AND device_id NOT GLOB ?
     ORDER BY activated_at LIMIT 1`,
    [projectId, bridgeSession('*')],
  )
  const reported = db.get('SELECT device_id, at FROM first_report WHERE project_id = ? ORDER BY at LIMIT 1', [
    projectId,
  ])
  return {
    ...(connected && {
      connected: { deviceId: connected['device_id'] as DeviceId, at: Number(connected['activated_at']) },
    }),
    ...(reported && {
      reported: { deviceId: reported['device_id'] as DeviceId, at: Number(reported['at']) },
    }),
  }
}

/**
 * The device is ONLINE by this connection. True: it was not before; a take-over leaves the time of the last change
 * as it is. Written without being read first, and only what changes: a device that reconnects costs one statement.
 */
export function saveOnline(
  db: ProjectionsFile,
  {
    projectId,
    deviceId,
    connection,
    address,
    at,
  }: Pick<DeviceConnection, 'projectId' | 'deviceId' | 'connection' | 'address'> & { readonly at: Instant },
): boolean {
  const from = address ?? null
  const back = `UPDATE status SET status = 'ONLINE', connection = ?, address = ?, changed_at = ?
    WHERE device_id = ? AND status <> 'ONLINE'`
  if (db.run(back, [connection, from, at, deviceId]).changes > 0) return true
  const takeOver = 'UPDATE status SET connection = ?, address = ? WHERE device_id = ?'
  if (db.run(takeOver, [connection, from, deviceId]).changes > 0) return false
  db.run(
    `INSERT INTO status (device_id, project_id, status, connection, changed_at, activated_at, address)
     VALUES (?1, ?2, 'ONLINE', ?3, ?4, ?4, ?5)`,
    [deviceId, projectId, connection, at, from],
  )
  return true
}

/** The connection ended. False: it was not the device's current one any more, and nothing has changed. */
export function saveOffline(
  db: ProjectionsFile,
  { deviceId, connection, at }: Pick<DeviceConnection, 'deviceId' | 'connection'> & { readonly at: Instant },
): boolean {
  const sql = `UPDATE status SET status = 'OFFLINE', changed_at = ?
    WHERE device_id = ? AND status = 'ONLINE' AND connection = ?`
  return db.run(sql, [at, deviceId, connection]).changes > 0
}

/** A gateway says that its child is OFFLINE, whichever gateway said that it was ONLINE. False: it was not. */
export function saveChildOffline(
  db: ProjectionsFile,
  { projectId, deviceId, connection, at }: Parameters<typeof saveOnline>[1],
): boolean {
  const known = `UPDATE status SET status = 'OFFLINE', connection = ?, changed_at = ?
    WHERE device_id = ? AND status = 'ONLINE'`
  if (db.run(known, [connection, at, deviceId]).changes > 0) return true
  // That may be the first that is said of it.
  db.run(
    `INSERT OR IGNORE INTO status (device_id, project_id, status, connection, changed_at, activated_at, address)
     VALUES (?1, ?2, 'OFFLINE', ?3, ?4, ?4, NULL)`,
    [deviceId, projectId, connection, at],
  )
  return false
}

export function deleteStatus(db: ProjectionsFile, deviceId: DeviceId): void {
  db.run('DELETE FROM status WHERE device_id = ?', [deviceId])
}

function statusOf(row: SqlRow): DeviceConnection {
  return {
    deviceId: row['device_id'] as DeviceId,
    projectId: row['project_id'] as ProjectId,
    status: row['status'] as DeviceConnection['status'],
    connection: String(row['connection']),
    changedAt: Number(row['changed_at']),
    activatedAt: Number(row['activated_at']),
    ...(typeof row['address'] === 'string' ? { address: row['address'] } : {}),
  }
}
