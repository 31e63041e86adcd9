import type { DeviceId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import type { Latest, LatestService } from '../domain/shadow/latest.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import type { HistoryStore } from '../store/history/history-store.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'
import { listRefusedValues } from '../store/projections/refused-values.ts'

/** The last value of every property of a device, and what was refused since. */
export async function readLatest(
  db: ProjectionsFile,
  history: HistoryStore,
  deviceId: DeviceId,
  shadows: readonly Shadow[],
): Promise<Latest> {
  const refused = listRefusedValues(db, deviceId)
  const services: LatestService[] = []
  for (const shadow of shadows) services.push(...(await latestOf(history, deviceId, shadow)))
  return { services, refused }
}

async function latestOf(
  history: HistoryStore,
  deviceId: DeviceId,
  { serviceId, reported }: Shadow,
): Promise<readonly LatestService[]> {
  if (!reported) return []
  const { time, receivedAt = time, properties } = reported
  const times = await timesOf(history, deviceId, serviceId, new Set(Object.keys(properties)))
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
async function timesOf(
  history: HistoryStore,
  deviceId: DeviceId,
  serviceId: string,
  wanted: Set<string>,
): Promise<ReadonlyMap<string, Times>> {
  const found = new Map<string, Times>()
  let looked = 0
  if (wanted.size === 0) return found
  for await (const { values, time, receivedAt } of history.scan({ deviceId, serviceId, order: 'desc' })) {
    for (const property of Object.keys(values))
      if (wanted.delete(property)) found.set(property, { time, receivedAt })
    // Mostly one row has them all; for the others it is not worth going far back.
    if (wanted.size === 0 || ++looked > limits.latestRowsMax) break
  }
  return found
}
