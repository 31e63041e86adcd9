import type { DeviceId, NodeId, ProductId, ProjectId, RowKey, SpaceId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Device } from '../domain/device/device.ts'
import { toDeviceWithoutSecrets } from './device-row.ts'
import type { Page, PageRequest } from './page.ts'
import type { Store } from './store.ts'

/** All conditions must hold (northbound §4.3, list filters). */
export interface DeviceFilter {
  readonly spaceId?: SpaceId
  readonly productId?: ProductId
  readonly nodeId?: NodeId
  readonly name?: string
  /** Direct children of this device; with `cascade` all levels below it. */
  readonly gatewayId?: DeviceId
  readonly cascade?: boolean
  /** Registered at or after. */
  readonly from?: Instant
  /** Registered before. */
  readonly until?: Instant
}

/** Devices without their secrets, newest first. */
export async function listDevices(
  store: Store,
  projectId: ProjectId,
  filter: DeviceFilter,
  { limit, marker, offset }: PageRequest,
): Promise<Page<Device>> {
  const matching = devicesMatching(store, projectId, filter)
  const { count } = await matching
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  // The keys of the page come from an index alone, whatever is skipped; rows are read for those only.
  const keys = matching
    .select('key')
    .$if(marker !== undefined, (query) => query.where('key', '<', marker as RowKey))
    .orderBy('key', 'desc')
    .limit(limit)
    .offset(offset)
  const rows = await store.db
    .selectFrom('device')
    .selectAll()
    .where('key', 'in', keys)
    .orderBy('key', 'desc')
    .execute()
  return { rows: rows.map(toDeviceWithoutSecrets), count: Number(count) }
}

/** All devices of the project. */
export async function countDevices({ db }: Store, projectId: ProjectId): Promise<number> {
  const { count } = await db
    .selectFrom('device')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

function devicesMatching(store: Store, projectId: ProjectId, filter: DeviceFilter) {
  let query = devicesOf(store, projectId, filter)
  if (filter.spaceId !== undefined) query = query.where('space_id', '=', filter.spaceId)
  if (filter.productId !== undefined) query = query.where('product_id', '=', filter.productId)
  if (filter.nodeId !== undefined) query = query.where('node_id', '=', filter.nodeId)
  if (filter.name !== undefined) query = query.where('name', '=', filter.name)
  if (filter.from !== undefined) query = query.where('created_at', '>=', filter.from)
  if (filter.until !== undefined) query = query.where('created_at', '<', filter.until)
  return query
}

/** The devices of the project, or those of them below a gateway. */
function devicesOf({ db }: Store, projectId: ProjectId, { gatewayId, cascade }: DeviceFilter) {
  const all = db.selectFrom('device')
  if (gatewayId === undefined) return all.where('project_id', '=', projectId)
  if (!cascade) return all.where('project_id', '=', projectId).where('gateway_id', '=', gatewayId)
  // Two levels are all there can be (limits.gatewayLevelsMax), so one step down is enough. The project is asked of the
  // parents, whose children share it: asked of the devices, SQLite would walk through all those of the project.
  return all.where('gateway_id', 'in', (eb) =>
    eb
      .selectFrom('device as self')
      .select('self.device_id')
      .where('self.project_id', '=', projectId)
      .where('self.device_id', '=', gatewayId)
      .unionAll(
        eb
          .selectFrom('device as child')
          .select('child.device_id')
          .where('child.project_id', '=', projectId)
          .where('child.gateway_id', '=', gatewayId)
          // Of ten thousand children few are gateways themselves: the others need not be looked for one by one.
          .where(({ exists, selectFrom }) =>
            exists(
              selectFrom('device as grandchild')
                .select('grandchild.key')
                .whereRef('grandchild.gateway_id', '=', 'child.device_id'),
            ),
          ),
      ),
  )
}
