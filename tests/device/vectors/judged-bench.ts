import type {
  BridgeId,
  DeviceId,
  NodeId,
  ProductId,
  ProjectId,
  RowKey,
  SpaceId,
} from '../../../src/base/ids.ts'
import { limits } from '../../../src/base/limits.ts'
import { silentLogger } from '../../../src/base/logger.ts'
import { createAuthenticator } from '../../../src/device-auth/authenticate.ts'
import type { Bridge } from '../../../src/domain/bridge/bridge.ts'
import type { Device } from '../../../src/domain/device/device.ts'
import { type Bench, startBench } from '../../support/listener-bench.ts'
import { secretsOnly } from '../../support/unasked.ts'

export interface JudgedBench extends Bench {
  /** Steps the wall clock there. */
  setTime(at: number): void
}

/** A listener whose connections are judged as in the product, for devices and bridges with these secrets, by id. */
export async function startJudgedBench(secrets: { readonly [id: string]: string }): Promise<JudgedBench> {
  const time = { now: () => 0 }
  const authenticator = createAuthenticator({
    ...secretsOnly,
    clock: { now: () => time.now() },
    limits,
    logger: silentLogger,
    findDevice: (deviceId) => Promise.resolve(aDevice(deviceId, secrets[deviceId])),
    findBridge: (bridgeId) => Promise.resolve(aBridge(bridgeId, secrets[bridgeId])),
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

function aBridge(bridgeId: BridgeId, secret: string | undefined): Bridge | undefined {
  if (secret === undefined) return undefined
  return {
    ...{ key: '2'.repeat(24) as RowKey, projectId: 'a'.repeat(32) as ProjectId, bridgeId, name: 'Bridge' },
    ...{ secret, createdAt: 0 },
  }
}
