import type { RowKey } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { LogSwitch } from '../domain/device-event/log-switch.ts'
import type { Store } from './store.ts'
import { flag } from './tables.ts'

/** Undefined: nobody has ever touched it. */
export async function findLogSwitch(
  { db }: Pick<Store, 'db'>,
  deviceKey: RowKey,
): Promise<LogSwitch | undefined> {
  const row = await db
    .selectFrom('log_switch')
    .selectAll()
    .where('device_key', '=', deviceKey)
    .executeTakeFirst()
  return (
    row && {
      isOn: row.is_on === 1,
      endsAt: row.ends_at,
      changedAt: row.changed_at,
      ...(row.sent_at !== null && { sentAt: row.sent_at }),
    }
  )
}

export async function saveLogSwitch(
  { db }: Pick<Store, 'db'>,
  deviceKey: RowKey,
  { isOn, endsAt, changedAt, sentAt }: LogSwitch,
): Promise<void> {
  const columns = { is_on: flag(isOn), ends_at: endsAt, changed_at: changedAt, sent_at: sentAt ?? null }
  await db
    .insertInto('log_switch')
    .values({ device_key: deviceKey, ...columns })
    .onConflict((conflict) => conflict.column('device_key').doUpdateSet(columns))
    .execute()
}

/** The device was told, unless somebody has turned the switch again meanwhile. */
export async function markLogSwitchSent(
  { db }: Pick<Store, 'db'>,
  deviceKey: RowKey,
  { changedAt }: LogSwitch,
  sentAt: Instant,
): Promise<void> {
  await db
    .updateTable('log_switch')
    .set({ sent_at: sentAt })
    .where('device_key', '=', deviceKey)
    .where('changed_at', '=', changedAt)
    .execute()
}
