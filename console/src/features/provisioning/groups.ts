import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'

export type Group = Reply<'GET /quayside/v1/{project_id}/registration-groups'>['groups'][number]
export type MadeGroup = Reply<'POST /quayside/v1/{project_id}/registration-groups'>

export const groupsKey = (projectId: string) => ['provisioning', projectId, 'groups'] as const

/** All of a project, newest first, without secrets. */
export const groupsQuery = (projectId: string) =>
  queryOptions({
    queryKey: groupsKey(projectId),
    queryFn: async ({ signal }) =>
      (
        await call('GET /quayside/v1/{project_id}/registration-groups', {
          params: { project_id: projectId },
          signal,
        })
      ).groups,
  })

/** What a form about a group makes. */
export interface GroupDraft {
  readonly name: string
  readonly method: Group['method']
  /** '': the platform makes one. */
  readonly scopeId: string
  readonly spaceId: string | undefined
  readonly certificateId: string | undefined
  readonly productId: string | undefined
  /** host:port; '' leaves it to the platform. */
  readonly address: string
  readonly initConfig: Readonly<Record<string, unknown>> | undefined
}

/** The answer holds the secret of a group that has one, which is never told again. */
export const createGroup = (projectId: string, draft: GroupDraft) =>
  call('POST /quayside/v1/{project_id}/registration-groups', {
    params: { project_id: projectId },
    body: {
      name: draft.name,
      method: draft.method,
      ...(draft.scopeId !== '' && { scope_id: draft.scopeId }),
      ...(draft.spaceId !== undefined && { app_id: draft.spaceId }),
      ...(draft.method === 'CERTIFICATES' &&
        draft.certificateId !== undefined && { certificate_id: draft.certificateId }),
      ...(draft.productId !== undefined && { product_id: draft.productId }),
      ...(draft.address !== '' && { access_address: draft.address }),
      ...(draft.initConfig && { init_config: draft.initConfig }),
    },
  })

/** Scope ID, method, CA and resource space stay. */
export const saveGroup = (projectId: string, scopeId: string, draft: GroupDraft) =>
  call('PUT /quayside/v1/{project_id}/registration-groups/{scope_id}', {
    params: { project_id: projectId, scope_id: scopeId },
    body: {
      name: draft.name,
      product_id: draft.productId ?? null,
      access_address: draft.address === '' ? null : draft.address,
      init_config: draft.initConfig ?? null,
    },
  })

export const switchGroup = (projectId: string, scopeId: string, enabled: boolean) =>
  call('PUT /quayside/v1/{project_id}/registration-groups/{scope_id}', {
    params: { project_id: projectId, scope_id: scopeId },
    body: { enabled },
  })

export const deleteGroup = (projectId: string, scopeId: string) =>
  call('DELETE /quayside/v1/{project_id}/registration-groups/{scope_id}', {
    params: { project_id: projectId, scope_id: scopeId },
  })
