import { queryOptions } from '@tanstack/react-query'
import { call, type CallInput, type Reply } from '../../../api/client.ts'
import { deviceKey, type Place } from '../device.ts'
import { type Track, tracksOf } from './tracks.ts'

export type StoredMessage = Reply<'GET /v5/iot/{project_id}/devices/{device_id}/messages'>['messages'][number]
export type MessageRequest = CallInput<'POST /v5/iot/{project_id}/devices/{device_id}/messages'>['body']
export type AsyncCommand =
  Reply<'GET /v5/iot/{project_id}/devices/{device_id}/async-commands'>['commands'][number]

/** What a device is told to do. */
export interface CommandBody {
  readonly service_id?: string
  readonly command_name?: string
  readonly paras: Readonly<Record<string, unknown>>
}

/** What a device answered, or that it did not. */
export interface DeviceReply {
  readonly response?: unknown
  readonly error_code?: string
  readonly error_msg?: unknown
}

const pathOf = ({ projectId, deviceId }: Place) => ({ project_id: projectId, device_id: deviceId })

export const sendCommand = (place: Place, body: CommandBody): Promise<DeviceReply> =>
  call('POST /v5/iot/{project_id}/devices/{device_id}/commands', { params: pathOf(place), body })

export const setProperties = (
  place: Place,
  serviceId: string,
  properties: Readonly<Record<string, unknown>>,
): Promise<DeviceReply> =>
  call('PUT /v5/iot/{project_id}/devices/{device_id}/properties', {
    params: pathOf(place),
    body: { services: [{ service_id: serviceId, properties }] },
  })

/** Of all services where none is named. */
export const getProperties = (place: Place, serviceId: string | undefined): Promise<DeviceReply> =>
  call('GET /v5/iot/{project_id}/devices/{device_id}/properties', {
    params: pathOf(place),
    query: { ...(serviceId !== undefined && { service_id: serviceId }) },
  })

export const sendMessage = (place: Place, body: MessageRequest) =>
  call('POST /v5/iot/{project_id}/devices/{device_id}/messages', { params: pathOf(place), body })

export const deleteMessage = (place: Place, messageId: string) =>
  call('DELETE /v5/iot/{project_id}/devices/{device_id}/messages/{message_id}', {
    params: { ...pathOf(place), message_id: messageId },
  })

export const queueCommand = (
  place: Place,
  body: CommandBody & {
    readonly send_strategy: AsyncCommand['send_strategy']
    readonly expire_time?: number
  },
) => call('POST /v5/iot/{project_id}/devices/{device_id}/async-commands', { params: pathOf(place), body })

export const messagesKey = (place: Place) => [...deviceKey(place), 'messages'] as const

/** Newest first; no more are kept than are shown. `language` is part of the key: why one failed comes in it. */
export const messagesQuery = (place: Place, language: string) =>
  queryOptions({
    queryKey: [...messagesKey(place), language],
    queryFn: async ({ signal }) =>
      (
        await call('GET /v5/iot/{project_id}/devices/{device_id}/messages', {
          params: pathOf(place),
          signal,
        })
      ).messages,
  })

export const asyncCommandsKey = (place: Place) => [...deviceKey(place), 'async-commands'] as const

/** How many of a list are shown: the newest. */
const SHOWN_MAX = 50

export const queuedCommandsQuery = (place: Place) =>
  queryOptions({
    queryKey: [...asyncCommandsKey(place), 'queued'],
    queryFn: async ({ signal }) =>
      (
        await call('GET /v5/iot/{project_id}/devices/{device_id}/async-commands', {
          params: pathOf(place),
          query: { limit: SHOWN_MAX },
          signal,
        })
      ).commands,
  })

export const endedCommandsQuery = (place: Place) =>
  queryOptions({
    queryKey: [...asyncCommandsKey(place), 'ended'],
    queryFn: async ({ signal }) =>
      (
        await call('GET /v5/iot/{project_id}/devices/{device_id}/async-commands-history', {
          params: pathOf(place),
          query: { limit: SHOWN_MAX },
          signal,
        })
      ).commands,
  })

/** With what it was told and what it answered, which lists leave out. */
export const asyncCommandQuery = (place: Place, commandId: string) =>
  queryOptions({
    queryKey: [...asyncCommandsKey(place), 'one', commandId],
    queryFn: ({ signal }) =>
      call('GET /v5/iot/{project_id}/devices/{device_id}/async-commands/{command_id}', {
        params: { ...pathOf(place), command_id: commandId },
        signal,
      }),
  })

/** Steps of lately: enough for some thirty commands. */
const STEPS_READ = 150

/** What was sent to the device lately, newest first, each with its steps; events go on with it. */
export const tracksQuery = (place: Place, language: string) =>
  queryOptions({
    queryKey: [...deviceKey(place), 'downlinks', language],
    queryFn: async ({ signal }): Promise<readonly Track[]> => {
      const { entries } = await call('GET /quayside/v1/{project_id}/devices/{device_id}/entries', {
        params: pathOf(place),
        query: { kinds: 'downlink,response', limit: STEPS_READ },
        signal,
      })
      return tracksOf(entries)
    },
  })
