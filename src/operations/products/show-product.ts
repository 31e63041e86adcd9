import { spaceNameOf } from '../apps/space-name.ts'
import { operation } from '../operation.ts'
import { requireProduct } from './find-product.ts'
import { ProductBody, ProductParams, ProductQuery, productBody } from './product-body.ts'

export const showProduct = operation({
  id: 'ShowProduct',
  method: 'GET',
  url: '/v5/iot/:project_id/products/:product_id',
  tag: 'products',
  summary: 'Get a product with its model',
  status: 200,
  access: 'read',
  params: ProductParams,
  query: ProductQuery,
  reply: ProductBody,
  async run({ store }, { params, query, caller }) {
    const product = await requireProduct(store, caller.projectId, {
      productId: params.product_id,
      appId: query.app_id,
    })
    return productBody(product, await spaceNameOf(store, product))
  },
})
