import Type from 'typebox'
import { appId, productId, ProjectParams } from '../fields/fields.ts'
import { countField, ownListQuery, searchText } from '../fields/own-list.ts'
import { operation } from '../operation.ts'
import { AuthType } from './device-body.ts'
import { OwnDeviceSummaryBody } from './own-device-body.ts'

export const listOwnDevices = operation({
  id: 'ListOwnDevices',
  method: 'GET',
  url: '/quayside/v1/:project_id/devices',
  tag: 'devices',
  summary: 'Find devices by text, status and kind, sorted and counted',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object({
    search: Type.Optional(
      searchText(
        'Found in device id, node id or name, in either case; or a fingerprint, with or without colons.',
      ),
    ),
    status: Type.Optional(Type.Enum(['online', 'offline', 'inactive', 'frozen'])),
    product_id: Type.Optional(productId()),
    app_id: Type.Optional(appId()),
    auth_type: Type.Optional(AuthType),
    sort: Type.Optional(
      Type.Enum(['created', 'name', 'node_id', 'device_id', 'status_since'], {
        default: 'created',
        description: 'Devices that have no name, or no status_since, come last in either order.',
      }),
    ),
    order: Type.Optional(Type.Enum(['asc', 'desc'], { default: 'desc' })),
    ...ownListQuery,
  }),
  reply: Type.Object({ devices: Type.Array(OwnDeviceSummaryBody), count: countField() }),
  run: () => Promise.reject(new Error('not there yet')),
})
