import Type, { type Static } from 'typebox'
import { formatBasic, formatIso } from '../../base/instant.ts'
import { type ConnectionStatus, type Device, deviceStatus } from '../../domain/device/device.ts'
import type { DeviceFacts } from '../../domain/device-event/device-facts.ts'
import { anyObject, basicTime, deviceId, milliTime } from '../fields/fields.ts'

/** A device with what the registry's row of it does not hold. */
export interface DeviceView {
  readonly device: Device
  readonly spaceName: string
  readonly productName: string
  readonly facts: DeviceFacts
  /** Undefined: it never connected. */
  readonly connection: ConnectionStatus | undefined
}

export const DeviceParams = Type.Object({ project_id: Type.String(), device_id: deviceId() })

export const Tags = Type.Array(
  Type.Object({ tag_key: Type.String(), tag_value: Type.Optional(Type.String()) }),
)

/** What the device tells of itself; absent: it never did (device protocol §3.8.5, §3.8.10). */
export const factFields = {
  fw_version: Type.Optional(Type.String({ description: 'Firmware, as the device said.' })),
  sw_version: Type.Optional(Type.String({ description: 'Software, as the device said.' })),
  device_sdk_version: Type.Optional(Type.String({ examples: ['JAVA_v1.2.1'] })),
}

/** What a list shows: no credentials. */
const summaryFields = {
  app_id: Type.String(),
  app_name: Type.String(),
  device_id: Type.String(),
  node_id: Type.String(),
  gateway_id: Type.String({
    description: 'Own id of a directly connected device, id of the parent of others.',
  }),
  device_name: Type.Optional(Type.String()),
  node_type: Type.Enum(['ENDPOINT', 'GATEWAY', 'UNKNOWN'], {
    description: 'GATEWAY: directly connected; ENDPOINT: behind a gateway.',
  }),
  description: Type.Optional(Type.String()),
  ...factFields,
  product_id: Type.String(),
  product_name: Type.String(),
  status: Type.Enum(['ONLINE', 'OFFLINE', 'ABNORMAL', 'INACTIVE', 'FROZEN']),
  tags: Tags,
}

export const AuthType = Type.Enum(['SECRET', 'CERTIFICATES'])

const AuthInfoBody = Type.Object({
  auth_type: AuthType,
  secret: Type.Optional(Type.String()),
  secondary_secret: Type.Optional(Type.String()),
  fingerprint: Type.Optional(Type.String()),
  secondary_fingerprint: Type.Optional(Type.String()),
  secure_access: Type.Boolean({ description: 'true: TLS only.' }),
  timeout: Type.Optional(
    Type.Integer({
      description: 'Seconds; only in the reply of a creation, and of an update that changed it.',
    }),
  ),
})

export const DeviceSummaryBody = Type.Object(summaryFields)
export const DeviceBody = Type.Object({
  ...summaryFields,
  auth_info: AuthInfoBody,
  create_time: basicTime(),
  connection_status_update_time: Type.Optional(milliTime()),
  active_time: Type.Optional(milliTime()),
  extension_info: anyObject('Free JSON object.'),
})

export const deviceSummaryBody = ({
  device,
  spaceName,
  productName,
  facts,
  connection,
}: DeviceView): Static<typeof DeviceSummaryBody> => ({
  app_id: device.spaceId,
  app_name: spaceName,
  device_id: device.deviceId,
  node_id: device.nodeId,
  gateway_id: device.gatewayId ?? device.deviceId,
  ...(device.name !== undefined && { device_name: device.name }),
  node_type: device.gatewayId === undefined ? 'GATEWAY' : 'ENDPOINT',
  ...(device.description !== undefined && { description: device.description }),
  ...factsBody(facts),
  product_id: device.productId,
  product_name: productName,
  status: deviceStatus(device, connection),
  tags: tagsBody(device),
})

export const factsBody = ({ fwVersion, swVersion, sdkVersion }: DeviceFacts) => ({
  ...(fwVersion !== undefined && { fw_version: fwVersion }),
  ...(swVersion !== undefined && { sw_version: swVersion }),
  ...(sdkVersion !== undefined && { device_sdk_version: sdkVersion }),
})

export const tagsBody = ({ tags }: Device): Static<typeof Tags> =>
  tags.map(({ key, value }) => ({ tag_key: key, ...(value !== undefined && { tag_value: value }) }))

/**
 * The whole device, secrets included: Terraform reads them back from here (northbound §4.3). `withTimeout` is
 * set where the time-out is echoed.
 */
export function deviceBody(view: DeviceView, { withTimeout = false } = {}): Static<typeof DeviceBody> {
  const { device, connection } = view
  return {
    ...deviceSummaryBody(view),
    auth_info: authInfoBody(device, withTimeout),
    create_time: formatBasic(device.createdAt),
    ...(connection && {
      connection_status_update_time: formatIso(connection.changedAt),
      active_time: formatIso(connection.activatedAt),
    }),
    extension_info: device.extensionInfo ?? {},
  }
}

function authInfoBody({ auth }: Device, withTimeout: boolean): Static<typeof AuthInfoBody> {
  return {
    auth_type: auth.type,
    ...(auth.secret !== undefined && { secret: auth.secret }),
    ...(auth.secondarySecret !== undefined && { secondary_secret: auth.secondarySecret }),
    ...(auth.fingerprint !== undefined && { fingerprint: auth.fingerprint }),
    ...(auth.secondaryFingerprint !== undefined && { secondary_fingerprint: auth.secondaryFingerprint }),
    secure_access: auth.secureAccess,
    ...(withTimeout && { timeout: auth.timeoutSeconds }),
  }
}
