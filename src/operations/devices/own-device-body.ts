import Type, { type Static } from 'typebox'
import { formatIso } from '../../base/instant.ts'
import { deviceStatus } from '../../domain/device/device.ts'
import { anyObject, milliTime } from '../fields/fields.ts'
import { PemCertificate } from '../explain/decoded-certificate.ts'
import { AuthType, type DeviceView, factFields, Tags, tagsBody } from './device-body.ts'

export const OwnDeviceStatus = Type.Enum(['ONLINE', 'OFFLINE', 'INACTIVE', 'FROZEN', 'ABNORMAL'], {
  description: 'INACTIVE: it never connected.',
})

/** A device as our own lists show it: no credentials. */
const summaryFields = {
  device_id: Type.String(),
  node_id: Type.String(),
  device_name: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  app_id: Type.String(),
  app_name: Type.String(),
  product_id: Type.String(),
  product_name: Type.String(),
  gateway_id: Type.Optional(Type.String({ description: 'Parent of a child device; absent for others.' })),
  node_type: Type.Enum(['ENDPOINT', 'GATEWAY'], {
    description: 'GATEWAY: directly connected; ENDPOINT: behind a gateway.',
  }),
  status: OwnDeviceStatus,
  status_since: Type.Optional(
    Type.String({
      ...milliTime(),
      description:
        'When the connection came up or ended; of a device that never connected, when it was registered. Absent while it is frozen.',
    }),
  ),
  auth_type: AuthType,
  create_time: milliTime(),
  tags: Tags,
}

export const OwnDeviceSummaryBody = Type.Object(summaryFields, { title: 'OwnDeviceSummary' })

export const OwnDeviceBody = Type.Object(
  {
    ...summaryFields,
    ...factFields,
    sdk_type: Type.Optional(Type.String({ description: 'As the device said.' })),
    device_ip: Type.Optional(Type.String({ description: 'Its own address, as the device said.' })),
    secure_access: Type.Boolean({ description: 'true: TLS only.' }),
    has_secret: Type.Boolean(),
    has_secondary_secret: Type.Boolean(),
    fingerprint: Type.Optional(Type.String()),
    secondary_fingerprint: Type.Optional(Type.String()),
    activated_at: Type.Optional(Type.String({ ...milliTime(), description: 'Its first connection.' })),
    address: Type.Optional(Type.String({ description: 'Remote address of the last accepted connection.' })),
    extension_info: anyObject('Free JSON object.'),
    children: Type.Integer({ description: 'Child devices right below it.' }),
    timeout: Type.Integer({
      description: 'Seconds after which the device is deleted if it never connects; 0: never.',
    }),
    certificate: Type.Optional(PemCertificate),
    ca: Type.Optional(
      Type.Object(
        {
          certificate_id: Type.String(),
          cn_name: Type.String(),
          verified: Type.Boolean(),
          expiry_date: milliTime(),
        },
        { description: 'The CA certificate by which the last accepted connection was let in.' },
      ),
    ),
    last_connection: Type.Optional(
      Type.Object(
        {
          id: Type.String({ description: 'Of ListConnections.' }),
          at: milliTime(),
          address: Type.String(),
          listener: Type.Enum(['mqtt', 'mqtts', 'ws', 'wss', 'http', 'https']),
          outcome: Type.Enum(['accepted', 'refused', 'noted']),
        },
        { description: 'The newest verdict on a connection of this device, refused ones included.' },
      ),
    ),
  },
  { title: 'OwnDevice' },
)

/** A device as a row of the console's list: nothing that is secret, nothing that only its page shows. */
export function ownDeviceSummaryBody({
  device,
  spaceName,
  productName,
  connection,
}: DeviceView): Static<typeof OwnDeviceSummaryBody> {
  const since = device.frozen ? undefined : (connection?.changedAt ?? device.createdAt)
  return {
    device_id: device.deviceId,
    node_id: device.nodeId,
    ...(device.name !== undefined && { device_name: device.name }),
    ...(device.description !== undefined && { description: device.description }),
    app_id: device.spaceId,
    app_name: spaceName,
    product_id: device.productId,
    product_name: productName,
    ...(device.gatewayId !== undefined && { gateway_id: device.gatewayId }),
    node_type: device.gatewayId === undefined ? 'GATEWAY' : 'ENDPOINT',
    status: deviceStatus(device, connection),
    ...(since !== undefined && { status_since: formatIso(since) }),
    auth_type: device.auth.type,
    create_time: formatIso(device.createdAt),
    tags: tagsBody(device),
  }
}
