import { sql } from 'kysely'
import type { DeviceId, Fingerprint, NodeId, ProjectId, RowKey } from '../base/ids.ts'
import type { Device } from '../domain/device/device.ts'
import type { DueBit } from '../domain/device/due.ts'
import { toDevice, toDeviceRow, toDeviceWithoutSecrets } from './device-row.ts'
import { deleteDeviceTokens } from './device-tokens.ts'
import type { Store } from './store.ts'
import { flag } from './tables.ts'

/**
 * 'device-exists': the id is taken, in whichever project; 'node-exists': the product has a device of that node
 * id. Then nothing was written.
 */
export async function insertDevice(
  store: Store,
  device: Device,
): Promise<'created' | 'device-exists' | 'node-exists'> {
  const { numInsertedOrUpdatedRows } = await store.db
    .insertInto('device')
    .values(toDeviceRow(store, device))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows === 1n) return 'created'
  return (await findDeviceAnywhere(store, device.deviceId)) ? 'device-exists' : 'node-exists'
}

export async function findDevice(
  store: Store,
  projectId: ProjectId,
  deviceId: DeviceId,
): Promise<Device | undefined> {
  const row = await store.db
    .selectFrom('device')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('device_id', '=', deviceId)
    .executeTakeFirst()
  return row && toDevice(store, row)
}

/** For a device that connects: it names no project, and ids are unique over all of them (design §2.3). */
export async function findDeviceAnywhere(store: Store, deviceId: DeviceId): Promise<Device | undefined> {
  const row = await store.db
    .selectFrom('device')
    .selectAll()
    .where('device_id', '=', deviceId)
    .executeTakeFirst()
  return row && toDevice(store, row)
}

/** Writes what an update may change: name, description, extension info, secure access and time-out. */
export async function saveDeviceDetails(store: Store, device: Device): Promise<void> {
  const row = toDeviceRow(store, device)
  await store.db
    .updateTable('device')
    .set({
      name: row.name,
      description: row.description,
      extension_info: row.extension_info,
      secure_access: row.secure_access,
      timeout_seconds: row.timeout_seconds,
      expires_at: row.expires_at,
    })
    .where('project_id', '=', device.projectId)
    .where('key', '=', device.key)
    .executeTakeFirstOrThrow()
}

/** Writes type, secrets and fingerprints; tokens that rest on the old ones end. */
export async function saveDeviceCredentials(store: Store, device: Device): Promise<void> {
  const row = toDeviceRow(store, device)
  await store.db
    .updateTable('device')
    .set({
      auth_type: row.auth_type,
      secret: row.secret,
      secondary_secret: row.secondary_secret,
      fingerprint: row.fingerprint,
      secondary_fingerprint: row.secondary_fingerprint,
    })
    .where('project_id', '=', device.projectId)
    .where('key', '=', device.key)
    .executeTakeFirstOrThrow()
  await deleteDeviceTokens(store, device.deviceId)
}

/**
 * Pins the first certificate that a CERTIFICATES device without any fingerprint presents (northbound §4.3): one
 * that has a secondary fingerprint alone is let in with that certificate and no other. True when this call pinned
 * it: of two connections at once one wins, and the other must be judged anew.
 */
export async function pinFingerprint(
  { db }: Store,
  deviceId: DeviceId,
  fingerprint: Fingerprint,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('device')
    .set({ fingerprint })
    .where('device_id', '=', deviceId)
    .where('auth_type', '=', 'CERTIFICATES')
    .where('fingerprint', 'is', null)
    .where('secondary_fingerprint', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** True when this call changed it; false when it was so already, or is not there. */
export async function setFrozen(
  { db }: Store,
  { projectId, deviceId, frozen }: { projectId: ProjectId; deviceId: DeviceId; frozen: boolean },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('device')
    .set({ frozen: flag(frozen) })
    .where('project_id', '=', projectId)
    .where('device_id', '=', deviceId)
    .where('frozen', '=', flag(!frozen))
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Writes a device's parent. */
export async function saveGateway(
  { db }: Store,
  { projectId, key, gatewayId }: Pick<Device, 'projectId' | 'key' | 'gatewayId'>,
): Promise<void> {
  await db
    .updateTable('device')
    .set({ gateway_id: gatewayId ?? null })
    .where('project_id', '=', projectId)
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
}

/** Those of these devices that are below the gateway, on either level, without their secrets (safety S5). */
export async function listBelow(
  { db }: Store,
  gateway: Pick<Device, 'projectId' | 'deviceId'>,
  deviceIds: readonly DeviceId[],
): Promise<readonly Device[]> {
  if (deviceIds.length === 0) return []
  const rows = await db
    .selectFrom('device')
    .selectAll()
    .where('project_id', '=', gateway.projectId)
    .where('device_id', 'in', deviceIds)
    .where((eb) =>
      eb.or([
        eb('gateway_id', '=', gateway.deviceId),
        eb('gateway_id', 'in', (parents) =>
          parents
            .selectFrom('device as parent')
            .select('parent.device_id')
            .where('parent.gateway_id', '=', gateway.deviceId),
        ),
      ]),
    )
    .execute()
  return rows.map(toDeviceWithoutSecrets)
}

/** The product's device of this node id, without its secrets. */
export async function findDeviceByNode(
  { db }: Store,
  productKey: RowKey,
  nodeId: NodeId,
): Promise<Device | undefined> {
  const row = await db
    .selectFrom('device')
    .selectAll()
    .where('product_key', '=', productKey)
    .where('node_id', '=', nodeId)
    .executeTakeFirst()
  return row && toDeviceWithoutSecrets(row)
}

export async function countChildren(
  { db }: Store,
  projectId: ProjectId,
  gatewayId: DeviceId,
): Promise<number> {
  const { count } = await db
    .selectFrom('device')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .where('gateway_id', '=', gatewayId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** The names of these devices of a project; those without one are left out. */
export async function listDeviceNames(
  { db }: Store,
  projectId: ProjectId,
  deviceIds: readonly DeviceId[],
): Promise<ReadonlyMap<DeviceId, string>> {
  if (deviceIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('device')
    .select(['device_id', 'name'])
    .where('project_id', '=', projectId)
    .where('device_id', 'in', deviceIds)
    .execute()
  return new Map(rows.flatMap(({ device_id: id, name }) => (name === null ? [] : [[id, name] as const])))
}

/** The row goes, and with it the secrets (safety S16). Fails while children refer to it. */
export async function deleteDevice(
  { db }: Store,
  projectId: ProjectId,
  deviceId: DeviceId,
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('device')
    .where('project_id', '=', projectId)
    .where('device_id', '=', deviceId)
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

/** Something waits for the device until it connects; to be written in the transaction that stores what waits. */
export async function markDue({ db }: Pick<Store, 'db'>, deviceId: DeviceId, bit: DueBit): Promise<void> {
  await db
    .updateTable('device')
    .set({ due: sql<number>`due | ${bit}` })
    .where('device_id', '=', deviceId)
    .where(sql<boolean>`due & ${bit} = 0`)
    .execute()
}

/** Nothing of that kind waits any more. */
export async function clearDue({ db }: Pick<Store, 'db'>, deviceId: DeviceId, bit: DueBit): Promise<void> {
  await db
    .updateTable('device')
    .set({ due: sql<number>`due & ~${bit}` })
    .where('device_id', '=', deviceId)
    .where(sql<boolean>`due & ${bit} <> 0`)
    .execute()
}
