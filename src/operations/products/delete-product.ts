import { Refusal } from '../../base/refusal.ts'
import { countProductDevices, deleteProduct as deleteStored } from '../../store/products.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { requireProduct } from './find-product.ts'
import { ProductParams, ProductQuery } from './product-body.ts'

export const deleteProduct = operation({
  id: 'DeleteProduct',
  method: 'DELETE',
  url: '/v5/iot/:project_id/products/:product_id',
  tag: 'products',
  summary: 'Delete a product that has no devices',
  status: 204,
  access: 'write',
  audit: 'product.delete',
  params: ProductParams,
  query: ProductQuery,
  async run({ store, bus }, { params, query, caller }) {
    const key = await inTransaction(store, async (tx) => {
      const target = { productId: params.product_id, appId: query.app_id }
      const product = await requireProduct(tx, caller.projectId, target)
      const devices = await countProductDevices(tx, product)
      if (devices > 0) throw new Refusal('product-in-use', { devices })
      await deleteStored(tx, product)
      return product.key
    })
    await bus.publish({ kind: 'model-changed', productKey: key })
  },
})
