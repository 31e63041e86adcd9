import type { DeviceId, NodeId, ProductId, ProjectId, RowKey, SpaceId } from '../../../src/base/ids.ts'
import { limits } from '../../../src/base/limits.ts'
import { silentLogger } from '../../../src/base/logger.ts'
import { createAuthenticator } from '../../../src/device-auth/authenticate.ts'
import type { Device } from '../../../src/domain/device/device.ts'
import { type Bench, startBench } from '../../support/listener-bench.ts'

export interface JudgedBench extends Bench {
  /** Steps the wall clock there. */
  setTime(at: number): void
}

/** A listener whose connections are judged as in the product, for devices with these secrets, by id. */
export async function startJudgedBench(secrets: {
  readonly [deviceId: string]: string
}): Promise<JudgedBench> {
  const time = { now: () => 0 }
  const authenticator = createAuthenticator({
    clock: { now: () => time.now() },
    limits,
    logger: silentLogger,
    findDevice: (deviceId) => Promise.resolve(aDevice(deviceId, secrets[deviceId])),
    listCaCertificates: () => Promise.resolve([]),
    findIntermediates: () => Promise.resolve([]),
    saveIntermediates: () => Promise.resolve(),
    pinFingerprint: () => Promise.resolve(false),
  })
  const bench = await startBench({ authenticate: (attempt) => authenticator.authenticate(attempt) })
  time.now = bench.clock.now
  return { ...bench, setTime: (at) => bench.clock.step(at - bench.clock.now()) }
}

function aDevice(deviceId: DeviceId, secret: string | undefined): Device | undefined {
  if (secret === undefined) return undefined
  return {
    ...{ key: '0'.repeat(24) as RowKey, productKey: '1'.repeat(24) as RowKey },
    ...{ projectId: 'a'.repeat(32) as ProjectId, spaceId: 'space' as SpaceId },
    ...{ productId: 'prod' as ProductId, deviceId, nodeId: 'node1' as NodeId },
    auth: { type: 'SECRET', secret, secureAccess: false, timeoutSeconds: 0 },
    ...{ frozen: false, tags: [], createdAt: 0 },
  }
}
