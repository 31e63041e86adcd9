import Type from 'typebox'
import { saveDeviceCredentials } from '../../store/devices.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { CredentialRank, newSecret, SecretField, withSecret } from './credentials.ts'
import { DeviceParams } from './device-body.ts'
import { requireDevice } from './find-device.ts'

/** Sets one of the two secrets; a CERTIFICATES device becomes a SECRET device (northbound §4.3). */
export const resetDeviceSecret = operation({
  id: 'ResetDeviceSecret',
  method: 'POST',
  url: '/v5/iot/:project_id/devices/:device_id/action',
  tag: 'devices',
  summary: 'Set or generate the primary or secondary secret',
  status: 200,
  access: 'write',
  audit: 'device.reset-secret',
  params: DeviceParams,
  query: Type.Object({ action_id: Type.Enum(['resetSecret']) }),
  body: Type.Object({
    secret: Type.Optional(SecretField),
    force_disconnect: Type.Optional(
      Type.Boolean({ default: false, description: 'Cut the connection that stands.' }),
    ),
    secret_type: Type.Optional(CredentialRank),
  }),
  reply: Type.Object({ device_id: Type.String(), secret: Type.String(), secret_type: CredentialRank }),
  async run({ store, bus, ids }, { params, body, caller }) {
    const { secret = newSecret(ids), secret_type: rank = 'PRIMARY', force_disconnect: cut = false } = body
    const deviceId = await inTransaction(store, async (tx) => {
      const device = await requireDevice(tx, caller.projectId, params.device_id)
      await saveDeviceCredentials(tx, { ...device, auth: withSecret(device.auth, { rank, secret }) })
      return device.deviceId
    })
    // Without force_disconnect the connection stays until it ends by itself (safety X9).
    await bus.publish({ kind: 'device-changed', deviceId, ...(cut && { cut: 'credentials-reset' }) })
    return { device_id: deviceId, secret, secret_type: rank }
  },
})
