import Type from 'typebox'
import { listProducts as listStored } from '../../store/products.ts'
import { spaceNames } from '../../store/spaces.ts'
import { spaceForFilter } from '../apps/find-space.ts'
import { appId, nameText, ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { PageBody, pageBody, pageQuery, pageRequest } from '../fields/paging.ts'
import { ProductSummaryBody, productSummaryBody } from './product-body.ts'

export const listProducts = operation({
  id: 'ListProducts',
  method: 'GET',
  url: '/v5/iot/:project_id/products',
  tag: 'products',
  summary: 'List products (without service_capabilities)',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object({
    app_id: Type.Optional(appId()),
    product_name: Type.Optional(nameText(64)),
    ...pageQuery,
  }),
  reply: Type.Object({ products: Type.Array(ProductSummaryBody), page: PageBody }),
  async run({ store }, { query, caller: { projectId } }) {
    const space = await spaceForFilter(store, projectId, query.app_id)
    const request = pageRequest(query)
    const page = await listStored(
      store,
      projectId,
      {
        ...(space && { spaceId: space.spaceId }),
        ...(query.product_name !== undefined && { name: query.product_name }),
      },
      request,
    )
    const names = await spaceNames(
      store,
      projectId,
      page.rows.map(({ spaceId }) => spaceId),
    )
    return {
      products: page.rows.map((product) => productSummaryBody(product, names.get(product.spaceId) ?? '')),
      page: pageBody(page, request),
    }
  },
})
