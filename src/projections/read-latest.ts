import type { DeviceId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import type { Latest, LatestService } from '../domain/shadow/latest.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import { listHistoryRows } from '../store/projections/history.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'
import { listRefusedValues } from '../store/projections/refused-values.ts'

/** The last value of every property of a device, and what was refused since. */
export function readLatest(db: ProjectionsFile, deviceId: DeviceId, shadows: readonly Shadow[]): Latest {
  return {
    services: shadows.flatMap((shadow) => latestOf(db, deviceId, shadow)),
    refused: listRefusedValues(db, deviceId),
  }
}

function latestOf(
  db: ProjectionsFile,
  deviceId: DeviceId,
  { serviceId, reported }: Shadow,
): readonly LatestService[] {
  if (!reported) return []
  const { time, receivedAt = time, properties } = reported
  const times = timesOf(db, deviceId, serviceId, new Set(Object.keys(properties)))
  const values = Object.entries(properties).map(([property, value]) => ({
    property,
    value,
    ...times.get(property),
  }))
  return [{ serviceId, time, receivedAt, values }]
}

interface Times {
  readonly time: Instant
  readonly receivedAt: Instant
}

/** A shadow knows when its last report was; of which report each value is, history knows. */
function timesOf(
  db: ProjectionsFile,
  deviceId: DeviceId,
  serviceId: string,
  wanted: Set<string>,
): ReadonlyMap<string, Times> {
  const found = new Map<string, Times>()
  // Mostly one row has them all; the rest is looked for only where it does not.
  for (let first = true, before; wanted.size > 0; first = false) {
    const rows = listHistoryRows(db, deviceId, {
      serviceId,
      limit: first ? 1 : limits.latestRowsMax,
      ...(before && { before }),
    })
    for (const { values, time, receivedAt } of rows)
      for (const property of Object.keys(values))
        if (wanted.delete(property)) found.set(property, { time, receivedAt })
    before = rows.at(-1)
    if (!first || !before) break
  }
  return found
}
