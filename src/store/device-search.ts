import { setImmediate as nextTurn } from 'node:timers/promises'
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
  /** Children of this device, on its next level. */
  readonly gatewayId?: DeviceId
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
 * Two walks through `device_for_search`, which holds all that is compared: a text within ids and names can be found by
 * nothing less, and a hundred thousand devices take some 0.05 s to count and up to 0.2 s to sort. Others get their turn
 * between the two. Whole rows are read for the page only.
 */
export async function searchDevices(
  store: Store,
  projectId: ProjectId,
  search: DeviceSearch,
): Promise<{ readonly devices: readonly Device[]; readonly count: number }> {
  const count = await countMatching(devicesMatching(store, projectId, search))
  if (count <= search.offset) return { devices: [], count }
  await nextTurn()
  return { devices: await findDevices(store, projectId, nearerEnd(search, count)), count }
}

/** The page without the count, for whoever does not show it. */
export async function findDevices(
  store: Store,
  projectId: ProjectId,
  search: DeviceSearch & { readonly backwards?: boolean },
): Promise<readonly Device[]> {
  const page = await inOrder(devicesMatching(store, projectId, search), search)
    .limit(search.limit)
    .offset(search.offset)
    .execute()
  return devicesByKey(store, search.backwards ? page.toReversed() : page)
}

/** A page behind the middle is found from the other end: sorting costs by how many come before the page. */
function nearerEnd(search: DeviceSearch, count: number): DeviceSearch & { readonly backwards: boolean } {
  const { offset } = search
  const limit = Math.min(search.limit, count - offset)
  const behind = count - offset - limit
  return behind < offset
    ? { ...search, limit, offset: behind, backwards: true }
    : { ...search, backwards: false }
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
  const { spaceId, productId, authType, gatewayId, frozen, text = '', connected, connections } = search
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
    .where('device.project_id', '=', projectId)
  if (spaceId !== undefined) query = query.where('device.space_id', '=', spaceId)
  if (productId !== undefined) query = query.where('device.product_id', '=', productId)
  if (authType !== undefined) query = query.where('device.auth_type', '=', authType)
  if (gatewayId !== undefined) query = query.where('device.gateway_id', '=', gatewayId)
  if (frozen !== undefined) query = query.where('device.frozen', '=', flag(frozen))
  if (connected !== undefined)
    // With a plus, so that it stays a walk through the index: else SQLite looks up each connected device by its id.
    query = query.where(sql<string>`+device.device_id`, connected ? 'in' : 'not in', (eb) =>
      eb.selectFrom(known.as('known')).select('known.key'),
    )
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

/**
 * The keys last, so that equal ones do not change their places from page to page. Backwards: the same order read from
 * its end.
 */
function inOrder(
  matching: Matching,
  { sort, order, backwards = false }: Pick<DeviceSearch, 'sort' | 'order'> & { readonly backwards?: boolean },
) {
  const by = (order === 'asc') === backwards ? 'desc' : 'asc'
  const absentLast = backwards ? 'desc' : 'asc'
  const keys = matching.select('device.key')
  switch (sort) {
    case 'created':
      return keys.orderBy('device.key', by)
    case 'name':
      return keys
        .orderBy(sql`device.name is null`, absentLast)
        .orderBy(sql`lower(device.name)`, by)
        .orderBy('device.key', by)
    case 'node_id':
      return keys.orderBy('device.node_id', by).orderBy('device.key', by)
    case 'device_id':
      return keys.orderBy('device.device_id', by)
    case 'status_since':
      return keys
        .leftJoin('connection', 'connection.device_id', 'device.device_id')
        .orderBy('device.frozen', absentLast)
        .orderBy((eb) => eb.fn.coalesce('connection.changed_at', 'device.created_at'), by)
        .orderBy('device.key', by)
  }
}
