import Type from 'typebox'
import { limits } from '../../base/limits.ts'
import { documented } from '../fields/documented.ts'
import { appId, deviceId, freeText, nameText, nodeId, productId, ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { FingerprintField, SecretField, SecureAccessField } from './credentials.ts'
import { AuthType } from './device-body.ts'

const Row = Type.Object(
  {
    product_id: productId(),
    node_id: nodeId(),
    device_id: Type.Optional(deviceId()),
    device_name: Type.Optional(nameText(256)),
    description: Type.Optional(freeText(2048)),
    app_id: Type.Optional(appId()),
    auth_type: Type.Optional(AuthType),
    secret: Type.Optional(SecretField),
    fingerprint: Type.Optional(FingerprintField),
    secure_access: Type.Optional(SecureAccessField),
  },
  { title: 'DeviceRow' },
)

const RowResult = Type.Object({
  row: Type.Integer({ description: 'Place in the request, from 0.' }),
  outcome: Type.Enum(['ready', 'registered', 'refused'], { description: 'ready: of a dry run.' }),
  device_id: Type.Optional(Type.String()),
  node_id: Type.String({ description: 'Empty when the row has none that is text.' }),
  auth_type: Type.Optional(AuthType),
  fingerprint: Type.Optional(Type.String()),
  secret: Type.Optional(Type.String({ description: 'Of a registered SECRET device.' })),
  error_code: Type.Optional(Type.String()),
  error_msg: Type.Optional(Type.String()),
  field: Type.Optional(Type.String({ description: 'Which member of the row is wrong.' })),
})

export const addDevices = operation({
  id: 'AddDevices',
  method: 'POST',
  url: '/quayside/v1/:project_id/devices/batch',
  tag: 'devices',
  summary: 'Register many devices: each row is judged by itself, as AddDevice would',
  status: 200,
  access: 'write',
  audit: 'device.batch',
  params: ProjectParams,
  body: Type.Object({
    dry_run: Type.Optional(
      Type.Boolean({ default: false, description: 'true: says what would happen, and writes nothing.' }),
    ),
    devices: Type.Array(documented(Row), { minItems: 1, maxItems: limits.batchDevicesMax }),
  }),
  reply: Type.Object({
    results: Type.Array(RowResult, { description: 'One a row, in the order of the request.' }),
    counts: Type.Object({ ready: Type.Integer(), registered: Type.Integer(), refused: Type.Integer() }),
  }),
  run: () => Promise.reject(new Error('not there yet')),
})
