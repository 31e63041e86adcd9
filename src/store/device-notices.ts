import type { DeviceId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Device } from '../domain/device/device.ts'
import { dueBits } from '../domain/device/due.ts'
import { markDue } from './devices.ts'
import type { Store } from './store.ts'

export type NoticeTarget = Pick<Device, 'key' | 'projectId' | 'deviceId'>

/**
 * The device and those below it that are to be told something when it connects: an open configuration, a log that is
 * on, or was switched off without their knowledge. At most `limit`, oldest first.
 */
export async function listNoticeTargets(
  { db }: Pick<Store, 'db'>,
  connected: DeviceId,
  { now, limit }: { now: Instant; limit: number },
): Promise<readonly NoticeTarget[]> {
  const rows = await db
    .selectFrom('device')
    .select(['key', 'project_id', 'device_id'])
    // Two levels are all there can be (limits.gatewayLevelsMax).
    .where((eb) =>
      eb.or([
        eb('device_id', '=', connected),
        eb('gateway_id', '=', connected),
        eb(
          'gateway_id',
          'in',
          eb
            .selectFrom('device as child')
            .select('child.device_id')
            .where('child.gateway_id', '=', connected),
        ),
      ]),
    )
    .where((eb) =>
      eb.or([
        eb.exists(
          eb
            .selectFrom('config_task')
            .select('config_task.key')
            .whereRef('config_task.device_key', '=', 'device.key')
            .where('config_task.state', '=', 'pending')
            .where('config_task.expires_at', '>', now),
        ),
        eb.exists(
          eb
            .selectFrom('log_switch')
            .select('log_switch.device_key')
            .whereRef('log_switch.device_key', '=', 'device.key')
            .where((inner) =>
              inner.or([
                inner.and([inner('log_switch.is_on', '=', 1), inner('log_switch.ends_at', '>', now)]),
                inner.and([inner('log_switch.is_on', '=', 0), inner('log_switch.sent_at', 'is', null)]),
              ]),
            ),
        ),
      ]),
    )
    .orderBy('key')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ key: row.key, projectId: row.project_id, deviceId: row.device_id }))
}

/**
 * What this device is to be told is told through another gateway from now on; to be called in the transaction that
 * moves it.
 */
export async function moveNotices(
  tx: Pick<Store, 'db'>,
  deviceId: DeviceId,
  carrierId: DeviceId,
  now: Instant,
): Promise<void> {
  const waiting = await listNoticeTargets(tx, deviceId, { now, limit: 1 })
  if (waiting.length > 0) await markDue(tx, carrierId, dueBits.notices)
}
