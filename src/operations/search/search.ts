import Type from 'typebox'
import { limits as defaults } from '../../base/limits.ts'
import { ProjectParams } from '../fields/fields.ts'
import { searchText } from '../fields/own-list.ts'
import { operation } from '../operation.ts'

export const search = operation({
  id: 'Search',
  method: 'GET',
  url: '/quayside/v1/:project_id/search',
  tag: 'search',
  summary: 'Find devices, products and CA certificates by one text',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object({
    text: searchText(
      'Of a device: id, node id, name or fingerprint; of a product: id, name or device type; of a CA certificate: id, subject or fingerprint.',
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: defaults.searchHitsMax,
        default: defaults.searchHitsDefault,
        description: 'At most so many of each kind, the newest first.',
        'x-refusal': 'invalid-limit',
      }),
    ),
  }),
  reply: Type.Object({
    devices: Type.Array(
      Type.Object({
        device_id: Type.String(),
        node_id: Type.String(),
        device_name: Type.Optional(Type.String()),
        product_name: Type.String(),
        status: Type.Enum(['ONLINE', 'OFFLINE', 'INACTIVE', 'FROZEN', 'ABNORMAL']),
      }),
    ),
    products: Type.Array(
      Type.Object({ product_id: Type.String(), app_id: Type.String(), name: Type.String() }),
    ),
    certificates: Type.Array(
      Type.Object({ certificate_id: Type.String(), cn_name: Type.String(), verified: Type.Boolean() }),
    ),
  }),
  run: () => Promise.reject(new Error('not there yet')),
})
