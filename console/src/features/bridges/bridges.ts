import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'

export type Bridge = Reply<'GET /quayside/v1/{project_id}/bridges'>['bridges'][number]

export const BRIDGE_DEVICES_PAGE = 50

export const bridgesKey = (projectId: string) => ['bridges', projectId] as const

/** All of a project, with how many more can be made. */
export const bridgesQuery = (projectId: string) =>
  queryOptions({
    queryKey: bridgesKey(projectId),
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/bridges', { params: { project_id: projectId }, signal }),
  })

/** Devices that are logged in through a bridge; `page` is counted from 1. */
export const bridgeDevicesQuery = (projectId: string, bridgeId: string, page: number) =>
  queryOptions({
    queryKey: [...bridgesKey(projectId), bridgeId, 'devices', page] as const,
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/bridges/{bridge_id}/devices', {
        params: { project_id: projectId, bridge_id: bridgeId },
        query: { limit: BRIDGE_DEVICES_PAGE, offset: (page - 1) * BRIDGE_DEVICES_PAGE },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

/** The answer holds the secret, which is never told again. */
export const createBridge = (
  projectId: string,
  { name, bridgeId }: { readonly name: string; readonly bridgeId: string },
) =>
  call('POST /v5/iot/{project_id}/bridges', {
    params: { project_id: projectId },
    body: { bridge_name: name, ...(bridgeId !== '' && { bridge_id: bridgeId }) },
  })

export const resetBridgeSecret = (projectId: string, bridgeId: string, cut: boolean) =>
  call('POST /v5/iot/{project_id}/bridges/{bridge_id}/reset-secret', {
    params: { project_id: projectId, bridge_id: bridgeId },
    body: { force_disconnect: cut },
  })

export const deleteBridge = (projectId: string, bridgeId: string) =>
  call('DELETE /v5/iot/{project_id}/bridges/{bridge_id}', {
    params: { project_id: projectId, bridge_id: bridgeId },
  })
