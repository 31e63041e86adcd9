import Type, { type Static } from 'typebox'
import { limits as defaults } from '../../base/limits.ts'
import { deviceStatus } from '../../domain/device/device.ts'
import { searchCaCertificates } from '../../store/ca-certificate-search.ts'
import { findDevices } from '../../store/device-search.ts'
import { searchProducts } from '../../store/products.ts'
import type { DeviceView } from '../devices/device-body.ts'
import { OwnDeviceStatus } from '../devices/own-device-body.ts'
import { viewDevices } from '../devices/view-devices.ts'
import { ProjectParams } from '../fields/fields.ts'
import { searchText } from '../fields/own-list.ts'
import { operation } from '../operation.ts'

const DeviceHit = Type.Object({
  device_id: Type.String(),
  node_id: Type.String(),
  device_name: Type.Optional(Type.String()),
  product_name: Type.String(),
  status: OwnDeviceStatus,
})

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
    devices: Type.Array(DeviceHit),
    products: Type.Array(
      Type.Object({ product_id: Type.String(), app_id: Type.String(), name: Type.String() }),
    ),
    certificates: Type.Array(
      Type.Object({ certificate_id: Type.String(), cn_name: Type.String(), verified: Type.Boolean() }),
    ),
  }),
  async run(deps, { query: { text, limit = deps.limits.searchHitsDefault }, caller: { projectId } }) {
    if (text.trim() === '') return { devices: [], products: [], certificates: [] }
    const page = { limit, offset: 0 }
    const devices = await findDevices(deps.store, projectId, {
      text,
      sort: 'created',
      order: 'desc',
      ...page,
    })
    const views = await viewDevices(deps, projectId, devices)
    const { products } = await searchProducts(deps.store, projectId, { text }, page)
    const certificates = await searchCaCertificates(deps.store, projectId, { text, limit })
    return {
      devices: views.map(deviceHit),
      products: products.map(({ productId, spaceId, name }) => ({
        product_id: productId,
        app_id: spaceId,
        name,
      })),
      certificates: certificates.map(({ key, commonName, verified }) => ({
        certificate_id: key,
        cn_name: commonName,
        verified,
      })),
    }
  },
})

const deviceHit = ({ device, productName, connection }: DeviceView): Static<typeof DeviceHit> => ({
  device_id: device.deviceId,
  node_id: device.nodeId,
  ...(device.name !== undefined && { device_name: device.name }),
  product_name: productName,
  status: deviceStatus(device, connection),
})
