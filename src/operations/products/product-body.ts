import Type, { type Static } from 'typebox'
import { formatBasic } from '../../base/instant.ts'
import { protocolTypes, type Product } from '../../domain/product-model/product-model.ts'
import type { ProductSummary } from '../../store/products.ts'
import { appId, basicTime, freeText, nameText, productId } from '../fields/fields.ts'
import { ServiceCapabilities, ServiceCapability, serviceBody } from './service-capability.ts'

export const ProtocolType = Type.Enum([...protocolTypes])
export const DataFormat = Type.Enum(['json', 'binary'])

/** What a caller may say of a product besides its ids. */
export const productFields = {
  name: nameText(64),
  device_type: nameText(32),
  protocol_type: ProtocolType,
  data_format: DataFormat,
  service_capabilities: ServiceCapabilities,
  manufacturer_name: Type.Optional(nameText(32)),
  industry: Type.Optional(nameText(64)),
  description: Type.Optional(freeText(128)),
}

const APP_ID_RULE = 'When absent: the product of that id in the default space, else the oldest one.'
export const AppIdOfProduct = Type.Optional(Type.String({ ...appId(), description: APP_ID_RULE }))

export const ProductParams = Type.Object({ project_id: Type.String(), product_id: productId() })
export const ProductQuery = Type.Object({ app_id: AppIdOfProduct })

const summaryFields = {
  app_id: Type.String(),
  app_name: Type.String(),
  product_id: Type.String(),
  name: Type.String(),
  device_type: Type.String(),
  protocol_type: ProtocolType,
  data_format: DataFormat,
  manufacturer_name: Type.Optional(Type.String()),
  industry: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  create_time: basicTime(),
}

export const ProductSummaryBody = Type.Object(summaryFields)
export const ProductBody = Type.Object({
  ...summaryFields,
  service_capabilities: Type.Array(ServiceCapability),
})

export const productSummaryBody = (
  product: ProductSummary,
  spaceName: string,
): Static<typeof ProductSummaryBody> => ({
  app_id: product.spaceId,
  app_name: spaceName,
  product_id: product.productId,
  name: product.name,
  device_type: product.deviceType,
  protocol_type: product.protocolType,
  data_format: product.dataFormat,
  ...(product.manufacturerName !== undefined && { manufacturer_name: product.manufacturerName }),
  ...(product.industry !== undefined && { industry: product.industry }),
  ...(product.description !== undefined && { description: product.description }),
  create_time: formatBasic(product.createdAt),
})

export const productBody = (product: Product, spaceName: string): Static<typeof ProductBody> => ({
  ...productSummaryBody(product, spaceName),
  service_capabilities: product.services.map(serviceBody),
})
