import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../../api/client.ts'

export type ChosenProduct = Reply<'GET /v5/iot/{project_id}/products'>['products'][number]

/** Of the reference's pages, and how many of them are read at most: a longer list is not chosen from by eye. */
const PAGE = 50
const PAGES_MAX = 20

/** The newest products, of one resource space or all. */
export const productsToChooseQuery = (projectId: string, space: string | undefined) =>
  queryOptions({
    // Below the key of the lists of products, so that a change of them reaches it.
    queryKey: ['products', projectId, 'to-choose', space],
    async queryFn({ signal }): Promise<readonly ChosenProduct[]> {
      const products: ChosenProduct[] = []
      let marker: string | undefined
      for (let pages = 0; pages < PAGES_MAX; pages += 1) {
        const page = await call('GET /v5/iot/{project_id}/products', {
          params: { project_id: projectId },
          query: {
            limit: PAGE,
            ...(space !== undefined && { app_id: space }),
            ...(marker !== undefined && { marker }),
          },
          signal,
        })
        products.push(...page.products)
        if (page.products.length < PAGE) break
        marker = page.page.marker
      }
      return products
    },
  })
