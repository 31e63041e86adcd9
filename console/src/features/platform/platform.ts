import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'
import { readHealth } from '../../api/health.ts'

export type Platform = Reply<'GET /quayside/v1/{project_id}/platform'>

export const platformQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['platform', projectId],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/platform', { params: { project_id: projectId }, signal }),
    staleTime: 60_000,
  })

/** What anyone may know, for the page before signing in. */
export const publicPlatformQuery = queryOptions({
  queryKey: ['platform'],
  queryFn: ({ signal }) => call('GET /quayside/v1/platform', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

/** Asked every 15 s while the page is seen; a failed question is an answer too, so it is not repeated at once. */
export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => readHealth(signal),
  refetchInterval: 15_000,
  retry: false,
})
