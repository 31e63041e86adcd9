import { type ExpressionBuilder, sql } from 'kysely'
import {
  type DeviceId,
  parseFingerprint,
  type ProductId,
  type ProjectId,
  type RowKey,
  type SpaceId,
} from '../base/ids.ts'
import type { Device, DeviceAuth } from '../domain/device/device.ts'
import type { ConnectedDevices } from '../domain/history/history.ts'
import { toDeviceWithoutSecrets } from './device-row.ts'
import { jsonMembers } from './dialect/json-members.ts'
import type { Store } from './store.ts'
import { flag, type Tables } from './tables.ts'
import { contains, containsAnyCase } from './text-search.ts'

/** All conditions must hold. */
export interface DeviceSearch {
  readonly spaceId?: SpaceId
  readonly productId?: ProductId
  readonly authType?: DeviceAuth['type']
  readonly frozen?: boolean
  /** Found in device id, node id or name, in either case; or one of the fingerprints, however it is written. */
  readonly text?: string
  /** Devices that `connections` has, or those that it lacks. */
  readonly connected?: boolean
  /** What the log knows of connections, which the registry does not. */
  readonly connections?: ConnectedDevices
  readonly sort: DeviceSort
  readonly order: 'asc' | 'desc'
  readonly limit: number
  readonly offset: number
}

/** `status_since`: by `connections`, and by its registration where a device is not in it; frozen ones last. */
export type DeviceSort = 'created' | 'name' | 'node_id' | 'device_id' | 'status_since'

/**
 * One page of devices without their secrets, and how many there are in all.
 *
 * A walk through the devices of the project that reads each row once: a text within ids and names has no index, and
 * a hundred thousand rows take some 0.1 s. The keys are sorted and cut first; whole rows are read for the page only.
 */
export async function searchDevices(
  store: Store,
  projectId: ProjectId,
  search: DeviceSearch,
): Promise<{ readonly devices: readonly Device[]; readonly count: number }> {
  const { limit, offset, text = '', connections } = search
  const matching = devicesMatching(store, projectId, search)
  const page = inOrder(matching, search).select('device.key').limit(limit).offset(offset)
  // Without a text or statuses an index counts and sorts by itself, and only rows of the page are looked at.
  if (text.trim() === '' && connections === undefined) {
    const count = await countMatching(matching)
    return { devices: await devicesByKey(store, count > offset ? await page.execute() : []), count }
  }
  const rows = await page.select((eb) => eb.fn.countAll<number>().over().as('count')).execute()
  // Behind the last page there is no row that could tell.
  const count = rows[0]?.count ?? (offset === 0 ? 0 : await countMatching(matching))
  return { devices: await devicesByKey(store, rows), count }
}

async function devicesByKey(
  { db }: Store,
  page: readonly { readonly key: RowKey }[],
): Promise<readonly Device[]> {
  if (page.length === 0) return []
  const keys = page.map(({ key }) => key)
  const rows = await db.selectFrom('device').selectAll().where('key', 'in', keys).execute()
  const byKey = new Map(rows.map((row) => [row.key, row]))
  return keys.flatMap((key) => byKey.get(key) ?? []).map(toDeviceWithoutSecrets)
}

type Matching = ReturnType<typeof devicesMatching>

async function countMatching(matching: Matching): Promise<number> {
  const { count } = await matching
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

function devicesMatching({ db }: Store, projectId: ProjectId, search: DeviceSearch) {
  const { spaceId, productId, authType, frozen, text = '', connected, connections } = search
  const known = jsonMembers(connections ?? '{}')
  let query = db
    .with(
      // Else SQLite would read the JSON anew for each device.
      (cte) => cte('connection').materialized(),
      (cte) =>
        cte
          .selectFrom(known.as('known'))
          .select([
            (eb) => eb.ref('known.key').$castTo<DeviceId>().as('device_id'),
            'known.value as changed_at',
          ]),
    )
    .selectFrom('device')
    .leftJoin('connection', 'connection.device_id', 'device.device_id')
    .where('device.project_id', '=', projectId)
  if (spaceId !== undefined) query = query.where('device.space_id', '=', spaceId)
  if (productId !== undefined) query = query.where('device.product_id', '=', productId)
  if (authType !== undefined) query = query.where('device.auth_type', '=', authType)
  if (frozen !== undefined) query = query.where('device.frozen', '=', flag(frozen))
  if (connected !== undefined) query = query.where('connection.device_id', connected ? 'is not' : 'is', null)
  const needle = text.trim()
  return needle === '' ? query : query.where(found(needle))
}

function found(text: string) {
  const needle = text.toLowerCase()
  const fingerprint = parseFingerprint(text)
  return ({ or, eb }: ExpressionBuilder<Tables, 'device'>) =>
    or([
      contains('device.device_id', needle),
      contains('device.node_id', needle),
      containsAnyCase('device.name', needle),
      ...(fingerprint === undefined
        ? []
        : [eb('device.fingerprint', '=', fingerprint), eb('device.secondary_fingerprint', '=', fingerprint)]),
    ])
}

/** The key last, so that equal ones do not change their places from page to page. */
function inOrder(matching: Matching, { sort, order }: DeviceSearch): Matching {
  switch (sort) {
    case 'created':
      return matching.orderBy('device.key', order)
    case 'name':
      return matching
        .orderBy(sql`device.name is null`)
        .orderBy(sql`lower(device.name)`, order)
        .orderBy('device.key', order)
    case 'node_id':
      return matching.orderBy('device.node_id', order).orderBy('device.key', order)
    case 'device_id':
      return matching.orderBy('device.device_id', order)
    case 'status_since':
      return matching
        .orderBy('device.frozen')
        .orderBy((eb) => eb.fn.coalesce('connection.changed_at', 'device.created_at'), order)
        .orderBy('device.key', order)
  }
}
