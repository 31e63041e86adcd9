import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'

export type Device = Reply<'GET /quayside/v1/{project_id}/devices/{device_id}'>
export type ProductModel = Reply<'GET /v5/iot/{project_id}/products/{product_id}'>
export type ModelProperty = NonNullable<ProductModel['service_capabilities'][number]['properties']>[number]

/** Which device is looked at. */
export interface Place {
  readonly projectId: string
  readonly deviceId: string
}

/** Everything that is known of one device. */
export const deviceKey = ({ projectId, deviceId }: Place) => ['device', projectId, deviceId] as const

/** `language` is part of the key: what speaks against its certificate comes in it. */
export const deviceQuery = (place: Place, language: string) =>
  queryOptions({
    queryKey: [...deviceKey(place), 'record', language],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/devices/{device_id}', { params: pathOf(place), signal }),
  })

/** The model of its product: names, types and units of what it reports. */
export const modelQuery = ({ projectId, productId, appId }: ModelPlace) =>
  queryOptions({
    queryKey: ['products', projectId, 'model', productId, appId],
    queryFn: ({ signal }) =>
      call('GET /v5/iot/{project_id}/products/{product_id}', {
        params: { project_id: projectId, product_id: productId },
        query: { app_id: appId },
        signal,
      }),
  })

interface ModelPlace {
  readonly projectId: string
  readonly productId: string
  readonly appId: string
}

/** The name that people gave it, else its id. */
export const nameOf = ({ device_name: name, device_id: id }: Device): string => name || id

/** A child device connects through its gateway: it has no credentials of its own, and cannot be frozen. */
export const isDirect = ({ node_type: type }: Device): boolean => type === 'GATEWAY'

const pathOf = ({ projectId, deviceId }: Place) => ({ project_id: projectId, device_id: deviceId })

export const freezeDevice = (place: Place) =>
  call('POST /v5/iot/{project_id}/devices/{device_id}/freeze', { params: pathOf(place) })

export const unfreezeDevice = (place: Place) =>
  call('POST /v5/iot/{project_id}/devices/{device_id}/unfreeze', { params: pathOf(place) })

export const deleteDevice = (place: Place) =>
  call('DELETE /v5/iot/{project_id}/devices/{device_id}', { params: pathOf(place) })

type Changes = NonNullable<Parameters<typeof call<'PUT /v5/iot/{project_id}/devices/{device_id}'>>[1]['body']>

export const updateDevice = (place: Place, body: Changes) =>
  call('PUT /v5/iot/{project_id}/devices/{device_id}', { params: pathOf(place), body })

export const revealSecret = (place: Place) =>
  call('POST /quayside/v1/{project_id}/devices/{device_id}/secret/reveal', { params: pathOf(place) })

export type Rank = 'PRIMARY' | 'SECONDARY'

/** An empty `secret` has one made. `cut` ends the connection that stands. */
export const resetSecret = (
  place: Place,
  { secret, rank, cut }: { readonly secret: string; readonly rank: Rank; readonly cut: boolean },
) =>
  call('POST /v5/iot/{project_id}/devices/{device_id}/action', {
    params: pathOf(place),
    query: { action_id: 'resetSecret' },
    body: { ...(secret !== '' && { secret }), secret_type: rank, force_disconnect: cut },
  })

/** An empty `fingerprint` clears it. `cut` ends the connection that stands. */
export const resetFingerprint = (
  place: Place,
  { fingerprint, rank, cut }: { readonly fingerprint: string; readonly rank: Rank; readonly cut: boolean },
) =>
  call('POST /v5/iot/{project_id}/devices/{device_id}/reset-fingerprint', {
    params: pathOf(place),
    body: { ...(fingerprint !== '' && { fingerprint }), fingerprint_type: rank, force_disconnect: cut },
  })

/**
 * Makes the secondary fingerprint the primary one. The primary is set before the secondary is cleared: between the
 * two the device gets in with either.
 */
export async function promoteFingerprint(place: Place, secondary: string): Promise<void> {
  await resetFingerprint(place, { fingerprint: secondary, rank: 'PRIMARY', cut: false })
  await resetFingerprint(place, { fingerprint: '', rank: 'SECONDARY', cut: false })
}
