import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  clientExtensions,
  intermediateExtensions,
  type Issued,
  makeCa,
  openWorkbench,
  signLeaf,
} from '../../tests/support/openssl.ts'
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
import type { Bridge } from '../domain/bridge/bridge.ts'
import type { CaCertificate } from '../domain/certificate/ca-certificate.ts'
import type { Device, DeviceAuth } from '../domain/device/device.ts'
import { expectedPassword } from '../domain/device/password.ts'
import type { EnrolmentAnswer, EnrolmentRequest } from '../domain/provisioning/enrolment.ts'
import { deriveSecret, type RegistrationGroup } from '../domain/provisioning/registration-group.ts'
import type { ConnectionAttempt } from '../domain/verdict/verdict.ts'
import { type AuthenticatorDeps, createAuthenticator } from './authenticate.ts'

const bench = openWorkbench()
afterAll(() => bench.dispose())

const PROJECT = 'a'.repeat(32) as ProjectId
const OTHER_PROJECT = 'b'.repeat(32) as ProjectId
const NOW = Date.now() + 3_600_000
const HOUR = '2026112212'
const DEV1 = 'dev1' as DeviceId

let ca: Issued
let leaf: Issued
let root: Issued
let middle: Issued
let below: Issued
beforeAll(() => {
  ca = makeCa(bench, { key: 'p256' })
  leaf = signLeaf(bench, ca, { key: 'p256', extensions: clientExtensions, subject: '/CN=device' })
  root = makeCa(bench, { name: 'root', key: 'p256', subject: '/CN=root' })
  middle = signLeaf(bench, root, {
    name: 'middle',
    key: 'p256',
    subject: '/CN=middle',
    extensions: intermediateExtensions,
  })
  below = signLeaf(bench, middle, { name: 'below', key: 'p256', subject: '/CN=below' })
})

const aDevice = (auth: Partial<DeviceAuth> = {}, change: Partial<Device> = {}): Device => ({
  key: '0'.repeat(24) as RowKey,
  projectId: PROJECT,
  spaceId: 'space' as SpaceId,
  productKey: '1'.repeat(24) as RowKey,
  productId: 'prod' as ProductId,
  deviceId: DEV1,
  nodeId: 'node1' as NodeId,
  auth: { type: 'CERTIFICATES', secureAccess: true, timeoutSeconds: 0, ...auth },
  frozen: false,
  tags: [],
  createdAt: 0,
  ...change,
})
const aCa = (issued: Issued, change: Partial<CaCertificate> = {}): CaCertificate => ({
  key: 'ca1' as RowKey,
  projectId: PROJECT,
  spaceId: 'space' as SpaceId,
  pem: issued.pem,
  der: issued.der,
  sha256: issued.sha256 as Fingerprint,
  subject: 'CN=zhangsan',
  commonName: 'zhangsan',
  owner: '',
  verified: true,
  verifyCode: '',
  provisionEnable: false,
  ocspEnable: false,
  ocspSslEnable: false,
  createdAt: 0,
  effectiveAt: 0,
  expiresAt: 0,
  ...change,
})
const anAttempt = (
  certificates: readonly Issued[],
  { resumed = false, ...change }: Partial<ConnectionAttempt['connect']> & { resumed?: boolean } = {},
): ConnectionAttempt => ({
  listener: 'mqtts',
  address: '192.0.2.7:50514',
  at: NOW,
  tls: { version: 'TLSv1.3', cipher: 'x', resumed, certificates: certificates.map(({ der }) => der) },
  connect: {
    protocolLevel: 4,
    clientId: `dev1_0_0_${HOUR}`,
    username: 'dev1',
    keepAliveSeconds: 120,
    ...change,
  },
})

const GROUP_SECRET = 'Gr0upMasterKey-000'
const groups: RegistrationGroup[] = []

/** A registry in memory, with what was asked of it. */
function aRegistry(
  devices: Device[],
  cas: CaCertificate[],
  bridges: Bridge[] = [],
  answer: EnrolmentAnswer = {
    kind: 'registered',
    remark: { code: 'device-registered', params: { deviceId: 'dev1', template: 't', ca: 'c' } },
  },
) {
  const kept = new Map<Fingerprint, readonly Uint8Array[]>()
  const asked = { cas: 0, pins: 0, saves: 0, enrols: [] as EnrolmentRequest[] }
  let now = NOW
  const deps: AuthenticatorDeps = {
    clock: { now: () => now },
    limits,
    findDevice: async (deviceId) => devices.find((device) => device.deviceId === deviceId),
    findBridge: async (bridgeId) => bridges.find((bridge) => bridge.bridgeId === bridgeId),
    listCaCertificates: async (projectId) => {
      asked.cas++
      return cas.filter((one) => one.projectId === projectId)
    },
    findGroup: async (scope) => groups.find((group) => group.scope === scope),
    listProvisioningCas: async () => cas.filter(({ provisionEnable }) => provisionEnable),
    enrol: async (request) => {
      asked.enrols.push(request)
      await Promise.resolve()
      if (answer.kind === 'refused') return answer
      if (devices.some(({ deviceId }) => deviceId === request.deviceId)) return { kind: 'exists' }
      const fingerprint =
        request.leaf && (createHash('sha256').update(request.leaf).digest('hex') as Fingerprint)
      const secret = deriveSecret(GROUP_SECRET, request.deviceId, 'SHA256')
      const auth = fingerprint ? { fingerprint } : ({ type: 'SECRET', ...(secret && { secret }) } as const)
      devices.push(aDevice(auth, { deviceId: request.deviceId }))
      return answer
    },
    findIntermediates: async (sha256) => kept.get(sha256) ?? [],
    saveIntermediates: async (sha256, ders) => {
      asked.saves++
      kept.set(sha256, ders)
    },
    pinFingerprint: async (deviceId, fingerprint) => {
      asked.pins++
      const at = devices.findIndex((device) => device.deviceId === deviceId)
      const device = devices[at]
      if (!device || device.auth.fingerprint || device.auth.secondaryFingerprint) return false
      devices[at] = { ...device, auth: { ...device.auth, fingerprint } }
      return true
    },
  }
  return { devices, cas, kept, asked, deps, setNow: (at: number) => (now = at) }
}

test('X2: a device with its certificate under a verified CA is let in, and the grant says on what it rests', async () => {
  const { deps } = aRegistry([aDevice({ fingerprint: leaf.sha256 as Fingerprint })], [aCa(ca)])
  const { verdict, grant } = await createAuthenticator(deps).authenticate(anAttempt([leaf]))
  expect(verdict).toMatchObject({ outcome: 'accepted', code: 'connection-accepted', answer: { mqtt: 0 } })
  expect(verdict.subject).toMatchObject({ projectId: PROJECT, deviceId: 'dev1', fingerprint: leaf.sha256 })
  expect(verdict.durationMicros).toBeGreaterThan(0)
  expect(grant).toEqual({
    deviceId: 'dev1',
    projectId: PROJECT,
    spaceId: 'space',
    productKey: '1'.repeat(24),
    productId: 'prod',
    clientId: `dev1_0_0_${HOUR}`,
    anchorKey: 'ca1',
    certificateSha256: leaf.sha256,
  })
})

test('a device with a secret is let in whatever it presents', async () => {
  const { deps } = aRegistry([aDevice({ type: 'SECRET', secret: '12345678' })], [])
  const password = Buffer.from(expectedPassword('12345678', HOUR, 'SHA256') ?? '')
  const { grant } = await createAuthenticator(deps).authenticate(anAttempt([leaf], { password }))
  expect(grant).toEqual({
    deviceId: 'dev1',
    projectId: PROJECT,
    spaceId: 'space',
    productKey: '1'.repeat(24),
    productId: 'prod',
    clientId: `dev1_0_0_${HOUR}`,
  })
})

test('guide §13: the guide’s own certificates, CA and device with one subject, are accepted with a note', async () => {
  const guideCa = makeCa(bench, { name: 'guideCA' })
  const guideLeaf = signLeaf(bench, guideCa, { name: 'guideLeaf' })
  const { deps } = aRegistry([aDevice({ fingerprint: guideLeaf.sha256 as Fingerprint })], [aCa(guideCa)])
  const { verdict, grant } = await createAuthenticator(deps).authenticate(anAttempt([guideLeaf]))
  expect(verdict).toMatchObject({ outcome: 'noted', code: 'certificate-same-subject' })
  expect(grant).toBeDefined()
})

test.for([
  ['certificate-ca-unverified', () => [aCa(ca, { verified: false })]],
  ['certificate-ca-unknown', () => []],
  ['certificate-ca-unknown', () => [aCa(ca, { projectId: OTHER_PROJECT })]],
  ['certificate-signature-wrong', () => [aCa(makeCa(bench, { name: 'impostor', key: 'p256' }))]],
] as const)('X2, X5: refused with %s', async ([code, cas]) => {
  const { deps } = aRegistry([aDevice({ fingerprint: leaf.sha256 as Fingerprint })], cas())
  const { verdict, grant } = await createAuthenticator(deps).authenticate(anAttempt([leaf]))
  expect(verdict).toMatchObject({ outcome: 'refused', code, answer: { mqtt: 4, mqtt5: 0x86 } })
  expect(grant).toBeUndefined()
})

test('X9: a leaf, an intermediate or a CA that expires while the thread runs is refused at the next CONNECT', async () => {
  const { deps, setNow } = aRegistry([aDevice({ fingerprint: leaf.sha256 as Fingerprint })], [aCa(ca)])
  const { authenticate } = createAuthenticator(deps)
  expect((await authenticate(anAttempt([leaf]))).grant).toBeDefined()
  setNow(NOW + 501 * 86_400_000)
  expect((await authenticate(anAttempt([leaf]))).verdict.code).toBe('certificate-expired')
  setNow(NOW - 86_400_000)
  expect((await authenticate(anAttempt([leaf]))).verdict.code).toBe('certificate-not-yet-valid')
})

test('S7: a chain is walked once, and again when the CAs of its project change', async () => {
  const registry = aRegistry([aDevice({ fingerprint: leaf.sha256 as Fingerprint })], [aCa(ca)])
  const { authenticate, invalidate } = createAuthenticator(registry.deps)
  await authenticate(anAttempt([leaf]))
  await authenticate(anAttempt([leaf]))
  expect(registry.asked.cas).toBe(1)
  registry.cas.length = 0
  invalidate({ kind: 'trust-changed', projectId: OTHER_PROJECT })
  expect((await authenticate(anAttempt([leaf]))).grant).toBeDefined()
  invalidate({ kind: 'trust-changed', projectId: PROJECT })
  expect((await authenticate(anAttempt([leaf]))).verdict.code).toBe('certificate-ca-unknown')
  registry.cas.push(aCa(ca))
  invalidate({ kind: 'trust-changed', projectId: PROJECT })
  expect((await authenticate(anAttempt([leaf]))).grant).toBeDefined()
})

test('a device that comes back as it came gets the same verdict, with its own time and address', async () => {
  const { deps, setNow } = aRegistry([aDevice({ fingerprint: leaf.sha256 as Fingerprint })], [aCa(ca)])
  const { authenticate } = createAuthenticator(deps)
  const first = await authenticate(anAttempt([leaf]))
  await authenticate(anAttempt([leaf]))

  setNow(NOW + 5000)
  const second = await authenticate({ ...anAttempt([leaf]), address: '192.0.2.8:7' })

  const { durationMicros: _, ...verdict } = second.verdict
  expect(verdict).toEqual({
    ...first.verdict,
    durationMicros: undefined,
    subject: { ...first.verdict.subject, address: '192.0.2.8:7' },
    at: NOW + 5000,
  })
  expect(second.grant).toEqual(first.grant)
})

for (const resumed of [false, true])
  test.for<readonly [string, (registry: ReturnType<typeof aRegistry>) => void, string]>([
    ['deleted', ({ devices }) => void devices.pop(), 'device-unknown'],
    ['frozen', ({ devices }) => void (devices[0] = { ...devices[0]!, frozen: true }), 'device-frozen'],
    [
      're-keyed',
      ({ devices }) => void (devices[0] = aDevice({ fingerprint: '0'.repeat(64) as Fingerprint })),
      'fingerprint-mismatch',
    ],
    [
      'made a device with a secret',
      ({ devices }) => void (devices[0] = aDevice({ type: 'SECRET', secret: 's' })),
      'password-missing',
    ],
    ['without its CA', ({ cas }) => void cas.pop(), 'certificate-ca-unknown'],
    [
      'of a CA that is unverified now',
      ({ cas }) => void (cas[0] = aCa(ca, { verified: false })),
      'certificate-ca-unverified',
    ],
  ])(
    `S7, S8, X9: an acceptance that is remembered lets nobody in who is %s${resumed ? ', over a resumed session' : ''}`,
    async ([, change, code]) => {
      const registry = aRegistry([aDevice({ fingerprint: leaf.sha256 as Fingerprint })], [aCa(ca)])
      const { authenticate, invalidate } = createAuthenticator(registry.deps)
      for (const before of [false, resumed, resumed])
        expect((await authenticate(anAttempt([leaf], { resumed: before }))).grant).toBeDefined()

      change(registry)
      invalidate({ kind: 'trust-changed', projectId: PROJECT })
      const { verdict, grant } = await authenticate(anAttempt([leaf], { resumed }))

      expect(grant).toBeUndefined()
      expect(verdict.code).toBe(code)
    },
  )

test.for([
  ['another user name', { username: 'dev2' }, 'username-mismatch'],
  ['a keep alive out of range', { keepAliveSeconds: 5 }, 'keep-alive-out-of-range'],
  ['a client id of another shape', { clientId: 'dev1' }, 'client-id-incomplete'],
  ['an hour that is checked', { clientId: 'dev1_0_1_2020010100' }, 'signed-hour-outside'],
] as const)('an acceptance that is remembered says nothing about %s', async ([, change, code]) => {
  const { deps } = aRegistry([aDevice({ fingerprint: leaf.sha256 as Fingerprint })], [aCa(ca)])
  const { authenticate } = createAuthenticator(deps)
  for (const _ of ['first', 'remembered']) await authenticate(anAttempt([leaf]))

  expect((await authenticate(anAttempt([leaf], change))).verdict.code).toBe(code)
})

test('X9: a freeze, a deletion or a CA removal during the decision is heeded', async () => {
  const changes = [
    {
      change: (registry: ReturnType<typeof aRegistry>) =>
        (registry.devices[0] = aDevice({}, { frozen: true })),
      code: 'device-frozen',
    },
    {
      change: (registry: ReturnType<typeof aRegistry>) => (registry.devices.length = 0),
      code: 'device-unknown',
    },
    {
      change: (registry: ReturnType<typeof aRegistry>) => (registry.cas.length = 0),
      code: 'certificate-ca-unknown',
    },
  ]
  for (const { change, code } of changes) {
    const registry = aRegistry([aDevice({ fingerprint: leaf.sha256 as Fingerprint })], [aCa(ca)])
    let isFirst = true
    const authenticator = createAuthenticator({
      ...registry.deps,
      async listCaCertificates(projectId) {
        const read = await registry.deps.listCaCertificates(projectId)
        if (isFirst) {
          isFirst = false
          change(registry)
          authenticator.invalidate({ kind: 'device-changed', deviceId: DEV1 })
          authenticator.invalidate({ kind: 'trust-changed', projectId: PROJECT })
        }
        return read
      },
    })
    const { verdict, grant } = await authenticator.authenticate(anAttempt([leaf]))
    expect(verdict.steps.map((step) => step.code)).toContain(code)
    expect(grant).toBeUndefined()
  }
})

test('a device that changes faster than it can be read is put off, not let in', async () => {
  const { deps } = aRegistry([aDevice({ fingerprint: leaf.sha256 as Fingerprint })], [aCa(ca)])
  const authenticator = createAuthenticator({
    ...deps,
    async findDevice(deviceId) {
      authenticator.invalidate({ kind: 'device-changed', deviceId })
      return deps.findDevice(deviceId)
    },
  })
  const { verdict, grant } = await authenticator.authenticate(anAttempt([leaf]))
  expect(verdict).toMatchObject({ code: 'server-unavailable', answer: { mqtt: 3, mqtt5: 0x88 } })
  expect(grant).toBeUndefined()
})

test('§2.5: the first certificate is pinned, told so, and the only one from then on', async () => {
  const registry = aRegistry([aDevice()], [aCa(ca)])
  const { authenticate } = createAuthenticator(registry.deps)
  const first = await authenticate(anAttempt([leaf]))
  expect(first.verdict).toMatchObject({
    outcome: 'noted',
    code: 'fingerprint-pinned',
    params: { fingerprint: leaf.sha256 },
  })
  expect(first.grant).toBeDefined()
  expect(registry.devices[0]?.auth.fingerprint).toBe(leaf.sha256)
  expect((await authenticate(anAttempt([leaf]))).verdict.outcome).toBe('accepted')
  const other = signLeaf(bench, ca, { name: 'other', key: 'p256', subject: '/CN=device' })
  expect((await authenticate(anAttempt([other]))).verdict).toMatchObject({
    code: 'fingerprint-mismatch',
    answer: { mqtt: 5 },
  })
  expect(registry.asked.pins).toBe(1)
})

test('§2.5: of two first certificates at once one is pinned, the other refused', async () => {
  const registry = aRegistry([aDevice()], [aCa(ca)])
  const rival = signLeaf(bench, ca, { name: 'rival', key: 'p256', subject: '/CN=device' })
  const { authenticate } = createAuthenticator(registry.deps)
  const both = await Promise.all([authenticate(anAttempt([leaf])), authenticate(anAttempt([rival]))])
  expect(both.map(({ verdict }) => verdict.code).toSorted()).toEqual([
    'fingerprint-mismatch',
    'fingerprint-pinned',
  ])
  expect(both.filter(({ grant }) => grant)).toHaveLength(1)
})

test('§2.5: a secondary fingerprint set while a certificate is about to be pinned outdoes it', async () => {
  const registry = aRegistry([aDevice()], [aCa(ca)])
  const rival = signLeaf(bench, ca, { name: 'second', key: 'p256', subject: '/CN=device' })
  const { authenticate } = createAuthenticator({
    ...registry.deps,
    pinFingerprint(deviceId, fingerprint) {
      registry.devices[0] = aDevice({ secondaryFingerprint: rival.sha256 as Fingerprint })
      return registry.deps.pinFingerprint(deviceId, fingerprint)
    },
  })
  expect((await authenticate(anAttempt([leaf]))).verdict.code).toBe('fingerprint-mismatch')
  expect((await authenticate(anAttempt([rival]))).verdict.code).toBe('connection-accepted')
})

test('nothing is pinned for a certificate that is refused', async () => {
  const registry = aRegistry([aDevice()], [aCa(ca, { verified: false })])
  await createAuthenticator(registry.deps).authenticate(anAttempt([leaf]))
  expect(registry.asked.pins).toBe(0)
})

test('S8, design §3.3: a resumed session, which shows the leaf alone, is judged on the chain of its full handshake', async () => {
  const registry = aRegistry([aDevice({ fingerprint: below.sha256 as Fingerprint })], [aCa(root)])
  const first = createAuthenticator(registry.deps)
  expect((await first.authenticate(anAttempt([below], { resumed: true }))).verdict.code).toBe(
    'certificate-ca-unknown',
  )
  expect((await first.authenticate(anAttempt([below, middle]))).grant).toMatchObject({ anchorKey: 'ca1' })
  expect(registry.kept.get(below.sha256 as Fingerprint)).toEqual([middle.der])
  await first.authenticate(anAttempt([below, middle]))
  expect(registry.asked.saves).toBe(1)
  // Another thread, or the same one after a restart: its own memory is empty.
  const second = createAuthenticator(registry.deps)
  expect((await second.authenticate(anAttempt([below], { resumed: true }))).grant).toBeDefined()
  registry.devices[0] = aDevice({ fingerprint: below.sha256 as Fingerprint }, { frozen: true })
  expect((await second.authenticate(anAttempt([below], { resumed: true }))).verdict.code).toBe(
    'device-frozen',
  )
  // A full handshake without its intermediate is judged as it came.
  registry.devices[0] = aDevice({ fingerprint: below.sha256 as Fingerprint })
  expect((await second.authenticate(anAttempt([below]))).verdict.code).toBe('certificate-ca-unknown')
})

test('table 4 (Node PR 64677): a resumed session without a certificate is one without a certificate', async () => {
  const { deps } = aRegistry([aDevice({ fingerprint: leaf.sha256 as Fingerprint })], [aCa(ca)])
  const { verdict } = await createAuthenticator(deps).authenticate(anAttempt([], { resumed: true }))
  expect(verdict.code).toBe('certificate-missing')
})

test('S2: an unknown device is answered as one with a wrong certificate, and its certificate is looked at', async () => {
  const { deps } = aRegistry([], [aCa(ca)])
  const { verdict, grant } = await createAuthenticator(deps).authenticate(anAttempt([leaf]))
  expect(verdict).toMatchObject({ code: 'device-unknown', answer: { mqtt: 4, mqtt5: 0x86 } })
  expect(verdict.steps.find(({ name }) => name === 'certificate')?.outcome).toBe('ok')
  expect(verdict.steps.find(({ name }) => name === 'chain')?.outcome).toBe('skipped')
  expect(grant).toBeUndefined()
})

test('a malformed client id is told in the project of the device that the user name names', async () => {
  const { deps } = aRegistry([aDevice()], [])
  const { verdict } = await createAuthenticator(deps).authenticate(anAttempt([], { clientId: 'dev1' }))
  expect(verdict).toMatchObject({
    code: 'client-id-incomplete',
    answer: { mqtt: 2 },
    subject: { projectId: PROJECT },
  })
})

test('garbage in place of certificates is a verdict, not a fault', async () => {
  const { deps } = aRegistry([aDevice()], [aCa(ca)])
  const attempt = anAttempt([])
  const tls = { ...attempt.tls, certificates: [new Uint8Array([0x30, 0x03, 1, 2, 3])] } as NonNullable<
    ConnectionAttempt['tls']
  >
  const { verdict } = await createAuthenticator(deps).authenticate({ ...attempt, tls })
  expect(verdict.code).toBe('certificate-undecodable')
})

test.for(['findDevice', 'listCaCertificates', 'pinFingerprint'] as const)(
  'a registry whose %s fails refuses with code 3, and the fault is logged',
  async (name) => {
    const faults: object[] = []
    const { deps } = aRegistry([aDevice()], [aCa(ca)])
    const logger = { debug() {}, info() {}, warn() {}, error: (fields: object) => void faults.push(fields) }
    const broken = { ...deps, logger, [name]: () => Promise.reject(new Error('disk')) }
    const { verdict, grant } = await createAuthenticator(broken).authenticate(anAttempt([leaf]))
    expect(verdict).toMatchObject({ code: 'server-unavailable', answer: { mqtt: 3, mqtt5: 0x88 } })
    expect(verdict.steps.filter(({ outcome }) => outcome === 'failed')).toHaveLength(1)
    expect(grant).toBeUndefined()
    expect(faults).toHaveLength(1)
  },
)

test('intermediates that cannot be kept do not keep the device out', async () => {
  const faults: object[] = []
  const logger = { debug() {}, info() {}, warn() {}, error: (fields: object) => void faults.push(fields) }
  const { deps } = aRegistry([aDevice({ fingerprint: below.sha256 as Fingerprint })], [aCa(root)])
  const broken = { ...deps, logger, saveIntermediates: () => Promise.reject(new Error('disk')) }
  expect((await createAuthenticator(broken).authenticate(anAttempt([below, middle]))).grant).toBeDefined()
  expect(faults).toHaveLength(1)
})

test('§2.6 B: a device that nobody registered is registered by its certificate, and let in', async () => {
  const { deps, asked, devices } = aRegistry([], [aCa(ca, { provisionEnable: true })])
  const { verdict, grant } = await createAuthenticator(deps).authenticate(anAttempt([leaf]))
  expect(verdict).toMatchObject({ outcome: 'noted', code: 'device-registered', answer: { mqtt: 0 } })
  expect(verdict.params).toEqual({ deviceId: 'dev1', template: 't', ca: 'c' })
  expect(verdict.subject).toMatchObject({ projectId: PROJECT, deviceId: 'dev1', fingerprint: leaf.sha256 })
  expect(grant).toMatchObject({ deviceId: 'dev1', projectId: PROJECT, anchorKey: 'ca1' })
  expect(asked.enrols).toEqual([
    {
      ...{ by: 'ca', projectId: PROJECT, caKey: 'ca1', leaf: leaf.der },
      ...{ deviceId: 'dev1', address: '192.0.2.7:50514' },
    },
  ])
  expect(devices).toHaveLength(1)
})

test('§2.6 B: with an intermediate, and in a resumed session, a device registers itself as well', async () => {
  const { deps, kept } = aRegistry([], [aCa(root, { provisionEnable: true })])
  const authenticator = createAuthenticator(deps)
  expect((await authenticator.authenticate(anAttempt([below, middle]))).verdict.code).toBe(
    'device-registered',
  )
  expect(kept.size).toBe(1)
  expect((await authenticator.authenticate(anAttempt([below], { resumed: true }))).verdict.code).toBe(
    'connection-accepted',
  )
})

test('§2.6 B: two connections of one new device at the same time register it once, and both are in order', async () => {
  const { deps, asked, devices } = aRegistry([], [aCa(ca, { provisionEnable: true })])
  const [one, two] = [createAuthenticator(deps), createAuthenticator(deps)]
  const answers = await Promise.all([
    one.authenticate(anAttempt([leaf])),
    two.authenticate(anAttempt([leaf])),
  ])
  expect(answers.map(({ verdict }) => verdict.code).toSorted()).toEqual([
    'connection-accepted',
    'device-registered',
  ])
  expect(answers.every(({ grant }) => grant !== undefined)).toBe(true)
  expect([asked.enrols.length, devices.length]).toEqual([2, 1])
})

test('§2.6 B: whoever is not registered for a reason is told so in a verdict of the CA’s project, and not let in', async () => {
  const problem = { code: 'provisioning-template-unbound', params: { ca: 'zhangsan' } } as const
  const { deps } = aRegistry([], [aCa(ca, { provisionEnable: true })], [], { kind: 'refused', problem })
  const { verdict, grant } = await createAuthenticator(deps).authenticate(anAttempt([leaf]))
  expect(verdict).toMatchObject({ outcome: 'refused', code: problem.code, subject: { projectId: PROJECT } })
  expect(verdict.answer).toEqual({ mqtt: 4, mqtt5: 0x86, http: null })
  expect(grant).toBeUndefined()
})

test('§2.6 B, X2, X5: without self-registration, proof of possession, or a signature of the CA nobody is asked', async () => {
  const impostor = makeCa(bench, { name: 'impostor', key: 'p256' })
  for (const [cas, code] of [
    [[aCa(ca)], 'device-unknown'],
    [[aCa(impostor, { provisionEnable: true })], 'device-unknown'],
    [[aCa(ca, { provisionEnable: true, verified: false })], 'certificate-ca-unverified'],
  ] as const) {
    const { deps, asked } = aRegistry([], [...cas])
    const { verdict, grant } = await createAuthenticator(deps).authenticate(anAttempt([leaf]))
    expect([verdict.code, verdict.subject.projectId, grant]).toEqual([code, undefined, undefined])
    expect(asked.enrols).toEqual([])
  }
})

test('§2.6 B: a CA is asked for anew when CA certificates have changed', async () => {
  const { deps, cas } = aRegistry([], [aCa(ca)])
  const authenticator = createAuthenticator(deps)
  expect((await authenticator.authenticate(anAttempt([leaf]))).verdict.code).toBe('device-unknown')
  cas.splice(0, 1, aCa(ca, { provisionEnable: true }))
  authenticator.invalidate({ kind: 'trust-changed', projectId: PROJECT })
  expect((await authenticator.authenticate(anAttempt([leaf]))).verdict.code).toBe('device-registered')
})

test('R5: a registry that cannot be written registers nobody, and the device is told to come again', async () => {
  const { deps } = aRegistry([], [aCa(ca, { provisionEnable: true })])
  const broken = { ...deps, enrol: () => Promise.reject(new Error('disk full')) }
  const { verdict, grant } = await createAuthenticator(broken).authenticate(anAttempt([leaf]))
  expect([verdict.code, verdict.answer.mqtt, grant]).toEqual(['server-unavailable', 3, undefined])
})

const aBridge = (bridgeId: string): Bridge => ({
  ...{ key: '3'.repeat(24) as RowKey, projectId: PROJECT, bridgeId: bridgeId as BridgeId },
  ...{ name: 'Bridge', secret: '12345678', createdAt: 0 },
})
const ofBridge = (connect: Partial<ConnectionAttempt['connect']> = {}): ConnectionAttempt => {
  const password = Buffer.from(expectedPassword('12345678', HOUR, 'SHA256') ?? '')
  return anAttempt([], { clientId: `br1_3_0_${HOUR}`, username: 'br1', password, ...connect })
}

test('device protocol §2.8 no. 6: a bridge is let in by its secret, with a session apart from a device of the same id', async () => {
  const { deps } = aRegistry([aDevice({}, { deviceId: 'br1' as DeviceId })], [], [aBridge('br1')])
  const { authenticate } = createAuthenticator(deps)

  expect(await authenticate(ofBridge())).toMatchObject({
    verdict: {
      code: 'bridge-accepted',
      answer: { mqtt: 0 },
      subject: { bridgeId: 'br1', projectId: PROJECT },
    },
    grant: { deviceId: 'bridge/br1', bridgeId: 'br1', projectId: PROJECT },
  })
  const wrong = await authenticate(ofBridge({ password: Buffer.from('0'.repeat(64)) }))
  expect(wrong).toMatchObject({ verdict: { code: 'bridge-password-wrong', answer: { mqtt: 4 } } })
  expect(wrong.verdict.subject).not.toHaveProperty('deviceId')
  expect(wrong.grant).toBeUndefined()
  const unknown = ofBridge({ clientId: `br2_3_0_${HOUR}`, username: 'br2' })
  expect(await authenticate(unknown)).toMatchObject({
    verdict: { code: 'bridge-unknown', answer: { mqtt: 4 } },
  })
})

test('S3: a device that a bridge logs in must be of its project; one of another is unknown', async () => {
  const auth = { type: 'SECRET', secret: '12345678' } as const
  const { deps } = aRegistry([aDevice(auth)], [])
  const { authenticate } = createAuthenticator(deps)
  const password = Buffer.from(expectedPassword('12345678', HOUR, 'SHA256') ?? '')
  const login = (projectId: ProjectId) =>
    authenticate({
      ...anAttempt([], { clientId: `dev1_0_0_${HOUR}`, username: 'dev1', password }),
      bridge: { bridgeId: 'br1' as BridgeId, projectId },
    })

  expect(await login(PROJECT)).toMatchObject({
    verdict: { code: 'connection-accepted', subject: { deviceId: 'dev1', bridgeId: 'br1' } },
    grant: { deviceId: DEV1 },
  })
  const foreign = await login(OTHER_PROJECT)
  expect(foreign.verdict).toMatchObject({ code: 'device-unknown', subject: { projectId: OTHER_PROJECT } })
  expect(foreign.grant).toBeUndefined()
})

const aGroup = (change: Partial<RegistrationGroup> = {}): RegistrationGroup => ({
  ...{ key: '5'.repeat(24) as RowKey, projectId: PROJECT, spaceId: 'space' as SpaceId },
  ...{
    scope: 'ab12cd34ef56',
    name: 'line',
    method: 'SECRET',
    secret: GROUP_SECRET,
    enabled: true,
    createdAt: 0,
  },
  ...change,
})
const ofGroup = (scope = 'ab12cd34ef56', secret = GROUP_SECRET): ConnectionAttempt => {
  const derived = deriveSecret(secret, 'dev1', 'SHA256') ?? ''
  const password = Buffer.from(expectedPassword(derived, HOUR, 'SHA256') ?? '')
  return anAttempt([], { clientId: `dev1_0_${scope}_0_${HOUR}`, password })
}
const byGroup: EnrolmentAnswer = {
  kind: 'registered',
  remark: { code: 'device-registered-by-group', params: { deviceId: 'dev1', group: 'line' } },
}

test('§2.6 A: a device of a group is registered by the group secret; its grant is for asking the address alone', async () => {
  groups.splice(0, groups.length, aGroup())
  const { deps, asked } = aRegistry([], [], [], byGroup)
  const { authenticate } = createAuthenticator(deps)
  const first = await authenticate(ofGroup())
  expect(first.verdict).toMatchObject({ outcome: 'noted', code: 'device-registered-by-group' })
  expect(first.grant).toMatchObject({ deviceId: 'dev1', provisioning: { scope: 'ab12cd34ef56' } })
  expect(asked.enrols).toEqual([
    { by: 'group', deviceId: 'dev1', address: '192.0.2.7:50514', scope: 'ab12cd34ef56', signType: 0 },
  ])
  const again = await authenticate(ofGroup())
  expect([again.verdict.code, again.grant?.provisioning?.scope]).toEqual([
    'connection-accepted',
    'ab12cd34ef56',
  ])
})

test('§2.6 A: unknown scope, wrong secret, disabled group and foreign devices are refused, and nobody is registered', async () => {
  const other = 'b'.repeat(32) as ProjectId
  for (const [group, devices, attempt, code] of [
    [aGroup(), [], ofGroup('zz99yy88xx77'), 'group-unknown'],
    [aGroup(), [], ofGroup('ab12cd34ef56', 'another-group-key'), 'group-password-wrong'],
    [aGroup({ enabled: false }), [], ofGroup(), 'group-disabled'],
    [aGroup(), [aDevice({ type: 'SECRET', secret: '12345678' })], ofGroup(), 'group-device-other'],
    [aGroup({ projectId: other }), [aDevice({ type: 'SECRET' })], ofGroup(), 'group-device-other'],
  ] as const) {
    groups.splice(0, groups.length, group)
    const { deps, asked } = aRegistry([...devices], [], [], byGroup)
    const { verdict, grant } = await createAuthenticator(deps).authenticate(attempt)
    const answer = code === 'group-unknown' ? 2 : 4
    expect([verdict.code, verdict.answer.mqtt, grant]).toEqual([code, answer, undefined])
    expect(asked.enrols).toEqual([])
  }
})

test('§2.6 A: a device of a group of certificates shows one that leads to the CA of the group', async () => {
  groups.splice(0, groups.length, aGroup({ method: 'CERTIFICATES', caKey: 'ca1' as RowKey }))
  const shown = anAttempt([leaf], { clientId: 'dev1_0_ab12cd34ef56' })
  const codeOf = async (cas: CaCertificate[], attempt = shown) =>
    (await createAuthenticator(aRegistry([], cas, [], byGroup).deps).authenticate(attempt)).verdict.code
  expect(await codeOf([aCa(ca)])).toBe('device-registered-by-group')
  expect(await codeOf([aCa(ca, { key: 'ca2' as RowKey })])).toBe('group-ca-other')
  expect(await codeOf([aCa(ca, { verified: false })])).toBe('certificate-ca-unverified')
  expect(await codeOf([aCa(ca)], anAttempt([], { clientId: 'dev1_0_ab12cd34ef56' }))).toBe(
    'certificate-missing',
  )
})
