import { strict as assert } from 'node:assert'
import Type from 'typebox'
import { parseProductId } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Product } from '../../domain/product-model/product-model.ts'
import { insertProduct } from '../../store/products.ts'
import { inTransaction } from '../../store/transaction.ts'
import { spaceForCreation } from '../apps/find-space.ts'
import { appId, productId, ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { ProductBody, productBody, productFields } from './product-body.ts'
import { readModel } from './read-model.ts'

export const createProduct = operation({
  id: 'CreateProduct',
  method: 'POST',
  url: '/v5/iot/:project_id/products',
  tag: 'products',
  summary: 'Create a product',
  status: 201,
  access: 'write',
  audit: 'product.create',
  params: ProjectParams,
  body: Type.Object({
    product_id: Type.Optional(productId()),
    ...productFields,
    app_id: Type.Optional(appId()),
  }),
  reply: ProductBody,
  async run({ store, clock, ids, limits }, { body, caller: { projectId } }) {
    const services = readModel(body.service_capabilities, limits)
    const key = ids.rowKey()
    const id = parseProductId(body.product_id ?? key)
    assert(id, 'the schema and the row key have the form of a product id')
    return inTransaction(store, async (tx) => {
      const space = await spaceForCreation(tx, projectId, body.app_id)
      const product: Product = {
        key,
        projectId,
        spaceId: space.spaceId,
        productId: id,
        name: body.name,
        deviceType: body.device_type,
        protocolType: body.protocol_type,
        dataFormat: body.data_format,
        ...(body.manufacturer_name !== undefined && { manufacturerName: body.manufacturer_name }),
        ...(body.industry !== undefined && { industry: body.industry }),
        ...(body.description !== undefined && { description: body.description }),
        services,
        modelVersion: 1,
        createdAt: clock.now(),
      }
      if ((await insertProduct(tx, product)) === 'exists')
        throw new Refusal('product-exists', { productId: id })
      return productBody(product, space.name)
    })
  },
})
