import type { ProductId, ProjectId, RowKey, SpaceId } from '../base/ids.ts'
import type { Product, ServiceModel } from '../domain/product-model/product-model.ts'
import type { Page, PageRequest } from './page.ts'
import type { Store } from './store.ts'
import type { ProductTable } from './tables.ts'
import { contains, containsAnyCase } from './text-search.ts'

/** A product without its model: what lists show. */
export type ProductSummary = Omit<Product, 'services' | 'modelVersion'>

/** 'exists': the space has a product of that id; nothing was written. */
export async function insertProduct({ db }: Store, product: Product): Promise<'created' | 'exists'> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('product')
    .values(toRow(product))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n ? 'created' : 'exists'
}

/**
 * The product of that id in `spaceId`; without a space, the one in the default space, else the oldest one
 * (northbound §3.4).
 */
export async function findProduct(
  { db }: Store,
  projectId: ProjectId,
  productId: ProductId,
  spaceId?: SpaceId,
): Promise<Product | undefined> {
  const row = await db
    .selectFrom('product')
    .innerJoin('space', (join) =>
      join
        .onRef('space.project_id', '=', 'product.project_id')
        .onRef('space.space_id', '=', 'product.space_id'),
    )
    .selectAll('product')
    .where('product.project_id', '=', projectId)
    .where('product.product_id', '=', productId)
    .$if(spaceId !== undefined, (query) => query.where('product.space_id', '=', spaceId as SpaceId))
    .orderBy('space.is_default', 'desc')
    .orderBy('product.key')
    .limit(1)
    .executeTakeFirst()
  return row && toProduct(row)
}

/** By the key that a device or a connection of the project refers to. */
export async function findProductByKey({ db }: Store, key: RowKey): Promise<Product | undefined> {
  const row = await db.selectFrom('product').selectAll().where('key', '=', key).executeTakeFirst()
  return row && toProduct(row)
}

export async function listProducts(
  { db }: Store,
  projectId: ProjectId,
  { spaceId, name }: { readonly spaceId?: SpaceId; readonly name?: string },
  { limit, marker, offset }: PageRequest,
): Promise<Page<ProductSummary>> {
  let matching = db.selectFrom('product').where('project_id', '=', projectId)
  if (spaceId !== undefined) matching = matching.where('space_id', '=', spaceId)
  if (name !== undefined) matching = matching.where('name', '=', name)
  const { count } = await matching
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const rows = await matching
    .select(summaryColumns)
    .$if(marker !== undefined, (query) => query.where('key', '<', marker as RowKey))
    .orderBy('key', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return { rows: rows.map(toSummary), count: Number(count) }
}

/** A product with its model and the number of its devices. */
export type FoundProduct = Product & { readonly deviceCount: number }

/** One page of products, newest first; `text` is found in id, name or type of device, in either case. */
export async function searchProducts(
  { db }: Store,
  projectId: ProjectId,
  { spaceId, text = '' }: { readonly spaceId?: SpaceId; readonly text?: string },
  { limit, offset }: Pick<PageRequest, 'limit' | 'offset'>,
): Promise<{ readonly products: readonly FoundProduct[]; readonly count: number }> {
  const needle = text.trim().toLowerCase()
  let matching = db.selectFrom('product').where('project_id', '=', projectId)
  if (spaceId !== undefined) matching = matching.where('space_id', '=', spaceId)
  if (needle !== '')
    matching = matching.where(({ or }) =>
      or([
        contains('product_id', needle),
        containsAnyCase('name', needle),
        containsAnyCase('device_type', needle),
      ]),
    )
  const { count } = await matching
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const rows = await matching
    .selectAll()
    .select((eb) =>
      eb
        .selectFrom('device')
        .select((inner) => inner.fn.countAll<number>().as('count'))
        .whereRef('device.product_key', '=', 'product.key')
        .where('device.project_id', '=', projectId)
        .as('device_count'),
    )
    .orderBy('key', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  const products = rows.map((row) => ({ ...toProduct(row), deviceCount: row.device_count ?? 0 }))
  return { products, count }
}

/** Names of products by key, for replies that show them. */
export async function productNames(
  { db }: Store,
  projectId: ProjectId,
  keys: readonly RowKey[],
): Promise<ReadonlyMap<RowKey, string>> {
  if (keys.length === 0) return new Map()
  const rows = await db
    .selectFrom('product')
    .select(['key', 'name'])
    .where('project_id', '=', projectId)
    .where('key', 'in', [...new Set(keys)])
    .execute()
  return new Map(rows.map((row) => [row.key, row.name]))
}

/** Writes everything that can change of a product; its ids cannot. */
export async function saveProduct({ db }: Store, product: Product): Promise<void> {
  const row = toRow(product)
  await db
    .updateTable('product')
    .set({
      name: row.name,
      device_type: row.device_type,
      protocol_type: row.protocol_type,
      data_format: row.data_format,
      manufacturer_name: row.manufacturer_name,
      industry: row.industry,
      description: row.description,
      services: row.services,
      model_version: row.model_version,
    })
    .where('project_id', '=', product.projectId)
    .where('key', '=', product.key)
    .executeTakeFirstOrThrow()
}

/** Devices of one product; it can be deleted only when there are none. */
export async function countProductDevices(
  { db }: Store,
  { projectId, key }: Pick<Product, 'projectId' | 'key'>,
): Promise<number> {
  const { count } = await db
    .selectFrom('device')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .where('product_key', '=', key)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function deleteProduct(
  { db }: Store,
  { projectId, key }: Pick<Product, 'projectId' | 'key'>,
): Promise<void> {
  await db.deleteFrom('product').where('project_id', '=', projectId).where('key', '=', key).execute()
}

const summaryColumns = [
  'key',
  'project_id',
  'space_id',
  'product_id',
  'name',
  'device_type',
  'protocol_type',
  'data_format',
  'manufacturer_name',
  'industry',
  'description',
  'created_at',
] as const satisfies readonly (keyof ProductTable)[]

const toSummary = (row: Pick<ProductTable, (typeof summaryColumns)[number]>): ProductSummary => ({
  key: row.key,
  projectId: row.project_id,
  spaceId: row.space_id,
  productId: row.product_id,
  name: row.name,
  deviceType: row.device_type,
  protocolType: row.protocol_type,
  dataFormat: row.data_format,
  ...(row.manufacturer_name !== null && { manufacturerName: row.manufacturer_name }),
  ...(row.industry !== null && { industry: row.industry }),
  ...(row.description !== null && { description: row.description }),
  createdAt: row.created_at,
})

const toProduct = (row: ProductTable): Product => ({
  ...toSummary(row),
  services: JSON.parse(row.services) as readonly ServiceModel[],
  modelVersion: row.model_version,
})

const toRow = (product: Product): ProductTable => ({
  key: product.key,
  project_id: product.projectId,
  space_id: product.spaceId,
  product_id: product.productId,
  name: product.name,
  device_type: product.deviceType,
  protocol_type: product.protocolType,
  data_format: product.dataFormat,
  manufacturer_name: product.manufacturerName ?? null,
  industry: product.industry ?? null,
  description: product.description ?? null,
  services: JSON.stringify(product.services),
  model_version: product.modelVersion,
  created_at: product.createdAt,
})
