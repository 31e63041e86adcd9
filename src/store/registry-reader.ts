import { LRUCache } from 'lru-cache'
import type { BridgeId, DeviceId, Fingerprint, ProjectId, RowKey } from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import type { Bridge } from '../domain/bridge/bridge.ts'
import type { CaCertificate } from '../domain/certificate/ca-certificate.ts'
import type { Device } from '../domain/device/device.ts'
import type { RegistrationGroup } from '../domain/provisioning/registration-group.ts'
import type { DevicePlace } from '../domain/device/place.ts'
import type { BoundPolicy, Statement } from '../domain/policy/policy.ts'
import type { ServiceModel } from '../domain/product-model/product-model.ts'
import { Sqlite } from '../sql/sqlite.ts'
import { toBridge } from './bridges.ts'
import { toCaCertificate } from './ca-certificates.ts'
import { toDevice } from './device-row.ts'
import { toDers } from './intermediates.ts'
import { toGroup } from './registration-groups.ts'
import { createSealer } from './sealer.ts'
import { type PolicyTarget, targetColumns } from './policy-targets.ts'
import type {
  BridgeTable,
  CaCertificateTable,
  DevicePolicyBindingTable,
  DevicePolicyTable,
  DeviceTable,
  IntermediateTable,
  ProductTable,
  RegistrationGroupTable,
} from './tables.ts'

/**
 * The questions that a listener thread asks the registry, answered with kept statements on a read-only
 * connection of its own: what is committed before a question is seen by it. Apart from the query builder, which
 * would cost each thread 28 MB and a connecting device most of its look-up (stack: 21 k against 255 k reads/s).
 */
export interface RegistryReader {
  /** Ids are unique over all projects. */
  findDevice(deviceId: DeviceId): Promise<Device | undefined>
  /** Ids are unique over all projects. */
  findBridge(bridgeId: BridgeId): Promise<Bridge | undefined>
  /** Of it only where it stands; without a turn of the event loop, since a gateway's report asks for a hundred. */
  findPlace(deviceId: DeviceId): DevicePlace | undefined
  /** All of a project, verified or not, oldest first. */
  listCaCertificates(projectId: ProjectId): Promise<readonly CaCertificate[]>
  /** Those of all projects that let devices register themselves, verified or not, oldest first. */
  listProvisioningCas(): Promise<readonly CaCertificate[]>
  /** Of client ids that name one, in whatever project. */
  findGroup(scope: string): Promise<RegistrationGroup | undefined>
  /** Intermediates kept for a leaf, as DER; empty when there are none. */
  findIntermediates(leafSha256: Fingerprint): Promise<readonly Uint8Array[]>
  /** The model of a product; undefined when it is gone. */
  findServices(productKey: RowKey): Promise<readonly ServiceModel[] | undefined>
  /** Keys of the policies bound to one device, product or space; at once, for publishes wait for the answer. */
  policyKeysOf(projectId: ProjectId, target: PolicyTarget): readonly RowKey[]
  findPolicy(key: RowKey): Omit<BoundPolicy, 'boundTo'> | undefined
  close(): void
}

interface KnownDevice {
  readonly version: number
  readonly device: Device
}

interface KnownPlace {
  readonly version: number
  /** Undefined: there is no such device. */
  readonly place: DevicePlace | undefined
}

interface KnownIntermediates {
  readonly version: number
  readonly ders: readonly Uint8Array[]
}

/**
 * Opens the registry, which must have been migrated; `key` seals its secrets. `version` is that of the store that
 * writes it: as long as it stays, devices and intermediates are not read again. Absent: every question reads.
 */
export function openRegistryReader({
  file,
  key,
  version,
  devicesMax = limits.knownDevicesMax,
}: {
  file: string
  key: Uint8Array
  version?: Int32Array
  devicesMax?: number
}): RegistryReader {
  const known = new LRUCache<DeviceId, KnownDevice>({ max: devicesMax })
  // Made when a gateway first speaks for a child: it reserves what it may hold.
  let places: LRUCache<DeviceId, KnownPlace> | undefined
  // Made when a session is first resumed.
  let intermediates: LRUCache<Fingerprint, KnownIntermediates> | undefined
  const texts = new LRUCache<string, string>({ max: 1000 })
  const sealer = createSealer(key)
  const db = new Sqlite({ file, readOnly: true, durability: 'full' })
  const find = <Row>(sql: string, value: string): Row | undefined => db.get(sql, [value]) as Row | undefined
  return {
    async findDevice(deviceId) {
      // Before the reading: a write in between makes what was read old at once.
      const now = version && Atomics.load(version, 0)
      const last = known.get(deviceId)
      if (last && last.version === now) return last.device
      const row = find<DeviceTable>('select * from device where device_id = ?', deviceId)
      const device = row && toDevice({ sealer }, withSharedTexts(row, texts))
      if (device && now !== undefined) known.set(deviceId, { version: now, device })
      else known.delete(deviceId)
      return device
    },
    async findBridge(bridgeId) {
      const row = find<BridgeTable>('select * from bridge where bridge_id = ?', bridgeId)
      return row && toBridge({ sealer }, row)
    },
    findPlace(deviceId) {
      const now = version && Atomics.load(version, 0)
      places ??= new LRUCache<DeviceId, KnownPlace>({ max: devicesMax })
      const last = places.get(deviceId)
      if (last && last.version === now) return last.place
      const row = find<Pick<DeviceTable, 'project_id' | 'product_key' | 'gateway_id'>>(
        'select project_id, product_key, gateway_id from device where device_id = ?',
        deviceId,
      )
      const place = row && {
        projectId: row.project_id,
        productKey: row.product_key,
        ...(row.gateway_id !== null && { gatewayId: row.gateway_id }),
      }
      if (now !== undefined) places.set(deviceId, { version: now, place })
      return place
    },
    async listCaCertificates(projectId) {
      const rows = db.all('select * from ca_certificate where project_id = ? order by key', [projectId])
      return rows.map((row) => toCaCertificate(row as unknown as CaCertificateTable))
    },
    async listProvisioningCas() {
      const rows = db.all('select * from ca_certificate where provision_enable = 1 order by key', [])
      return rows.map((row) => toCaCertificate(row as unknown as CaCertificateTable))
    },
    async findGroup(scope) {
      const row = find<RegistrationGroupTable>('select * from registration_group where scope = ?', scope)
      return row && toGroup({ sealer }, row)
    },
    async findIntermediates(leafSha256) {
      const now = version && Atomics.load(version, 0)
      intermediates ??= new LRUCache<Fingerprint, KnownIntermediates>({ max: devicesMax })
      const last = intermediates.get(leafSha256)
      if (last && last.version === now) return last.ders
      const row = find<IntermediateTable>('select * from intermediate where leaf_sha256 = ?', leafSha256)
      const ders = row ? toDers(row) : []
      if (now !== undefined) intermediates.set(leafSha256, { version: now, ders })
      return ders
    },
    async findServices(productKey) {
      const row = find<ProductTable>('select services from product where key = ?', productKey)
      return row && (JSON.parse(row.services) as readonly ServiceModel[])
    },
    policyKeysOf(projectId, target) {
      const { target_type, target_key } = targetColumns(target)
      const rows = db.all(
        'select policy_key from device_policy_binding where project_id = ? and target_type = ? and target_key = ? order by key',
        [projectId, target_type, target_key],
      )
      return rows.map((row) => (row as unknown as DevicePolicyBindingTable).policy_key)
    },
    findPolicy(key) {
      const row = find<DevicePolicyTable>('select name, statements from device_policy where key = ?', key)
      return row && { name: row.name, statements: JSON.parse(row.statements) as readonly Statement[] }
    },
    close: () => db.close(),
  }
}

/** Thousands of devices are remembered: what they have in common is one text for all, where each row brings its own. */
function withSharedTexts(row: DeviceTable, texts: LRUCache<string, string>): DeviceTable {
  const shared = <Text extends string>(text: Text): Text => {
    const known = texts.get(text)
    if (known === undefined) texts.set(text, text)
    return (known as Text | undefined) ?? text
  }
  return {
    ...row,
    project_id: shared(row.project_id),
    space_id: shared(row.space_id),
    product_key: shared(row.product_key),
    product_id: shared(row.product_id),
    auth_type: shared(row.auth_type),
  }
}
