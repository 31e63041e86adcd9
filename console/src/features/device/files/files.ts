import { infiniteQueryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../../api/client.ts'
import { deviceKey, type Place } from '../device.ts'

export type DeviceFile = Reply<'GET /quayside/v1/{project_id}/devices/{device_id}/files'>['files'][number]

/** Whoever has it may use it until it expires. */
export interface FileAddress {
  readonly url: string
  readonly expire_time: string
}

const pathOf = ({ projectId, deviceId }: Place) => ({ project_id: projectId, device_id: deviceId })

export const filesKey = (place: Place) => [...deviceKey(place), 'files'] as const

/** Newest first. */
export const filesQuery = (place: Place) =>
  infiniteQueryOptions({
    queryKey: filesKey(place),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: marker, signal }) =>
      call('GET /quayside/v1/{project_id}/devices/{device_id}/files', {
        params: pathOf(place),
        query: { ...(marker !== undefined && { marker }) },
        signal,
      }),
    getNextPageParam: ({ page }) => page.marker,
  })

export const downloadAddress = (place: Place, fileId: string): Promise<FileAddress> =>
  call('GET /quayside/v1/{project_id}/devices/{device_id}/files/{file_id}', {
    params: { ...pathOf(place), file_id: fileId },
  })

export const uploadAddress = (place: Place, name: string): Promise<FileAddress> =>
  call('POST /quayside/v1/{project_id}/devices/{device_id}/files', {
    params: pathOf(place),
    body: { file_name: name },
  })

export const deleteFile = (place: Place, fileId: string) =>
  call('DELETE /quayside/v1/{project_id}/devices/{device_id}/files/{file_id}', {
    params: { ...pathOf(place), file_id: fileId },
  })

/** `'it'\''s'`: one word for a shell, whatever stands in it. */
export const shellWord = (text: string): string =>
  /^[\w.-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** The last part of a name with folders. */
export const lastPart = (name: string): string => name.split('/').at(-1) ?? name
