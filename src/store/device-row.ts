import type { JsonObject } from '../base/json.ts'
import type { Device, DeviceAuth } from '../domain/device/device.ts'
import type { Store } from './store.ts'
import { type DeviceTable, flag } from './tables.ts'

/** A device of the registry as a domain value, its secrets opened. */
export function toDevice({ sealer }: Pick<Store, 'sealer'>, row: DeviceTable): Device {
  const open = (column: SecretColumn): string | undefined => {
    const sealed = row[column]
    return sealed === null ? undefined : sealer.open(placeOf(column, row.key), sealed)
  }
  return { ...toDeviceWithoutSecrets(row), auth: authOf(row, open('secret'), open('secondary_secret')) }
}

/** The same for lists, which never show a secret and need not open a page of them. */
export function toDeviceWithoutSecrets(row: DeviceTable): Device {
  return {
    key: row.key,
    projectId: row.project_id,
    spaceId: row.space_id,
    productKey: row.product_key,
    productId: row.product_id,
    deviceId: row.device_id,
    nodeId: row.node_id,
    ...(row.gateway_id !== null && { gatewayId: row.gateway_id }),
    ...(row.name !== null && { name: row.name }),
    ...(row.description !== null && { description: row.description }),
    auth: authOf(row, undefined, undefined),
    frozen: row.frozen === 1,
    ...(row.due !== 0 && { due: row.due }),
    ...(row.extension_info !== null && { extensionInfo: JSON.parse(row.extension_info) as JsonObject }),
    tags: JSON.parse(row.tags) as Device['tags'],
    createdAt: row.created_at,
  }
}

export function toDeviceRow({ sealer }: Store, device: Device): DeviceTable {
  const { auth } = device
  const seal = (column: SecretColumn, secret: string | undefined): string | null =>
    secret === undefined ? null : sealer.seal(placeOf(column, device.key), secret)
  return {
    key: device.key,
    project_id: device.projectId,
    space_id: device.spaceId,
    product_key: device.productKey,
    product_id: device.productId,
    device_id: device.deviceId,
    node_id: device.nodeId,
    gateway_id: device.gatewayId ?? null,
    name: device.name ?? null,
    description: device.description ?? null,
    auth_type: auth.type,
    secret: seal('secret', auth.secret),
    secondary_secret: seal('secondary_secret', auth.secondarySecret),
    fingerprint: auth.fingerprint ?? null,
    secondary_fingerprint: auth.secondaryFingerprint ?? null,
    secure_access: flag(auth.secureAccess),
    timeout_seconds: auth.timeoutSeconds,
    expires_at: auth.timeoutSeconds > 0 ? device.createdAt + auth.timeoutSeconds * 1000 : null,
    frozen: flag(device.frozen),
    due: device.due ?? 0,
    extension_info: device.extensionInfo ? JSON.stringify(device.extensionInfo) : null,
    tags: JSON.stringify(device.tags),
    created_at: device.createdAt,
  }
}

type SecretColumn = 'secret' | 'secondary_secret'

const placeOf = (column: SecretColumn, row: string) => ({ table: 'device', column, row })

const authOf = (
  row: DeviceTable,
  secret: string | undefined,
  secondarySecret: string | undefined,
): DeviceAuth => ({
  type: row.auth_type,
  ...(secret !== undefined && { secret }),
  ...(secondarySecret !== undefined && { secondarySecret }),
  ...(row.fingerprint !== null && { fingerprint: row.fingerprint }),
  ...(row.secondary_fingerprint !== null && { secondaryFingerprint: row.secondary_fingerprint }),
  secureAccess: row.secure_access === 1,
  timeoutSeconds: row.timeout_seconds,
})
