import type { Static } from 'typebox'
import { formatIso } from '../../base/instant.ts'
import type { DevicePresented } from '../../domain/certificate/presented.ts'
import { findCaCertificate } from '../../store/ca-certificates.ts'
import { countChildren } from '../../store/devices.ts'
import { pemCertificateBodies } from '../explain/decoded-certificate.ts'
import { operation } from '../operation.ts'
import { DeviceParams, factsBody } from './device-body.ts'
import { requireDevice } from './find-device.ts'
import { OwnDeviceBody, ownDeviceSummaryBody } from './own-device-body.ts'
import { viewDevice } from './view-devices.ts'

export const showOwnDevice = operation({
  id: 'ShowOwnDevice',
  method: 'GET',
  url: '/quayside/v1/:project_id/devices/:device_id',
  tag: 'devices',
  summary: 'Get all of a device but its secrets',
  status: 200,
  access: 'read',
  params: DeviceParams,
  reply: OwnDeviceBody,
  async run(deps, { params, caller: { projectId }, language }) {
    const device = await requireDevice(deps.store, projectId, params.device_id)
    const view = await viewDevice(deps, device)
    const presented = await deps.readPresented(device.deviceId)
    const [certificate] = pemCertificateBodies(presented.certificates.slice(0, 1), deps.clock.now(), language)
    const ca = presented.anchorKey && (await findCaCertificate(deps.store, projectId, presented.anchorKey))
    const { auth } = device
    return {
      ...ownDeviceSummaryBody(view),
      ...factsBody(view.facts),
      ...(view.facts.sdkType !== undefined && { sdk_type: view.facts.sdkType }),
      ...(view.facts.deviceIp !== undefined && { device_ip: view.facts.deviceIp }),
      secure_access: auth.secureAccess,
      has_secret: auth.secret !== undefined,
      has_secondary_secret: auth.secondarySecret !== undefined,
      ...(auth.fingerprint !== undefined && { fingerprint: auth.fingerprint }),
      ...(auth.secondaryFingerprint !== undefined && { secondary_fingerprint: auth.secondaryFingerprint }),
      ...(view.connection && { activated_at: formatIso(view.connection.activatedAt) }),
      ...(view.connection?.address !== undefined && { address: view.connection.address }),
      extension_info: device.extensionInfo ?? {},
      children: await countChildren(deps.store, projectId, device.deviceId),
      timeout: auth.timeoutSeconds,
      ...(certificate && { certificate }),
      ...(ca && {
        ca: {
          certificate_id: ca.key,
          cn_name: ca.commonName,
          verified: ca.verified,
          expiry_date: formatIso(ca.expiresAt),
        },
      }),
      ...lastConnection(presented),
    }
  },
})

function lastConnection({ last }: DevicePresented): Pick<Static<typeof OwnDeviceBody>, 'last_connection'> {
  if (!last) return {}
  const { id, verdict } = last
  const { address, listener } = verdict.subject
  return { last_connection: { id, at: formatIso(verdict.at), address, listener, outcome: verdict.outcome } }
}
