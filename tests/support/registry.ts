import { randomBytes } from 'node:crypto'
import { strict as assert } from 'node:assert'
import {
  createIds,
  type Ids,
  parseDeviceId,
  parseFingerprint,
  parseNodeId,
  parseProductId,
  parseProjectId,
  parseSpaceId,
  type Fingerprint,
} from '../../src/base/ids.ts'
import type { CaCertificate } from '../../src/domain/certificate/ca-certificate.ts'
import type { Device } from '../../src/domain/device/device.ts'
import type { Product } from '../../src/domain/product-model/product-model.ts'
import type { ProvisioningTemplate } from '../../src/domain/provisioning/template.ts'
import type { Project, Space } from '../../src/domain/space/space.ts'
import { aClock } from './builders.ts'

/** Builders of registry values; each test states only what it is about. They write nothing. */
export interface Builders {
  readonly clock: ReturnType<typeof aClock>
  readonly ids: Ids
  aProject(over?: Partial<Project>): Project
  aSpace(project: Project, over?: Partial<Space>): Space
  aProduct(space: Space, over?: Partial<Product>): Product
  aDevice(product: Product, over?: Partial<Device>): Device
  aCaCertificate(space: Space, over?: Partial<CaCertificate>): CaCertificate
  /** Node ids are common names, of devices of the product `product-1`. */
  aTemplate(space: Pick<Space, 'projectId'>, over?: Partial<ProvisioningTemplate>): ProvisioningTemplate
}

const must = <T>(value: T | undefined): T => {
  assert(value !== undefined)
  return value
}

export const projectId = (text: string) => must(parseProjectId(text))
export const spaceId = (text: string) => must(parseSpaceId(text))
export const productId = (text: string) => must(parseProductId(text))
export const deviceId = (text: string) => must(parseDeviceId(text))
export const nodeId = (text: string) => must(parseNodeId(text))
export const fingerprint = (text: string) => must(parseFingerprint(text))
export const aFingerprint = (): Fingerprint => fingerprint(randomBytes(32).toString('hex'))

export function builders(clock = aClock(), ids: Ids = createIds(clock)): Builders {
  let count = 0
  const next = () => ++count
  return {
    clock,
    ids,
    aProject: (over) => ({
      projectId: projectId(ids.hex32()),
      name: `project-${next()}`,
      domainId: ids.hex32(),
      createdAt: clock.now(),
      ...over,
    }),
    aSpace: (project, over) => ({
      key: ids.rowKey(),
      projectId: project.projectId,
      spaceId: spaceId(ids.hex32()),
      name: `space-${next()}`,
      isDefault: false,
      createdAt: clock.now(),
      ...over,
    }),
    aProduct: (space, over) => ({
      key: ids.rowKey(),
      projectId: space.projectId,
      spaceId: space.spaceId,
      productId: productId(`product-${next()}`),
      name: 'meter',
      deviceType: 'meter',
      protocolType: 'MQTT',
      dataFormat: 'json',
      services: [],
      modelVersion: 1,
      createdAt: clock.now(),
      ...over,
    }),
    aDevice(product, over) {
      const number = next()
      return {
        key: ids.rowKey(),
        projectId: product.projectId,
        spaceId: product.spaceId,
        productKey: product.key,
        productId: product.productId,
        deviceId: deviceId(`device-${number}`),
        nodeId: nodeId(`node-${number}`),
        auth: { type: 'SECRET', secret: 'clear-secret', secureAccess: true, timeoutSeconds: 0 },
        frozen: false,
        tags: [],
        createdAt: clock.now(),
        ...over,
      }
    },
    aTemplate: ({ projectId: ofProject }, over) => ({
      key: ids.rowKey(),
      projectId: ofProject,
      name: `template-${next()}`,
      body: {
        parameters: ['common_name'],
        device: { nodeId: { field: 'common_name' }, productId: 'product-1', tags: [] },
        policyIds: [],
      },
      createdAt: clock.now(),
      updatedAt: clock.now(),
      ...over,
    }),
    aCaCertificate: (space, over) => ({
      key: ids.rowKey(),
      projectId: space.projectId,
      spaceId: space.spaceId,
      pem: '-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n',
      der: new Uint8Array([1, 2, 3]),
      sha256: aFingerprint(),
      subject: 'CN=zhangsan',
      commonName: 'zhangsan',
      owner: '',
      verified: false,
      verifyCode: ids.randomHex(16),
      provisionEnable: false,
      ocspEnable: false,
      ocspSslEnable: false,
      createdAt: clock.now(),
      effectiveAt: clock.now(),
      expiresAt: clock.now() + 86_400_000,
      ...over,
    }),
  }
}
