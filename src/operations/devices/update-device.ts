import Type, { type Static } from 'typebox'
import type { Limits } from '../../base/limits.ts'
import type { Device } from '../../domain/device/device.ts'
import { saveDeviceDetails } from '../../store/devices.ts'
import { inTransaction } from '../../store/transaction.ts'
import { freeText, nameText } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { SecureAccessField, TimeoutField } from './credentials.ts'
import { DeviceBody, DeviceParams, deviceBody } from './device-body.ts'
import { ExtensionInfo, readExtensionInfo } from './extension-info.ts'
import { requireDevice } from './find-device.ts'
import { viewDevice } from './view-devices.ts'

const Changes = Type.Object({
  device_name: Type.Optional(nameText(256)),
  description: Type.Optional(freeText(2048)),
  extension_info: Type.Optional(ExtensionInfo),
  auth_info: Type.Optional(
    Type.Object({
      secure_access: Type.Optional(SecureAccessField),
      timeout: Type.Optional(TimeoutField),
    }),
  ),
})

/** Name, description, extension info (as a whole), secure access and time-out; nothing else (northbound §4.3). */
export const updateDevice = operation({
  id: 'UpdateDevice',
  method: 'PUT',
  url: '/v5/iot/:project_id/devices/:device_id',
  tag: 'devices',
  summary: 'Modify basic data of a device',
  status: 200,
  access: 'write',
  audit: 'device.update',
  params: DeviceParams,
  body: Changes,
  reply: DeviceBody,
  async run(deps, { params, body, caller }) {
    const { before, after } = await inTransaction(deps.store, async (tx) => {
      const device = await requireDevice(tx, caller.projectId, params.device_id)
      const changed = withChanges(device, body, deps.limits)
      await saveDeviceDetails(tx, changed)
      return { before: device, after: changed }
    })
    await deps.bus.publish({ kind: 'device-changed', deviceId: after.deviceId })
    const withTimeout = after.auth.timeoutSeconds !== before.auth.timeoutSeconds
    return deviceBody(await viewDevice(deps, after), { withTimeout })
  },
})

function withChanges(device: Device, changes: Static<typeof Changes>, limits: Limits): Device {
  const { secure_access: secureAccess, timeout } = changes.auth_info ?? {}
  return {
    ...device,
    ...(changes.device_name !== undefined && { name: changes.device_name }),
    ...(changes.description !== undefined && { description: changes.description }),
    ...(changes.extension_info && { extensionInfo: readExtensionInfo(changes.extension_info, limits) }),
    auth: {
      ...device.auth,
      ...(secureAccess !== undefined && { secureAccess }),
      // A child device has no time-out: it connects through its gateway.
      ...(timeout !== undefined && device.gatewayId === undefined && { timeoutSeconds: timeout }),
    },
  }
}
