import { parseProductId, type ProjectId } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Product } from '../../domain/product-model/product-model.ts'
import { findProduct } from '../../store/products.ts'
import type { Store } from '../../store/store.ts'
import { spaceForFilter } from '../apps/find-space.ts'

/**
 * The product of that id; without `appId` the one in the default space, else the oldest (northbound §3.4).
 * Refuses an unknown space and an unknown product.
 */
export async function requireProduct(
  store: Store,
  projectId: ProjectId,
  { productId, appId }: { productId: string; appId: string | undefined },
): Promise<Product> {
  const space = await spaceForFilter(store, projectId, appId)
  const id = parseProductId(productId)
  const product = id && (await findProduct(store, projectId, id, space?.spaceId))
  if (!product) throw new Refusal('product-not-found', { productId })
  return product
}
