import Type from 'typebox'
import { appId, milliTime, ProjectParams } from '../fields/fields.ts'
import { countField, ownListQuery, searchText } from '../fields/own-list.ts'
import { operation } from '../operation.ts'
import { DataFormat, ProtocolType } from './product-body.ts'

const OwnProductBody = Type.Object({
  product_id: Type.String(),
  app_id: Type.String(),
  app_name: Type.String(),
  name: Type.String(),
  device_type: Type.String(),
  protocol_type: ProtocolType,
  data_format: DataFormat,
  industry: Type.Optional(Type.String()),
  manufacturer_name: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  create_time: milliTime(),
  service_count: Type.Integer(),
  property_count: Type.Integer({ description: 'Of all its services.' }),
  device_count: Type.Integer(),
})

export const listOwnProducts = operation({
  id: 'ListOwnProducts',
  method: 'GET',
  url: '/quayside/v1/:project_id/products',
  tag: 'products',
  summary:
    'Find products by text, newest first, with the size of their models and how many devices they have',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object({
    search: Type.Optional(searchText('Found in product id, name or device type, in either case.')),
    app_id: Type.Optional(appId()),
    ...ownListQuery,
  }),
  reply: Type.Object({ products: Type.Array(OwnProductBody), count: countField() }),
  run: () => Promise.reject(new Error('not there yet')),
})
