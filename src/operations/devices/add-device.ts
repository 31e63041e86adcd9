import { strict as assert } from 'node:assert'
import Type, { type Static } from 'typebox'
import { parseDeviceId, parseNodeId, parseProductId } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Device } from '../../domain/device/device.ts'
import type { Product } from '../../domain/product-model/product-model.ts'
import type { Space } from '../../domain/space/space.ts'
import { insertDevice } from '../../store/devices.ts'
import { addToOutbox } from '../../store/outbox.ts'
import { findProduct } from '../../store/products.ts'
import type { Store } from '../../store/store.ts'
import { inTransaction } from '../../store/transaction.ts'
import { spaceForCreation } from '../apps/find-space.ts'
import { appId, deviceId, freeText, nameText, nodeId, productId, ProjectParams } from '../fields/fields.ts'
import { operation, type OperationDeps } from '../operation.ts'
import { AuthInfo, newAuth } from './credentials.ts'
import { DeviceBody, deviceBody } from './device-body.ts'
import { ExtensionInfo, readExtensionInfo } from './extension-info.ts'
import { requireGateway } from './gateway.ts'
import { InitialDesired, initialDesired } from './initial-desired.ts'

const Registration = Type.Object({
  device_id: Type.Optional(deviceId()),
  node_id: nodeId(),
  device_name: Type.Optional(nameText(256)),
  product_id: productId(),
  auth_info: Type.Optional(AuthInfo),
  description: Type.Optional(freeText(2048)),
  gateway_id: Type.Optional(deviceId()),
  app_id: Type.Optional(appId()),
  extension_info: Type.Optional(ExtensionInfo),
  shadow: Type.Optional(InitialDesired),
})

export const addDevice = operation({
  id: 'AddDevice',
  method: 'POST',
  url: '/v5/iot/:project_id/devices',
  tag: 'devices',
  summary: 'Register a device or a child device',
  status: 201,
  access: 'write',
  audit: 'device.create',
  params: ProjectParams,
  body: Registration,
  reply: DeviceBody,
  async run(deps, { body, caller: { projectId } }) {
    const { store, bus, ids, clock } = deps
    const registered = await inTransaction(store, async (tx) => {
      const space = await spaceForCreation(tx, projectId, body.app_id)
      const product = await productIn(tx, space, body.product_id)
      const device = await newDevice({ ...deps, store: tx }, { space, product, body })
      const outcome = await insertDevice(tx, device)
      if (outcome === 'device-exists') throw new Refusal('device-exists', { deviceId: device.deviceId })
      if (outcome === 'node-exists') throw new Refusal('node-exists', { nodeId: device.nodeId })
      const desired = initialDesired(product.services, body.shadow ?? [])
      await addToOutbox(tx, {
        id: ids.rowKey(),
        at: clock.now(),
        device,
        body: { change: 'device-created', desired },
      })
      return { device, spaceName: space.name, productName: product.name, connection: undefined }
    })
    const { device } = registered
    await deps.drainOutbox()
    await bus.publish({ kind: 'device-changed', deviceId: device.deviceId })
    return deviceBody(registered, { withTimeout: device.gatewayId === undefined })
  },
})

/** A device lies in the space of its product. */
async function productIn(store: Store, { projectId, spaceId }: Space, wireId: string): Promise<Product> {
  const id = parseProductId(wireId)
  const product = id && (await findProduct(store, projectId, id, spaceId))
  if (!product) throw new Refusal('product-not-found', { productId: wireId })
  return product
}

async function newDevice(
  { store, ids, clock, limits }: OperationDeps,
  { space, product, body }: { space: Space; product: Product; body: Static<typeof Registration> },
): Promise<Device> {
  const node = parseNodeId(body.node_id)
  const id = parseDeviceId(body.device_id ?? `${product.productId}_${body.node_id}`)
  assert(node && id, 'the schemas have the form of the ids')
  const gatewayId =
    body.gateway_id === undefined ? undefined : await requireGateway(store, space, body.gateway_id, limits)
  return {
    key: ids.rowKey(),
    projectId: space.projectId,
    spaceId: space.spaceId,
    productKey: product.key,
    productId: product.productId,
    deviceId: id,
    nodeId: node,
    ...(gatewayId !== undefined && { gatewayId }),
    ...(body.device_name !== undefined && { name: body.device_name }),
    ...(body.description !== undefined && { description: body.description }),
    auth: newAuth(body.auth_info ?? {}, { ids, isDirect: gatewayId === undefined }),
    frozen: false,
    ...(body.extension_info && { extensionInfo: readExtensionInfo(body.extension_info, limits) }),
    tags: [],
    createdAt: clock.now(),
  }
}
