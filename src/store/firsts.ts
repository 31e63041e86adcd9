import type { DeviceId, ProductId, ProjectId, RowKey, SpaceId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Store } from './store.ts'

interface FirstProduct {
  readonly productId: ProductId
  readonly spaceId: SpaceId
  readonly createdAt: Instant
}

/** The oldest of each kind that is still there. */
export interface FirstObjects {
  readonly product?: FirstProduct
  /** With at least one service in its model. */
  readonly modelled?: FirstProduct
  readonly certificate?: { readonly key: RowKey; readonly spaceId: SpaceId; readonly createdAt: Instant }
  readonly verified?: { readonly key: RowKey; readonly spaceId: SpaceId }
  readonly device?: { readonly deviceId: DeviceId; readonly spaceId: SpaceId; readonly createdAt: Instant }
}

/** A row or two of each table, along its index. */
export async function findFirstObjects(store: Store, projectId: ProjectId): Promise<FirstObjects> {
  const product = await findProduct(store, projectId, false)
  const modelled = product && (await findProduct(store, projectId, true))
  const certificate = await findCertificate(store, projectId, false)
  const verified = certificate && (await findCertificate(store, projectId, true))
  const device = await store.db
    .selectFrom('device')
    .select(['device_id', 'space_id', 'created_at'])
    .where('project_id', '=', projectId)
    .orderBy('key')
    .limit(1)
    .executeTakeFirst()
  return {
    ...(product && { product }),
    ...(modelled && { modelled }),
    ...(certificate && { certificate }),
    ...(verified && { verified }),
    ...(device && {
      device: { deviceId: device.device_id, spaceId: device.space_id, createdAt: device.created_at },
    }),
  }
}

async function findProduct(
  { db }: Store,
  projectId: ProjectId,
  modelled: boolean,
): Promise<FirstProduct | undefined> {
  const row = await db
    .selectFrom('product')
    .select(['product_id', 'space_id', 'created_at'])
    .where('project_id', '=', projectId)
    .$if(modelled, (query) => query.where('services', '!=', '[]'))
    .orderBy('key')
    .limit(1)
    .executeTakeFirst()
  return row && { productId: row.product_id, spaceId: row.space_id, createdAt: row.created_at }
}

async function findCertificate(
  { db }: Store,
  projectId: ProjectId,
  verified: boolean,
): Promise<FirstObjects['certificate']> {
  const row = await db
    .selectFrom('ca_certificate')
    .select(['key', 'space_id', 'created_at'])
    .where('project_id', '=', projectId)
    .$if(verified, (query) => query.where('verified', '=', 1))
    .orderBy('key')
    .limit(1)
    .executeTakeFirst()
  return row && { key: row.key, spaceId: row.space_id, createdAt: row.created_at }
}
