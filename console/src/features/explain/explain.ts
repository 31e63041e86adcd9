import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/client.ts'
import { type ModelService, sampleReport } from '../../lib/sample-report.ts'

/** What a device would come with; what is empty is not given. */
export interface ConnectionQuestion {
  readonly deviceId: string | undefined
  /** PEM, the device's own certificate first. */
  readonly chain: string
  readonly clientId: string
  readonly username: string
  readonly password: string
  readonly listener: 'mqtt' | 'mqtts'
}

/** The platform's verdict, and the certificates that were put to it, as it reads them. */
export async function explainConnection(projectId: string, asked: ConnectionQuestion) {
  const params = { project_id: projectId }
  const { deviceId, chain, clientId, username, password, listener } = asked
  const [verdict, decoded] = await Promise.all([
    call('POST /quayside/v1/{project_id}/explain/connection', {
      params,
      body: {
        listener,
        ...(deviceId !== undefined && { device_id: deviceId }),
        ...(chain !== '' && { certificate_chain: chain }),
        ...(clientId !== '' && { client_id: clientId }),
        ...(username !== '' && { username }),
        ...(password !== '' && { password }),
      },
    }),
    chain === ''
      ? undefined
      : call('POST /quayside/v1/{project_id}/explain/certificate', { params, body: { content: chain } }),
  ])
  return { verdict, certificates: decoded?.certificates ?? [] }
}

export const explainReport = (projectId: string, deviceId: string, payload: string) =>
  call('POST /quayside/v1/{project_id}/explain/report', {
    params: { project_id: projectId },
    // As text, as the device would send it: JSON that is broken is a case to be judged, too.
    body: { device_id: deviceId, payload },
  })

/** The device's product, and a report that its model takes; the guide's own sample for a model without properties. */
export const reportSampleQuery = (projectId: string, deviceId: string) =>
  queryOptions({
    queryKey: ['explain', projectId, 'sample', deviceId],
    async queryFn({ signal }) {
      const { product_id: productId, app_id: app } = await call(
        'GET /quayside/v1/{project_id}/devices/{device_id}',
        { params: { project_id: projectId, device_id: deviceId }, signal },
      )
      const { service_capabilities: services } = await call(
        'GET /v5/iot/{project_id}/products/{product_id}',
        { params: { project_id: projectId, product_id: productId }, query: { app_id: app }, signal },
      )
      return { product: { productId, app }, payload: sampleText(services) }
    },
    // A sample that changes under somebody's hands is none.
    staleTime: Number.POSITIVE_INFINITY,
  })

/** The guide's sample (S119). */
const guideSample = {
  services: [
    {
      service_id: 'Connectivity',
      properties: { dailyActivityTime: 57 },
      event_time: '20151212T121212Z',
    },
    { service_id: 'Battery', properties: { batteryLevel: 80 }, event_time: '20151212T121212Z' },
  ],
}

const sampleText = (services: readonly ModelService[]): string =>
  JSON.stringify(sampleReport(services) ?? guideSample, undefined, 2)
