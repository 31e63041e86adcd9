import type { ProjectId, RowKey } from '../base/ids.ts'
import type { DeviceFile } from '../domain/file/device-file.ts'
import type { Store } from './store.ts'
import type { DeviceFileTable } from './tables.ts'

type Db = Pick<Store, 'db'>

/**
 * Writes the file over the one of the same name that the device has, in a transaction of the caller's. Answers that
 * one: its content is to be deleted.
 */
export async function saveDeviceFile(
  { db }: Db,
  deviceKey: RowKey,
  file: DeviceFile,
): Promise<DeviceFile | undefined> {
  const before = await findDeviceFileByName({ db }, deviceKey, file.name)
  if (before) await deleteDeviceFile({ db }, deviceKey, before.key)
  await db
    .insertInto('device_file')
    .values({
      key: file.key,
      project_id: file.projectId,
      device_key: deviceKey,
      device_id: file.deviceId,
      name: file.name,
      size: file.size,
      sha256: file.sha256 ?? null,
      storage: file.storage,
      uploaded_at: file.uploadedAt,
    })
    .execute()
  return before
}

export async function findDeviceFileByName(
  { db }: Db,
  deviceKey: RowKey,
  name: string,
): Promise<DeviceFile | undefined> {
  const row = await db
    .selectFrom('device_file')
    .selectAll()
    .where('device_key', '=', deviceKey)
    .where('name', '=', name)
    .executeTakeFirst()
  return row && fileOf(row)
}

export async function findDeviceFile(
  { db }: Db,
  deviceKey: RowKey,
  key: RowKey,
): Promise<DeviceFile | undefined> {
  const row = await db
    .selectFrom('device_file')
    .selectAll()
    .where('device_key', '=', deviceKey)
    .where('key', '=', key)
    .executeTakeFirst()
  return row && fileOf(row)
}

/** Newest first, below `marker`. */
export async function listDeviceFiles(
  { db }: Db,
  deviceKey: RowKey,
  { limit, marker }: { limit: number; marker?: RowKey },
): Promise<readonly DeviceFile[]> {
  const rows = await db
    .selectFrom('device_file')
    .selectAll()
    .where('device_key', '=', deviceKey)
    .$if(marker !== undefined, (query) => query.where('key', '<', marker as RowKey))
    .orderBy('key', 'desc')
    .limit(limit)
    .execute()
  return rows.map(fileOf)
}

export async function deleteDeviceFile({ db }: Db, deviceKey: RowKey, key: RowKey): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('device_file')
    .where('device_key', '=', deviceKey)
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

export async function countDeviceFiles({ db }: Db, deviceKey: RowKey): Promise<number> {
  const { count } = await db
    .selectFrom('device_file')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('device_key', '=', deviceKey)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Bytes that a project's files take in the data folder. */
export async function sumLocalFiles({ db }: Db, projectId: ProjectId): Promise<number> {
  const { bytes } = await db
    .selectFrom('device_file')
    .select((eb) => eb.fn.sum<number | null>('size').as('bytes'))
    .where('project_id', '=', projectId)
    .where('storage', '=', 'local')
    .executeTakeFirstOrThrow()
  return Number(bytes ?? 0)
}

/** Those of `keys` that still name a file in the data folder. */
export async function localFilesAmong({ db }: Db, keys: readonly RowKey[]): Promise<ReadonlySet<RowKey>> {
  if (keys.length === 0) return new Set()
  const rows = await db
    .selectFrom('device_file')
    .select('key')
    .where('key', 'in', keys)
    .where('storage', '=', 'local')
    .execute()
  return new Set(rows.map(({ key }) => key))
}

const fileOf = (row: DeviceFileTable): DeviceFile => ({
  key: row.key,
  projectId: row.project_id,
  deviceId: row.device_id,
  name: row.name,
  size: row.size,
  ...(row.sha256 !== null && { sha256: row.sha256 }),
  storage: row.storage,
  uploadedAt: row.uploaded_at,
})
