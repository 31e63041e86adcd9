import type { DeviceId } from '../../base/ids.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import type { RefusedValue } from '../../domain/shadow/latest.ts'
import type { SqlRow } from '../../sql/sqlite.ts'
import type { ProjectionsFile } from './projections-file.ts'

/** In the order of services and properties. */
export function listRefusedValues(db: ProjectionsFile, deviceId: DeviceId): readonly RefusedValue[] {
  return db
    .all('SELECT * FROM refused_value WHERE device_id = ? ORDER BY service_id, property', [deviceId])
    .map(refusedOf)
}

/** Whether any value of the device is refused at present. */
export function hasRefusedValues(db: ProjectionsFile, deviceId: DeviceId): boolean {
  return db.get('SELECT 1 AS found FROM refused_value WHERE device_id = ? LIMIT 1', [deviceId]) !== undefined
}

/** In place of an older one of the same property. */
export function saveRefusedValue(
  db: ProjectionsFile,
  deviceId: DeviceId,
  { serviceId, property, at, code, params, seen, rule }: RefusedValue,
): void {
  db.run(
    `INSERT INTO refused_value (device_id, service_id, property, at, code, params, seen, rule)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET at = excluded.at, code = excluded.code, params = excluded.params,
       seen = excluded.seen, rule = excluded.rule WHERE excluded.at >= at`,
    [
      deviceId,
      serviceId,
      property,
      at,
      code,
      JSON.stringify(params),
      seen === undefined ? null : JSON.stringify(seen),
      rule === undefined ? null : JSON.stringify(rule),
    ],
  )
}

/** A value of the property that was received at `at` has been stored. */
export function deleteRefusedValue(
  db: ProjectionsFile,
  deviceId: DeviceId,
  { serviceId, property, at }: Pick<RefusedValue, 'serviceId' | 'property' | 'at'>,
): void {
  db.run('DELETE FROM refused_value WHERE device_id = ? AND service_id = ? AND property = ? AND at <= ?', [
    deviceId,
    serviceId,
    property,
    at,
  ])
}

/** Keeps the `most` newest of a device. */
export function pruneRefusedValues(db: ProjectionsFile, deviceId: DeviceId, most: number): void {
  db.run(
    `DELETE FROM refused_value WHERE device_id = ?1 AND (service_id, property) IN (
       SELECT service_id, property FROM refused_value WHERE device_id = ?1
       ORDER BY at DESC, service_id, property LIMIT -1 OFFSET ?2)`,
    [deviceId, most],
  )
}

/** With its device. */
export function deleteRefusedValues(db: ProjectionsFile, deviceId: DeviceId): void {
  db.run('DELETE FROM refused_value WHERE device_id = ?', [deviceId])
}

function refusedOf(row: SqlRow): RefusedValue {
  const { seen, rule } = row
  return {
    serviceId: String(row['service_id']),
    property: String(row['property']),
    at: Number(row['at']),
    code: row['code'] as RefusedValue['code'],
    params: JSON.parse(String(row['params'])) as RefusedValue['params'],
    ...(typeof seen === 'string' && { seen: JSON.parse(seen) as JsonValue }),
    ...(typeof rule === 'string' && { rule: JSON.parse(rule) as JsonObject }),
  }
}
