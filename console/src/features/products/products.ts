import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call, type CallInput, type Reply } from '../../api/client.ts'
import { complete, type Model, type Product, sameContent } from './model.ts'

export const productsKey = (projectId: string) => ['products', projectId] as const

/** How many products the project has. */
export const productCountQuery = (projectId: string) =>
  queryOptions({
    queryKey: [...productsKey(projectId), 'count'],
    queryFn: async ({ signal }) =>
      (
        await call('GET /v5/iot/{project_id}/products', {
          params: { project_id: projectId },
          query: { limit: 1 },
          signal,
        })
      ).page.count,
  })

export const PAGE_SIZE = 50

interface ListFilter {
  /** Found in product id, name or device type; empty: all. */
  readonly search: string
  /** Resource space; absent: all of them. */
  readonly spaceId: string | undefined
  /** Counted from 1. */
  readonly page: number
}

export type ProductRow = Reply<'GET /quayside/v1/{project_id}/products'>['products'][number]

/** One page of the products, newest first; the page before stays until the next is there. */
export const productListQuery = (projectId: string, { search, spaceId, page }: ListFilter) =>
  queryOptions({
    queryKey: [...productsKey(projectId), 'list', search, spaceId, page],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/products', {
        params: { project_id: projectId },
        query: {
          ...(search !== '' && { search }),
          ...(spaceId !== undefined && { app_id: spaceId }),
          limit: PAGE_SIZE,
          offset: (page - 1) * PAGE_SIZE,
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

/** Which product: its id is unique in its resource space alone. */
export interface ProductPlace {
  readonly projectId: string
  readonly productId: string
  /** Absent: the one in the default space, else the oldest. */
  readonly spaceId: string | undefined
}

export const productKey = ({ projectId, productId, spaceId }: ProductPlace) =>
  [...productsKey(projectId), 'one', productId, spaceId] as const

/** A product with its model. */
export const productQuery = (place: ProductPlace) =>
  queryOptions({
    queryKey: productKey(place),
    queryFn: ({ signal }) => readProduct(place, signal),
  })

async function readProduct(
  { projectId, productId, spaceId }: ProductPlace,
  signal?: AbortSignal,
): Promise<Product> {
  return withWholeModel(
    await call('GET /v5/iot/{project_id}/products/{product_id}', {
      params: { project_id: projectId, product_id: productId },
      query: spaceId === undefined ? {} : { app_id: spaceId },
      ...(signal && { signal }),
    }),
  )
}

const withWholeModel = (reply: Reply<'GET /v5/iot/{project_id}/products/{product_id}'>): Product => ({
  ...reply,
  service_capabilities: reply.service_capabilities.map(complete),
})

export type NewProduct = CallInput<'POST /v5/iot/{project_id}/products'>['body']

export const createProduct = (projectId: string, product: NewProduct) =>
  call('POST /v5/iot/{project_id}/products', { params: { project_id: projectId }, body: product })

type ProductChanges = NonNullable<CallInput<'PUT /v5/iot/{project_id}/products/{product_id}'>['body']>

/** What is absent stays as it is; the model is replaced as a whole. */
export async function updateProduct(
  { projectId, productId, spaceId }: ProductPlace,
  changes: Omit<ProductChanges, 'app_id'>,
): Promise<Product> {
  return withWholeModel(
    await call('PUT /v5/iot/{project_id}/products/{product_id}', {
      params: { project_id: projectId, product_id: productId },
      body: { ...changes, ...(spaceId !== undefined && { app_id: spaceId }) },
    }),
  )
}

export const deleteProduct = ({ projectId, productId, spaceId }: ProductPlace) =>
  call('DELETE /v5/iot/{project_id}/products/{product_id}', {
    params: { project_id: projectId, product_id: productId },
    query: spaceId === undefined ? {} : { app_id: spaceId },
  })

/** Someone else has saved the model since it was read; `product` is what it is now. */
export class ModelChanged extends Error {
  override readonly name = 'ModelChanged'
  readonly product: Product

  constructor(product: Product) {
    super('The product model was changed by someone else meanwhile.')
    this.product = product
  }
}

/**
 * Applies `edit` to the model and saves it whole, which is the only way the API has. Reads it again before: rejects
 * with {@link ModelChanged}, having saved nothing, when it is no longer what the edit was made on.
 */
export async function saveModel(
  place: ProductPlace,
  seen: Model,
  edit: (model: Model) => Model,
): Promise<Product> {
  const now = await readProduct(place)
  if (!sameContent(now.service_capabilities, seen)) throw new ModelChanged(now)
  return updateProduct(place, { service_capabilities: edit(now.service_capabilities) })
}

const SHOWN_DEVICES = 10

/** The newest devices of a product, and how many it has. */
export const productDevicesQuery = ({ projectId, productId, spaceId }: ProductPlace) =>
  queryOptions({
    queryKey: ['devices', projectId, 'of-product', productId, spaceId],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/devices', {
        params: { project_id: projectId },
        query: {
          product_id: productId,
          ...(spaceId !== undefined && { app_id: spaceId }),
          limit: SHOWN_DEVICES,
        },
        signal,
      }),
  })
