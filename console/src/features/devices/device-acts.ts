import { call, type Reply } from '../../api/client.ts'
import type { AuthType } from './device-list.ts'

export type Registered = Reply<'POST /v5/iot/{project_id}/devices'>

/** What a form of registration holds; empty texts are as good as none. */
export interface Registration {
  /** Absent: the default one. */
  readonly spaceId: string | undefined
  readonly productId: string
  readonly nodeId: string
  readonly deviceId: string
  readonly name: string
  readonly authType: AuthType
  readonly secret: string
  /** Digits; absent: the first certificate that the device presents is pinned. */
  readonly fingerprint: string | undefined
  readonly secureAccess: boolean
  /** Of a child: it has no credentials, since its gateway speaks for it. */
  readonly gatewayId?: string | undefined
}

/** The reply holds the secret. */
export function registerDevice(projectId: string, registration: Registration): Promise<Registered> {
  const {
    spaceId,
    productId,
    nodeId,
    deviceId,
    name,
    authType,
    secret,
    fingerprint,
    secureAccess,
    gatewayId,
  } = registration
  return call('POST /v5/iot/{project_id}/devices', {
    params: { project_id: projectId },
    body: {
      ...(spaceId !== undefined && { app_id: spaceId }),
      product_id: productId,
      node_id: nodeId.trim(),
      ...(deviceId.trim() !== '' && { device_id: deviceId.trim() }),
      ...(name.trim() !== '' && { device_name: name.trim() }),
      ...(gatewayId === undefined
        ? {
            auth_info: {
              auth_type: authType,
              secure_access: secureAccess,
              ...(authType === 'SECRET' && secret !== '' && { secret }),
              ...(authType === 'CERTIFICATES' && fingerprint !== undefined && { fingerprint }),
            },
          }
        : { gateway_id: gatewayId }),
    },
  })
}

/** What can be done with several devices at once. */
export type BulkAct = 'freeze' | 'unfreeze' | 'delete'

export async function actOn(projectId: string, act: BulkAct, deviceId: string): Promise<void> {
  const input = { params: { project_id: projectId, device_id: deviceId } }
  if (act === 'freeze') await call('POST /v5/iot/{project_id}/devices/{device_id}/freeze', input)
  else if (act === 'unfreeze') await call('POST /v5/iot/{project_id}/devices/{device_id}/unfreeze', input)
  else await call('DELETE /v5/iot/{project_id}/devices/{device_id}', input)
}
