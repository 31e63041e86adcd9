import Type from 'typebox'
import { anyObject, milliTime } from '../fields/fields.ts'
import { DecodedCertificateWithPem } from '../explain/decoded-certificate-body.ts'
import { AuthType } from './device-body.ts'

const DeviceStatusBody = Type.Enum(['ONLINE', 'OFFLINE', 'INACTIVE', 'FROZEN', 'ABNORMAL'], {
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
  status: DeviceStatusBody,
  status_since: Type.Optional(
    Type.String({
      ...milliTime(),
      description:
        'When the connection came up or ended; of a device that never connected, when it was registered. Absent while it is frozen.',
    }),
  ),
  auth_type: AuthType,
  create_time: milliTime(),
  tags: Type.Array(Type.Object({ tag_key: Type.String(), tag_value: Type.Optional(Type.String()) })),
}

export const OwnDeviceSummaryBody = Type.Object(summaryFields, { title: 'OwnDeviceSummary' })

export const OwnDeviceBody = Type.Object(
  {
    ...summaryFields,
    secure_access: Type.Boolean({ description: 'true: TLS only.' }),
    has_secret: Type.Boolean(),
    has_secondary_secret: Type.Boolean(),
    fingerprint: Type.Optional(Type.String()),
    secondary_fingerprint: Type.Optional(Type.String()),
    activated_at: Type.Optional(Type.String({ ...milliTime(), description: 'Its first connection.' })),
    address: Type.Optional(Type.String({ description: 'Remote address of the last accepted connection.' })),
    extension_info: anyObject('Free JSON object.'),
    timeout: Type.Integer({
      description: 'Seconds after which the device is deleted if it never connects; 0: never.',
    }),
    certificate: Type.Optional(DecodedCertificateWithPem),
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
          listener: Type.Enum(['mqtt', 'mqtts']),
          outcome: Type.Enum(['accepted', 'refused', 'noted']),
        },
        { description: 'The newest verdict on a connection of this device, refused ones included.' },
      ),
    ),
  },
  { title: 'OwnDevice' },
)
