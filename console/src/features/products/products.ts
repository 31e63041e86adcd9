import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/client.ts'

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
