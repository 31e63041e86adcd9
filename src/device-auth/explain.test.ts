import { afterAll, expect, test } from 'vitest'
import { makeCa, openWorkbench, signLeaf } from '../../tests/support/openssl.ts'
import type {
  BridgeId,
  DeviceId,
  Fingerprint,
  NodeId,
  ProductId,
  ProjectId,
  RowKey,
  SpaceId,
} from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import { Refusal } from '../base/refusal.ts'
import type { CaCertificate } from '../domain/certificate/ca-certificate.ts'
import type { Device, DeviceAuth } from '../domain/device/device.ts'
import { expectedPassword } from '../domain/device/password.ts'
import { type ConnectionInQuestion, createConnectionExplainer } from './explain.ts'

const bench = openWorkbench()
afterAll(() => bench.dispose())

const PROJECT = 'a'.repeat(32) as ProjectId
const HOUR = '2026112212'
const ca = makeCa(bench, { key: 'p256', subject: '/CN=ca' })
const leaf = signLeaf(bench, ca, { key: 'p256', subject: '/CN=device' })

const aDevice = (deviceId: string, auth: Partial<DeviceAuth>, projectId = PROJECT): Device => ({
  key: '0'.repeat(24) as RowKey,
  projectId,
  spaceId: 'space' as SpaceId,
  productKey: '1'.repeat(24) as RowKey,
  productId: 'prod' as ProductId,
  deviceId: deviceId as DeviceId,
  nodeId: 'node1' as NodeId,
  auth: { type: 'SECRET', secureAccess: false, timeoutSeconds: 0, ...auth },
  frozen: false,
  tags: [],
  createdAt: 0,
})
const devices = [
  aDevice('secret', { secret: '12345678' }),
  aDevice('x509', { type: 'CERTIFICATES', fingerprint: leaf.sha256 as Fingerprint }),
  aDevice('unpinned', { type: 'CERTIFICATES' }),
  aDevice('foreign', { secret: '12345678' }, 'b'.repeat(32) as ProjectId),
]
const bridges = [PROJECT, 'b'.repeat(32) as ProjectId].map((projectId, index) => ({
  ...{ key: '4'.repeat(24) as RowKey, projectId, bridgeId: `bridge${index}` as BridgeId },
  ...{ name: 'Bridge', secret: '12345678', createdAt: 0 },
}))
const explain = createConnectionExplainer({
  clock: { now: () => Date.now() + 60_000 },
  limits,
  findDevice: async (deviceId) => devices.find((device) => device.deviceId === deviceId),
  findBridge: async (bridgeId) => bridges.find((bridge) => bridge.bridgeId === bridgeId),
  listCaCertificates: async () => [{ key: 'ca1' as RowKey, der: ca.der, verified: true } as CaCertificate],
})
const ask = (input: Partial<ConnectionInQuestion>) =>
  explain({ projectId: PROJECT, listener: 'mqtts', ...input })
const named = (id: string) => ({ clientId: `${id}_0_0_${HOUR}`, username: id })
const password = expectedPassword('12345678', HOUR, 'SHA256') ?? ''

test('S7: a bridge is judged as the listener would; one of another project is unknown', async () => {
  const bridge = (id: string) => ({ clientId: `${id}_3_0_${HOUR}`, username: id })

  expect((await ask({ ...bridge('bridge0'), password })).code).toBe('bridge-accepted')
  expect((await ask({ ...bridge('bridge0'), password: '0'.repeat(64) })).code).toBe('bridge-password-wrong')
  expect((await ask(bridge('bridge0'))).code).toBe('connection-judged-in-part')
  expect((await ask({ ...bridge('bridge1'), password })).code).toBe('bridge-unknown')
})

test('a connection that is told whole is judged as the listener would', async () => {
  expect((await ask({ ...named('secret'), password })).code).toBe('connection-accepted')
  expect((await ask({ ...named('secret'), password: password.toUpperCase() })).code).toBe(
    'password-upper-case',
  )
  expect((await ask({ ...named('x509'), certificateChain: leaf.pem })).code).toBe('connection-accepted')
  expect((await ask({ ...named('unpinned'), certificateChain: leaf.pem })).code).toBe('fingerprint-pinned')
  expect((await ask({ ...named('x509'), listener: 'mqtt', certificateChain: leaf.pem })).code).toBe(
    'certificate-plain-port',
  )
})

test('what is not told is skipped, and the verdict says so', async () => {
  const byDevice = await ask({ deviceId: 'x509', certificateChain: leaf.pem })
  expect(byDevice).toMatchObject({ outcome: 'noted', code: 'connection-judged-in-part' })
  expect(byDevice.params).toEqual({ skipped: 'client-id, username, signed-hour' })
  expect(byDevice.steps.find(({ name }) => name === 'fingerprint')?.outcome).toBe('ok')
  expect((await ask(named('secret'))).params).toEqual({ skipped: 'password' })
  expect((await ask(named('x509'))).params).toEqual({ skipped: 'certificate, chain, fingerprint' })
  const onlyChain = await ask({ certificateChain: leaf.pem })
  expect(onlyChain.steps.find(({ name }) => name === 'chain')?.outcome).toBe('ok')
  expect(onlyChain.params).toEqual({ skipped: 'client-id, username, device, signed-hour' })
})

test('what is told and wrong decides, however little it is', async () => {
  expect((await ask({ clientId: 'nonsense' })).code).toBe('client-id-incomplete')
  expect((await ask({ deviceId: 'nobody' })).code).toBe('device-unknown')
  expect((await ask({ clientId: `nobody_0_0_${HOUR}` })).code).toBe('device-unknown')
  const own = makeCa(bench, { name: 'own', key: 'p256', subject: '/CN=own' })
  expect((await ask({ certificateChain: own.pem })).code).toBe('certificate-self-signed')
})

test('S7: a device of another project counts as unknown', async () => {
  expect((await ask({ ...named('foreign'), password })).code).toBe('device-unknown')
})

test('X7: a private key, DER or garbage in place of the chain is refused by name; too many certificates are judged', async () => {
  const refusal = (certificateChain: string) =>
    ask({ certificateChain }).then(
      () => undefined,
      (fault: unknown) => fault instanceof Refusal && fault.refusal,
    )
  expect(await refusal(leaf.keyPem)).toBe('certificate-is-private-key')
  expect(await refusal(Buffer.from(leaf.der).toString('latin1'))).toBe('certificate-is-der')
  expect(await refusal('garbage')).toBe('certificate-unreadable')
  expect((await ask({ certificateChain: leaf.pem.repeat(9) })).code).toBe('certificate-chain-too-long')
})
