import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'

export type Space = Reply<'GET /v5/iot/{project_id}/apps'>['applications'][number]

export const spacesKey = (projectId: string) => ['spaces', projectId] as const

/** All resource spaces: the default one first, then by name. */
export const spacesQuery = (projectId: string) =>
  queryOptions({
    queryKey: spacesKey(projectId),
    queryFn: async ({ signal }) => {
      const reply = await call('GET /v5/iot/{project_id}/apps', {
        params: { project_id: projectId },
        signal,
      })
      return inOrder(reply.applications)
    },
  })

export const inOrder = (spaces: readonly Space[]): readonly Space[] =>
  spaces.toSorted(
    (a, b) => Number(b.default_app) - Number(a.default_app) || a.app_name.localeCompare(b.app_name),
  )

/** Those whose name or id holds `text`, whatever its case. */
export function matching(spaces: readonly Space[], text: string): readonly Space[] {
  const wanted = text.trim().toLowerCase()
  return spaces.filter(
    ({ app_name: name, app_id: id }) => name.toLowerCase().includes(wanted) || id.includes(wanted),
  )
}

export const createSpace = (projectId: string, name: string) =>
  call('POST /v5/iot/{project_id}/apps', { params: { project_id: projectId }, body: { app_name: name } })

export const renameSpace = (projectId: string, spaceId: string, name: string) =>
  call('PUT /v5/iot/{project_id}/apps/{app_id}', {
    params: { project_id: projectId, app_id: spaceId },
    body: { app_name: name },
  })

export const deleteSpace = (projectId: string, spaceId: string) =>
  call('DELETE /v5/iot/{project_id}/apps/{app_id}', { params: { project_id: projectId, app_id: spaceId } })
