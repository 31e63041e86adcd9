import Type from 'typebox'
import { saveDeviceCredentials } from '../../store/devices.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { CredentialRank, FingerprintField, readFingerprint, withFingerprint } from './credentials.ts'
import { DeviceParams } from './device-body.ts'
import { requireDevice } from './find-device.ts'

/**
 * Sets one of the two fingerprints, or clears it; when none is left, the next certificate is pinned. A SECRET
 * device becomes a CERTIFICATES device (northbound §4.3).
 */
export const resetFingerprint = operation({
  id: 'ResetFingerprint',
  method: 'POST',
  url: '/v5/iot/:project_id/devices/:device_id/reset-fingerprint',
  tag: 'devices',
  summary: 'Set or clear the primary or secondary certificate fingerprint',
  status: 200,
  access: 'write',
  audit: 'device.reset-fingerprint',
  params: DeviceParams,
  body: Type.Object({
    fingerprint: Type.Optional(FingerprintField),
    force_disconnect: Type.Optional(
      Type.Boolean({ default: false, description: 'Cut the connection that stands.' }),
    ),
    fingerprint_type: Type.Optional(CredentialRank),
  }),
  reply: Type.Object({
    device_id: Type.String(),
    fingerprint: Type.Optional(Type.String()),
    fingerprint_type: CredentialRank,
  }),
  async run({ store, bus }, { params, body, caller }) {
    const { fingerprint_type: rank = 'PRIMARY', force_disconnect: cut = false } = body
    const fingerprint = body.fingerprint === undefined ? undefined : readFingerprint(body.fingerprint)
    const deviceId = await inTransaction(store, async (tx) => {
      const device = await requireDevice(tx, caller.projectId, params.device_id)
      await saveDeviceCredentials(tx, {
        ...device,
        auth: withFingerprint(device.auth, { rank, fingerprint }),
      })
      return device.deviceId
    })
    // Without force_disconnect the connection stays until it ends by itself (safety X9).
    await bus.publish({ kind: 'device-changed', deviceId, ...(cut && { cut: 'credentials-reset' }) })
    return { device_id: deviceId, ...(fingerprint && { fingerprint }), fingerprint_type: rank }
  },
})
