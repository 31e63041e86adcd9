import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'

export type AccessKey = Reply<'GET /quayside/v1/{project_id}/access-keys'>['access_keys'][number]
type MadeKey = Reply<'POST /quayside/v1/{project_id}/access-keys'>

export const accessKeysKey = (projectId: string) => ['access-keys', projectId] as const

export const accessKeysQuery = (projectId: string) =>
  queryOptions({
    queryKey: accessKeysKey(projectId),
    queryFn: async ({ signal }) =>
      (
        await call('GET /quayside/v1/{project_id}/access-keys', {
          params: { project_id: projectId },
          signal,
        })
      ).access_keys,
  })

export const createAccessKey = (projectId: string, description: string): Promise<MadeKey> =>
  call('POST /quayside/v1/{project_id}/access-keys', {
    params: { project_id: projectId },
    body: description === '' ? {} : { description },
  })

export const revokeAccessKey = (projectId: string, accessKey: string) =>
  call('DELETE /quayside/v1/{project_id}/access-keys/{access_key}', {
    params: { project_id: projectId, access_key: accessKey },
  })
