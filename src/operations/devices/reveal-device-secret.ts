import Type from 'typebox'
import { operation } from '../operation.ts'
import { DeviceParams } from './device-body.ts'
import { requireDevice } from './find-device.ts'

/** A POST, since it is an act and leaves its mark in the audit trail; and no cache keeps the answer. */
export const revealDeviceSecret = operation({
  id: 'RevealDeviceSecret',
  method: 'POST',
  url: '/quayside/v1/:project_id/devices/:device_id/secret/reveal',
  tag: 'devices',
  summary: 'Show the secrets of a device',
  status: 200,
  access: 'write',
  audit: 'device.secret.reveal',
  params: DeviceParams,
  reply: Type.Object({
    secret: Type.Optional(Type.String()),
    secondary_secret: Type.Optional(Type.String()),
  }),
  async run({ store }, { params, caller }) {
    const { auth } = await requireDevice(store, caller.projectId, params.device_id)
    return {
      ...(auth.secret !== undefined && { secret: auth.secret }),
      ...(auth.secondarySecret !== undefined && { secondary_secret: auth.secondarySecret }),
    }
  },
})
