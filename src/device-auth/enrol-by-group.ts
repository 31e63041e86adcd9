import { type DeviceId, parseNodeId, parseProductId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Problem } from '../domain/certificate/leaf-problems.ts'
import type { Device, DeviceAuth } from '../domain/device/device.ts'
import { signAlgorithm } from '../domain/device/password.ts'
import type { GroupEnrolment } from '../domain/provisioning/enrolment.ts'
import {
  deriveSecret,
  type RegistrationGroup,
  splitDeviceId,
} from '../domain/provisioning/registration-group.ts'
import { clip } from '../domain/verdict/judged-step.ts'
import { decodeCertificate } from '../pki/decode.ts'
import { findDeviceByNode } from '../store/devices.ts'
import { findProduct } from '../store/products.ts'
import { findGroupAnywhere } from '../store/registration-groups.ts'
import type { Store } from '../store/store.ts'
import type { Prepared } from './prepared.ts'

type Request = GroupEnrolment & { readonly deviceId: DeviceId }

/**
 * The device that a registration group makes of a device id (device protocol §2.6 A): what is before the first `_` names
 * the product, and what is behind it the node; without one it is a device of the group's product, whose node id is its id.
 */
export async function prepareByGroup(
  store: Store,
  request: Request,
  now: Instant,
): Promise<Prepared | Problem> {
  const { deviceId, scope } = request
  const group = await findGroupAnywhere(store, scope)
  if (!group?.enabled) return { code: 'group-disabled', params: { group: group?.name ?? scope, scope } }
  const device = await makeDevice(store, group, deviceId, now)
  if ('code' in device) return device
  const auth = authOf(group, request)
  if (!auth) return { code: 'group-disabled', params: { group: group.name, scope } }
  return {
    device: { ...device, auth },
    by: group,
    remark: { code: 'device-registered-by-group', params: { deviceId, group: group.name } },
    actor: `group:${group.name}`,
    detail: { scope_id: scope, ...(auth.fingerprint !== undefined && { fingerprint: auth.fingerprint }) },
  }
}

async function makeDevice(
  store: Store,
  { projectId, spaceId, name: group, productId: ownProduct }: RegistrationGroup,
  deviceId: DeviceId,
  now: Instant,
): Promise<Omit<Device, 'key' | 'auth'> | Problem> {
  const split = splitDeviceId(deviceId)
  const productId = split.productId === undefined ? ownProduct : parseProductId(split.productId)
  const product = productId && (await findProduct(store, projectId, productId, spaceId))
  if (!product)
    return split.productId === undefined
      ? { code: 'group-product-unset', params: { group, deviceId } }
      : { code: 'group-product-missing', params: { group, deviceId, productId: split.productId || '–' } }
  const nodeId = parseNodeId(split.nodeId)
  if (!nodeId) {
    const detail = 'it must have 1 to 64 letters, digits, _ and -'
    return { code: 'group-node-unfit', params: { group, deviceId, nodeId: clip(split.nodeId), detail } }
  }
  if (await findDeviceByNode(store, product.key, nodeId))
    return { code: 'group-node-taken', params: { group, nodeId, productId: product.productId } }
  return {
    projectId,
    spaceId: product.spaceId,
    productKey: product.key,
    productId: product.productId,
    deviceId,
    nodeId,
    frozen: false,
    tags: [],
    createdAt: now,
  }
}

/** What it connects with from then on. Undefined: the group has lost what it proves devices by. */
function authOf(group: RegistrationGroup, { deviceId, signType, leaf }: Request): DeviceAuth | undefined {
  const common = { secureAccess: true, timeoutSeconds: 0 }
  if (group.method === 'CERTIFICATES') {
    const fingerprint = leaf && decodeCertificate(leaf)?.facts.sha256
    return fingerprint && { type: 'CERTIFICATES', fingerprint, ...common }
  }
  const secret = group.secret && deriveSecret(group.secret, deviceId, signAlgorithm(signType))
  return secret ? { type: 'SECRET', secret, ...common } : undefined
}
