import type { DeviceId, Fingerprint, ProjectId, RowKey } from '../base/ids.ts'
import type { CaCertificate } from '../domain/certificate/ca-certificate.ts'
import type { Device } from '../domain/device/device.ts'
import type { ServiceModel } from '../domain/product-model/product-model.ts'
import { Sqlite } from '../sql/sqlite.ts'
import { toCaCertificate } from './ca-certificates.ts'
import { toDevice } from './device-row.ts'
import { toDers } from './intermediates.ts'
import { createSealer } from './sealer.ts'
import type { CaCertificateTable, DeviceTable, IntermediateTable, ProductTable } from './tables.ts'

/**
 * The four questions that a listener thread asks the registry, answered with kept statements on a read-only
 * connection of its own: what is committed before a question is seen by it. Apart from the query builder, which
 * would cost each thread 28 MB and a connecting device most of its look-up (stack: 21 k against 255 k reads/s).
 */
export interface RegistryReader {
  /** Ids are unique over all projects. */
  findDevice(deviceId: DeviceId): Promise<Device | undefined>
  /** All of a project, verified or not, oldest first. */
  listCaCertificates(projectId: ProjectId): Promise<readonly CaCertificate[]>
  /** Intermediates kept for a leaf, as DER; empty when there are none. */
  findIntermediates(leafSha256: Fingerprint): Promise<readonly Uint8Array[]>
  /** The model of a product; undefined when it is gone. */
  findServices(productKey: RowKey): Promise<readonly ServiceModel[] | undefined>
  close(): void
}

/** Opens the registry, which must have been migrated; `key` seals its secrets. */
export function openRegistryReader({ file, key }: { file: string; key: Uint8Array }): RegistryReader {
  const sealer = createSealer(key)
  const db = new Sqlite({ file, readOnly: true, durability: 'full' })
  const find = <Row>(sql: string, value: string): Row | undefined => db.get(sql, [value]) as Row | undefined
  return {
    async findDevice(deviceId) {
      const row = find<DeviceTable>('select * from device where device_id = ?', deviceId)
      return row && toDevice({ sealer }, row)
    },
    async listCaCertificates(projectId) {
      const rows = db.all('select * from ca_certificate where project_id = ? order by key', [projectId])
      return rows.map((row) => toCaCertificate(row as unknown as CaCertificateTable))
    },
    async findIntermediates(leafSha256) {
      const row = find<IntermediateTable>('select * from intermediate where leaf_sha256 = ?', leafSha256)
      return row ? toDers(row) : []
    },
    async findServices(productKey) {
      const row = find<ProductTable>('select services from product where key = ?', productKey)
      return row && (JSON.parse(row.services) as readonly ServiceModel[])
    },
    close: () => db.close(),
  }
}
