import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/client.ts'

export const devicesKey = (projectId: string) => ['devices', projectId] as const

/** How many devices the project has. */
export const deviceCountQuery = (projectId: string) =>
  queryOptions({
    queryKey: [...devicesKey(projectId), 'count'],
    queryFn: async ({ signal }) =>
      (
        await call('GET /v5/iot/{project_id}/devices', {
          params: { project_id: projectId },
          query: { limit: 1 },
          signal,
        })
      ).page.count,
  })
