import type { DeviceId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import type { LatestService } from '../domain/shadow/latest.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import type { HistoryStore } from '../store/history/history-store.ts'
import type { HistoryRow } from '../store/history/points.ts'

/** The last value of every property of a device, by its shadows. */
export async function latestOf(
  history: HistoryStore,
  deviceId: DeviceId,
  shadows: readonly Shadow[],
): Promise<readonly LatestService[]> {
  const services: LatestService[] = []
  for (const shadow of shadows) services.push(...(await latestOfService(history, deviceId, shadow)))
  return services
}

async function latestOfService(
  history: HistoryStore,
  deviceId: DeviceId,
  { serviceId, reported }: Shadow,
): Promise<readonly LatestService[]> {
  if (!reported) return []
  const { time, receivedAt = time, properties } = reported
  // A shadow knows when its last report was; of which report each value is, history knows.
  const times = await history.latest(
    { deviceId, serviceId, properties: Object.keys(properties) },
    limits.latestRowsMax,
  )
  const values = Object.entries(properties).map(([property, value]) => ({
    property,
    value,
    ...timesOf(times.get(property)),
  }))
  return [{ serviceId, time, receivedAt, values }]
}

function timesOf(row: HistoryRow | undefined): { readonly time?: Instant; readonly receivedAt?: Instant } {
  return row ? { time: row.time, receivedAt: row.receivedAt } : {}
}
