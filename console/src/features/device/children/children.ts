import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../../api/client.ts'
import { deviceKey, type Place } from '../device.ts'

export type ChildrenPage = Reply<'GET /quayside/v1/{project_id}/devices'>
export type Child = ChildrenPage['devices'][number]

export const CHILDREN_PAGE_SIZE = 50

export const childrenKey = (place: Place) => [...deviceKey(place), 'children'] as const

interface Wanted {
  /** Part of a name or an id. */
  readonly find: string
  /** Counted from 1. */
  readonly page: number
}

/** Children right below the device, the newest first; the page before stays until the next is there. */
export const childrenQuery = (place: Place, { find, page }: Wanted) =>
  queryOptions({
    queryKey: [...childrenKey(place), find, page],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/devices', {
        params: { project_id: place.projectId },
        query: {
          gateway_id: place.deviceId,
          ...(find !== '' && { search: find.slice(0, 128) }),
          limit: CHILDREN_PAGE_SIZE,
          offset: (page - 1) * CHILDREN_PAGE_SIZE,
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

export const changeGateway = ({ projectId, deviceId }: Place, gatewayId: string) =>
  call('POST /v5/iot/{project_id}/devices/{device_id}/change-gateway', {
    params: { project_id: projectId, device_id: deviceId },
    body: { gateway_id: gatewayId },
  })

/** What people call it: its name, else its node ID. */
export const nameOfChild = ({ device_name: name, node_id: nodeId }: Child): string => name ?? nodeId
