import { strict as assert } from 'node:assert'
import Type, { type Static } from 'typebox'
import { type DeviceId, parseDeviceId, parseNodeId, parseProductId, type ProjectId } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Device } from '../../domain/device/device.ts'
import type { Product } from '../../domain/product-model/product-model.ts'
import type { Space } from '../../domain/space/space.ts'
import { findCarrier } from '../../store/carriers.ts'
import { noteChild } from '../../store/child-lists.ts'
import { insertDevice } from '../../store/devices.ts'
import { markDesired } from '../../store/desired-due.ts'
import { addToOutbox } from '../../store/outbox.ts'
import { findProduct } from '../../store/products.ts'
import type { Store } from '../../store/store.ts'
import { spaceForCreation } from '../apps/find-space.ts'
import { appId, deviceId, freeText, nameText, nodeId, productId } from '../fields/fields.ts'
import type { OperationDeps } from '../operation.ts'
import { AuthInfo, newAuth } from './credentials.ts'
import type { DeviceView } from './device-body.ts'
import { ExtensionInfo, readExtensionInfo } from './extension-info.ts'
import { requireGateway } from './gateway.ts'
import { InitialDesired, initialDesired } from './initial-desired.ts'

/** What is said of a device that is to be registered. */
export const Registration = Type.Object({
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

export interface Registered extends DeviceView {
  /** The topmost gateway of a child, which is still to be told of it. */
  readonly carrierId?: DeviceId
}

/**
 * Registers one device in the caller's transaction, `store`, with what the projections must learn of it. Every
 * refusal comes before anything is written, so that a transaction can go on with the next device after one. Once it
 * is committed: drain the outbox, then tell the bus (`announceDevices`).
 */
export async function registerDevice(
  deps: OperationDeps,
  projectId: ProjectId,
  body: Static<typeof Registration>,
): Promise<Registered> {
  const { store, ids, clock } = deps
  const space = await spaceForCreation(store, projectId, body.app_id)
  const product = await productIn(store, space, body.product_id)
  const device = await newDevice(deps, { space, product, body })
  const desired = initialDesired(product.services, body.shadow ?? [])
  const outcome = await insertDevice(store, device)
  if (outcome === 'device-exists') throw new Refusal('device-exists', { deviceId: device.deviceId })
  if (outcome === 'node-exists') throw new Refusal('node-exists', { nodeId: device.nodeId })
  if (Object.keys(desired).length > 0) await markDesired(store, device)
  await addToOutbox(store, {
    id: ids.rowKey(),
    at: clock.now(),
    device,
    body: { change: 'device-created', desired },
  })
  const carrierId = device.gatewayId === undefined ? undefined : await findCarrier(store, device)
  if (carrierId !== undefined) await noteChild(store, carrierId, 'add', device)
  return {
    ...{ device, spaceName: space.name, productName: product.name, facts: {}, connection: undefined },
    ...(carrierId !== undefined && { carrierId }),
  }
}

/** What follows upon the commit of new devices. */
export async function announceDevices(
  { bus, drainOutbox, childrenChanged }: Pick<OperationDeps, 'bus' | 'drainOutbox' | 'childrenChanged'>,
  registered: readonly Pick<Registered, 'device' | 'carrierId'>[],
): Promise<void> {
  await drainOutbox()
  await Promise.all(
    registered.map(({ device: { deviceId } }) => bus.publish({ kind: 'device-changed', deviceId })),
  )
  for (const carrierId of new Set(registered.flatMap((one) => one.carrierId ?? [])))
    childrenChanged(carrierId)
}

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
