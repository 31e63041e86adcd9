import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/client.ts'

/** Where devices reach the platform; the same question, and the same answer in the cache, as everywhere. */
export const platformQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['platform', projectId],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/platform', { params: { project_id: projectId }, signal }),
    staleTime: 60_000,
  })

/** The services of a product's model, for a sample of what its devices report. */
export const servicesQuery = (projectId: string, productId: string, appId: string) =>
  queryOptions({
    queryKey: ['products', projectId, 'services', productId, appId],
    queryFn: async ({ signal }) =>
      (
        await call('GET /v5/iot/{project_id}/products/{product_id}', {
          params: { project_id: projectId, product_id: productId },
          query: { app_id: appId },
          signal,
        })
      ).service_capabilities,
  })

/** The secret, from the platform: the audit trail gets an entry of it. */
export const revealSecret = (projectId: string, deviceId: string) =>
  call('POST /quayside/v1/{project_id}/devices/{device_id}/secret/reveal', {
    params: { project_id: projectId, device_id: deviceId },
  })
