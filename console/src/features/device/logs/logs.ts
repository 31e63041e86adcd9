import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../../api/client.ts'
import { deviceKey, type Place } from '../device.ts'

export type DeviceLogLine = Reply<'GET /quayside/v1/{project_id}/devices/{device_id}/logs'>['logs'][number]
export type LogSwitch = Reply<'GET /quayside/v1/{project_id}/devices/{device_id}/log-switch'>
export type LogCategory = DeviceLogLine['category']

export const logCategories = ['log', 'security'] as const satisfies readonly LogCategory[]

const pathOf = ({ projectId, deviceId }: Place) => ({ project_id: projectId, device_id: deviceId })

/** Newest first; a page may be short, or empty, and have a next one all the same. */
export const deviceLogsQuery = (place: Place, category: LogCategory | undefined) =>
  infiniteQueryOptions({
    queryKey: [...deviceKey(place), 'logs', category],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: marker, signal }) =>
      call('GET /quayside/v1/{project_id}/devices/{device_id}/logs', {
        params: pathOf(place),
        query: { ...(category && { category }), ...(marker !== undefined && { marker }) },
        signal,
      }),
    getNextPageParam: ({ page }) => page.marker,
  })

export const logSwitchQuery = (place: Place) =>
  queryOptions({
    queryKey: [...deviceKey(place), 'log-switch'],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/devices/{device_id}/log-switch', {
        params: pathOf(place),
        signal,
      }),
  })

/** `until`: when the device stops by itself; undefined: no longer from now on. */
export const switchLog = (place: Place, until: Date | undefined) =>
  call('PUT /quayside/v1/{project_id}/devices/{device_id}/log-switch', {
    params: pathOf(place),
    body: until ? { switch: 'on', end_time: until.toISOString() } : { switch: 'off' },
  })
