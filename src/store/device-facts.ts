import type { RowKey } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { DeviceFacts } from '../domain/device-event/device-facts.ts'
import type { Store } from './store.ts'
import type { DeviceFactTable } from './tables.ts'

/** What these devices told of themselves; none for those that never did. At most a page of keys. */
export async function readFacts(
  { db }: Pick<Store, 'db'>,
  deviceKeys: readonly RowKey[],
): Promise<ReadonlyMap<RowKey, DeviceFacts>> {
  if (deviceKeys.length === 0) return new Map()
  const rows = await db.selectFrom('device_fact').selectAll().where('device_key', 'in', deviceKeys).execute()
  return new Map(rows.map((row) => [row.device_key, factsOf(row)]))
}

/** Takes the place of all that was known: the caller has merged. */
export async function saveFacts(
  { db }: Pick<Store, 'db'>,
  deviceKey: RowKey,
  facts: DeviceFacts,
  toldAt: Instant,
): Promise<void> {
  const columns = {
    sdk_version: facts.sdkVersion ?? null,
    sdk_type: facts.sdkType ?? null,
    sw_version: facts.swVersion ?? null,
    fw_version: facts.fwVersion ?? null,
    device_ip: facts.deviceIp ?? null,
    told_at: toldAt,
  }
  await db
    .insertInto('device_fact')
    .values({ device_key: deviceKey, ...columns })
    .onConflict((conflict) => conflict.column('device_key').doUpdateSet(columns))
    .execute()
}

const factsOf = (row: DeviceFactTable): DeviceFacts => ({
  ...(row.sdk_version !== null && { sdkVersion: row.sdk_version }),
  ...(row.sdk_type !== null && { sdkType: row.sdk_type }),
  ...(row.sw_version !== null && { swVersion: row.sw_version }),
  ...(row.fw_version !== null && { fwVersion: row.fw_version }),
  ...(row.device_ip !== null && { deviceIp: row.device_ip }),
})
