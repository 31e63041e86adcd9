import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from './client.ts'

export type Topic = Reply<'GET /quayside/v1/topics'>['topics'][number]

/** Every topic of the platform, its purpose in `language`. */
export const topicsQuery = (language: string) =>
  queryOptions({
    queryKey: ['topics', language],
    queryFn: async ({ signal }) => (await call('GET /quayside/v1/topics', { signal })).topics,
    staleTime: Infinity,
  })
