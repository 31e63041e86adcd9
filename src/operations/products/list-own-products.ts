import Type, { type Static } from 'typebox'
import { formatIso } from '../../base/instant.ts'
import { type FoundProduct, searchProducts } from '../../store/products.ts'
import { spaceNames } from '../../store/spaces.ts'
import { spaceForFilter } from '../apps/find-space.ts'
import { appId, milliTime, ProjectParams } from '../fields/fields.ts'
import { countField, ownListQuery, searchText } from '../fields/own-list.ts'
import { operation } from '../operation.ts'
import { productSummaryBody, ProductSummaryBody } from './product-body.ts'

const OwnProductBody = Type.Object({
  ...ProductSummaryBody.properties,
  create_time: milliTime(),
  service_count: Type.Integer(),
  property_count: Type.Integer({ description: 'Of all its services.' }),
  device_count: Type.Integer(),
})

export const listOwnProducts = operation({
  id: 'ListOwnProducts',
  method: 'GET',
  url: '/quayside/v1/:project_id/products',
  tag: 'products',
  summary:
    'Find products by text, newest first, with the size of their models and how many devices they have',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object({
    search: Type.Optional(searchText('Found in product id, name or device type, in either case.')),
    app_id: Type.Optional(appId()),
    ...ownListQuery,
  }),
  reply: Type.Object({ products: Type.Array(OwnProductBody), count: countField() }),
  async run({ store, limits }, { query, caller: { projectId } }) {
    const space = await spaceForFilter(store, projectId, query.app_id)
    const { search, limit = limits.ownListLimitDefault, offset = 0 } = query
    const { products, count } = await searchProducts(
      store,
      projectId,
      { ...(space && { spaceId: space.spaceId }), ...(search !== undefined && { text: search }) },
      { limit, offset },
    )
    const names = await spaceNames(
      store,
      projectId,
      products.map(({ spaceId }) => spaceId),
    )
    return {
      products: products.map((product) => ownProductBody(product, names.get(product.spaceId) ?? '')),
      count,
    }
  },
})

const ownProductBody = (product: FoundProduct, spaceName: string): Static<typeof OwnProductBody> => ({
  ...productSummaryBody(product, spaceName),
  create_time: formatIso(product.createdAt),
  service_count: product.services.length,
  property_count: product.services.reduce((sum, { properties }) => sum + properties.length, 0),
  device_count: product.deviceCount,
})
