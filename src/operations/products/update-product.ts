import Type, { type Static } from 'typebox'
import type { Limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Product } from '../../domain/product-model/product-model.ts'
import { saveProduct } from '../../store/products.ts'
import { inTransaction } from '../../store/transaction.ts'
import { spaceNameOf } from '../apps/space-name.ts'
import { operation } from '../operation.ts'
import { requireProduct } from './find-product.ts'
import { AppIdOfProduct, ProductBody, ProductParams, productBody, productFields } from './product-body.ts'
import { readModel } from './read-model.ts'

const Changes = Type.Object({
  app_id: AppIdOfProduct,
  ...Type.Partial(Type.Object(productFields)).properties,
})

/** Absent members stay; `service_capabilities` is replaced as a whole (northbound §4.2). */
export const updateProduct = operation({
  id: 'UpdateProduct',
  method: 'PUT',
  url: '/v5/iot/:project_id/products/:product_id',
  tag: 'products',
  summary: 'Modify a product',
  status: 200,
  access: 'write',
  audit: 'product.update',
  params: ProductParams,
  body: Changes,
  reply: ProductBody,
  async run({ store, bus, limits }, { params, body, caller }) {
    const { product, reply } = await inTransaction(store, async (tx) => {
      const target = { productId: params.product_id, appId: body.app_id }
      const changed = withChanges(await requireProduct(tx, caller.projectId, target), body, limits)
      await saveProduct(tx, changed)
      return { product: changed, reply: productBody(changed, await spaceNameOf(tx, changed)) }
    })
    await bus.publish({ kind: 'model-changed', productKey: product.key })
    return reply
  },
})

function withChanges(product: Product, changes: Static<typeof Changes>, limits: Limits): Product {
  if (changes.protocol_type === 'CoAP' && product.protocolType !== 'CoAP') {
    throw new Refusal('product-protocol-fixed')
  }
  const { service_capabilities: capabilities } = changes
  return {
    ...product,
    name: changes.name ?? product.name,
    deviceType: changes.device_type ?? product.deviceType,
    protocolType: changes.protocol_type ?? product.protocolType,
    dataFormat: changes.data_format ?? product.dataFormat,
    ...(changes.manufacturer_name !== undefined && { manufacturerName: changes.manufacturer_name }),
    ...(changes.industry !== undefined && { industry: changes.industry }),
    ...(changes.description !== undefined && { description: changes.description }),
    ...(capabilities && {
      services: readModel(capabilities, limits),
      modelVersion: product.modelVersion + 1,
    }),
  }
}
