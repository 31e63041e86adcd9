import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import vectors from '../../../tests/vectors/device-protocol-vectors.json' with { type: 'json' }
import type {
  AnchorFacts,
  CertificateFacts,
  ChainFacts,
  PathFacts,
  PathFault,
} from '../../base/chain-facts.ts'
import type {
  BridgeId,
  DeviceId,
  Fingerprint,
  NodeId,
  ProductId,
  ProjectId,
  RowKey,
  SpaceId,
} from '../../base/ids.ts'
import type { Bridge } from '../bridge/bridge.ts'
import type { Problem } from '../certificate/leaf-problems.ts'
import { deriveSecret, type RegistrationGroup } from '../provisioning/registration-group.ts'
import type { Device, DeviceAuth } from '../device/device.ts'
import { expectedPassword } from '../device/password.ts'
import { answerOf } from './answers.ts'
import { type ConnectionCode, connectionCodes } from './connection-codes.ts'
import type { ConnectFacts, ConnectionFacts } from './connection-question.ts'
import { decideConnection } from './decide-connection.ts'
import { stepNames } from './judged-step.ts'
import { type ListenerCode, listenerCodes } from './listener-codes.ts'
import { renderVerdict } from './render.ts'

const NOON = Date.parse('2026-11-22T12:00:00Z')
const HOUR = '2026112212'
const DAY = 86_400_000
const SECRET = '12345678'
const FINGERPRINT = 'a1'.repeat(32) as Fingerprint
const SHA1 = 'b2'.repeat(20) as Fingerprint
const OTHER = 'c3'.repeat(32) as Fingerprint

function aDevice({
  auth,
  ...rest
}: Partial<Omit<Device, 'auth'>> & { auth?: Partial<DeviceAuth> } = {}): Device {
  return {
    key: '0'.repeat(24) as RowKey,
    projectId: 'p'.repeat(32) as ProjectId,
    spaceId: 'space' as SpaceId,
    productKey: '1'.repeat(24) as RowKey,
    productId: 'prod' as ProductId,
    deviceId: 'dev1' as DeviceId,
    nodeId: 'node1' as NodeId,
    auth: { type: 'SECRET', secret: SECRET, secureAccess: false, timeoutSeconds: 0, ...auth },
    frozen: false,
    tags: [],
    createdAt: NOON - DAY,
    ...rest,
  }
}
const x509Device = (auth: Partial<DeviceAuth> = {}, rest: Partial<Omit<Device, 'auth'>> = {}): Device =>
  aDevice({ ...rest, auth: { type: 'CERTIFICATES', fingerprint: FINGERPRINT, ...auth } })

function aCertificate(change: Partial<CertificateFacts> = {}): CertificateFacts {
  return {
    version: 3,
    serial: '01',
    subject: 'CN=device',
    issuer: 'CN=zhangsan',
    commonNames: ['device'],
    subjectName: 'device',
    issuerName: 'zhangsan',
    organization: '',
    notBefore: NOON - DAY,
    notAfter: NOON + DAY,
    key: { type: 'rsa', bits: 2048 },
    signatureAlgorithm: 'sha256WithRSAEncryption',
    signatureDigest: 'sha256',
    subjectAltNames: [],
    extensions: [],
    selfIssued: false,
    selfSigned: false,
    sha1: SHA1,
    sha256: FINGERPRINT,
    ...change,
  }
}
const anIntermediate = (change: Partial<CertificateFacts> = {}): CertificateFacts =>
  aCertificate({
    subjectName: 'inter',
    issuerName: 'zhangsan',
    isCa: true,
    sha1: 'd4'.repeat(20) as Fingerprint,
    sha256: 'd4'.repeat(32) as Fingerprint,
    ...change,
  })

const anAnchor = (change: Partial<AnchorFacts> = {}): AnchorFacts => ({
  key: 'ca1',
  name: 'zhangsan',
  subject: 'CN=zhangsan',
  verified: true,
  notBefore: NOON - DAY,
  notAfter: NOON + DAY,
  sha1: 'e5'.repeat(20) as Fingerprint,
  sha256: 'e5'.repeat(32) as Fingerprint,
  ...change,
})
const aPath = (
  anchor: Partial<AnchorFacts> = {},
  fault?: PathFault,
  via: readonly number[] = [],
): PathFacts => ({
  anchor: anAnchor(anchor),
  via,
  ...(fault && { fault }),
})
function aChain(change: Partial<ChainFacts> & { leaf?: Partial<CertificateFacts> } = {}): ChainFacts {
  const { leaf, ...rest } = change
  return { presented: 1, certificates: [aCertificate(leaf)], linked: [0], paths: [aPath()], ...rest }
}

const password = (timestamp = HOUR, secret = SECRET) =>
  Buffer.from(expectedPassword(secret, timestamp, 'SHA256') ?? '')
const aConnect = (change: Partial<ConnectFacts> = {}): ConnectFacts => ({
  protocolLevel: 4,
  clientId: `dev1_0_0_${HOUR}`,
  username: 'dev1',
  password: password(),
  keepAliveSeconds: 120,
  ...change,
})
const noPassword = (): ConnectFacts => ({
  protocolLevel: 4,
  clientId: `dev1_0_0_${HOUR}`,
  username: 'dev1',
  keepAliveSeconds: 120,
})

const plain: ConnectionFacts = { listener: 'mqtt', address: '192.0.2.7:50514' }
const tls: ConnectionFacts = {
  listener: 'mqtts',
  address: '192.0.2.7:50514',
  tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', resumed: false },
}
const withChain = (change: Parameters<typeof aChain>[0] = {}): ConnectionFacts => ({
  ...tls,
  chain: aChain(change),
})

interface Case {
  readonly facts?: ConnectionFacts
  readonly connect?: ConnectFacts
  readonly record?: Device | Bridge | null
}
const decide = ({ facts = plain, connect = aConnect(), record = aDevice() }: Case) =>
  decideConnection(facts, connect, record ?? undefined, NOON).verdict
const x509 = (chain: Parameters<typeof aChain>[0] = {}, auth: Partial<DeviceAuth> = {}): Case => ({
  facts: withChain(chain),
  connect: noPassword(),
  record: x509Device(auth),
})
const aBridge = (): Bridge => ({
  ...{
    key: '3'.repeat(24) as RowKey,
    projectId: 'p'.repeat(32) as ProjectId,
    bridgeId: 'bridge1' as BridgeId,
  },
  ...{ name: 'Bridge 1', secret: SECRET, createdAt: 0 },
})
const throughBridge = (change: Partial<ConnectFacts> = {}): Case => ({
  connect: aConnect({ clientId: `bridge1_3_0_${HOUR}`, username: 'bridge1', ...change }),
  record: aBridge(),
})
const hashed = (text: string) => aConnect({ password: Buffer.from(text) })
const right = () => password().toString()

/** A device that nobody registered, under a CA that lets it register itself. */
const stranger = (problem?: Problem): Case => ({
  facts: {
    ...withChain(),
    projectId: 'p'.repeat(32) as ProjectId,
    enrolment: {
      answer: problem
        ? { kind: 'refused', problem }
        : {
            kind: 'registered',
            remark: {
              code: 'device-registered',
              params: { deviceId: 'dev1', template: 'meters', ca: 'zhangsan' },
            },
          },
    },
  },
  connect: noPassword(),
  record: null,
})
const GROUP_SECRET = 'Gr0upMasterKey-000'
const aGroup = (change: Partial<RegistrationGroup> = {}): RegistrationGroup => ({
  ...{ key: '5'.repeat(24) as RowKey, projectId: 'p'.repeat(32) as ProjectId, spaceId: 'space' as SpaceId },
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
/** A device of a registration group that nobody registered. */
const ofGroup = (change: Partial<ConnectionFacts> = {}, connect: Partial<ConnectFacts> = {}): Case => ({
  facts: { ...tls, group: aGroup(), ...change },
  connect: aConnect({
    clientId: `dev1_0_ab12cd34ef56_0_${HOUR}`,
    password: password(HOUR, deriveSecret(GROUP_SECRET, 'dev1', 'SHA256')),
    ...connect,
  }),
  record: null,
})
const refusedBy = (code: ConnectionCode, more: Problem['params'] = {}): Partial<ConnectionFacts> => ({
  enrolment: {
    answer: { kind: 'refused', problem: { code, params: { group: 'line', deviceId: 'dev1', ...more } } },
  },
})
const meters = { template: 'meters', productId: 'prod' }

/** One way to each code; codes of the listener, which sees what never becomes a CONNECT, stand apart. */
const cases: { readonly [C in Exclude<ConnectionCode, ListenerCode>]: Case } = {
  'connection-accepted': {},
  'fingerprint-pinned': {
    facts: withChain(),
    connect: noPassword(),
    record: aDevice({ auth: { type: 'CERTIFICATES' } }),
  },
  'certificate-same-subject': x509({ leaf: { selfIssued: true } }),
  'device-registered': stranger(),
  'provisioning-off': stranger({ code: 'provisioning-off', params: { ca: 'zhangsan' } }),
  'provisioning-template-unbound': stranger({
    code: 'provisioning-template-unbound',
    params: { ca: 'zhangsan' },
  }),
  'provisioning-template-gone': stranger({
    code: 'provisioning-template-gone',
    params: { ca: 'zhangsan', templateId: 't1' },
  }),
  'provisioning-template-other': stranger({
    code: 'provisioning-template-other',
    params: { ca: 'zhangsan', template: 'meters' },
  }),
  'provisioning-device-exists': stranger({
    code: 'provisioning-device-exists',
    params: { deviceId: 'dev1' },
  }),
  'provisioning-field-missing': stranger({
    code: 'provisioning-field-missing',
    params: { template: 'meters', member: 'node_id', field: 'common_name' },
  }),
  'provisioning-value-unfit': stranger({
    code: 'provisioning-value-unfit',
    params: { template: 'meters', member: 'node_id', value: 'a b', detail: 'it is odd' },
  }),
  'provisioning-other-device': stranger({
    code: 'provisioning-other-device',
    params: { template: 'meters', made: 'dev2', deviceId: 'dev1' },
  }),
  'provisioning-product-missing': stranger({ code: 'provisioning-product-missing', params: meters }),
  'provisioning-node-taken': stranger({
    code: 'provisioning-node-taken',
    params: { ...meters, nodeId: 'node1' },
  }),
  'device-registered-by-group': ofGroup({
    enrolment: {
      answer: {
        kind: 'registered',
        remark: { code: 'device-registered-by-group', params: { deviceId: 'dev1', group: 'line' } },
      },
    },
  }),
  'group-unknown': { ...ofGroup(), facts: tls },
  'group-disabled': ofGroup({ group: aGroup({ enabled: false }) }),
  'group-wants-secret': ofGroup({}, { clientId: 'dev1_0_ab12cd34ef56' }),
  'group-wants-certificate': ofGroup({ group: aGroup({ method: 'CERTIFICATES' }) }),
  'group-password-wrong': ofGroup({}, { password: password() }),
  'group-device-other': { ...ofGroup(), record: aDevice() },
  'group-ca-other': ofGroup(
    { chain: aChain(), group: aGroup({ method: 'CERTIFICATES', caKey: 'ca2' as RowKey }) },
    { clientId: 'dev1_0_ab12cd34ef56' },
  ),
  'group-product-missing': ofGroup(refusedBy('group-product-missing', { productId: 'prod' })),
  'group-product-unset': ofGroup(refusedBy('group-product-unset')),
  'group-node-unfit': ofGroup(refusedBy('group-node-unfit', { nodeId: 'n', detail: 'it is odd' })),
  'group-node-taken': ofGroup(refusedBy('group-node-taken', { nodeId: 'n', productId: 'prod' })),
  'provisioning-policy-missing': stranger({
    code: 'provisioning-policy-missing',
    params: { template: 'meters', policyId: 'p1' },
  }),
  'provisioning-busy': stranger({ code: 'provisioning-busy', params: {} }),
  'provisioning-too-many': stranger({ code: 'provisioning-too-many', params: { by: 'line 4', max: 20_000 } }),
  'connection-judged-in-part': { facts: { ...plain, notGiven: new Set(['password'] as const) } },
  'protocol-version-unsupported': { connect: aConnect({ protocolLevel: 6 }) },
  'server-unavailable': { facts: { ...plain, server: 'unavailable' } },
  'server-busy': { facts: { ...plain, server: 'busy' } },
  'connection-rate': { facts: { ...plain, server: 'connection-rate' } },
  'client-id-missing': { connect: aConnect({ clientId: '' }) },
  'client-id-too-long': { connect: aConnect({ clientId: 'x'.repeat(60_000) }) },
  'client-id-incomplete': { connect: aConnect({ clientId: 'dev1' }) },
  'client-id-timestamp': { connect: aConnect({ clientId: 'dev1_0_0_202611221' }) },
  'client-id-sign-type': { connect: aConnect({ clientId: `dev1_0_3_${HOUR}` }) },
  'client-id-kind': { connect: aConnect({ clientId: `dev1_1_0_${HOUR}` }) },
  'client-id-device-id': { connect: aConnect({ clientId: `dev.1_0_0_${HOUR}` }) },
  'keep-alive-out-of-range': { connect: aConnect({ keepAliveSeconds: 0 }) },
  'username-missing': { connect: aConnect({ username: '' }) },
  'username-mismatch': { connect: aConnect({ username: 'dev2' }) },
  'device-unknown': { record: null },
  'bridge-unknown': { connect: aConnect({ clientId: `dev1_3_0_${HOUR}` }), record: null },
  'bridge-accepted': throughBridge(),
  'bridge-username': throughBridge({ username: 'bridge2' }),
  'bridge-password-missing': {
    ...throughBridge(),
    connect: { ...noPassword(), clientId: `bridge1_3_0_${HOUR}`, username: 'bridge1' },
  },
  'bridge-password-wrong': throughBridge({ password: Buffer.from('0'.repeat(64)) }),
  'device-is-child': { record: aDevice({ gatewayId: 'gateway1' as DeviceId }) },
  'signed-hour-outside': { connect: aConnect({ clientId: 'dev1_0_1_2026112220' }) },
  'signed-hour-unreadable': { connect: aConnect({ clientId: 'dev1_0_1_2026132212' }) },
  'password-missing': { connect: noPassword() },
  'password-wrong': { connect: hashed('0'.repeat(64)) },
  'password-is-secret': { connect: hashed(SECRET) },
  'password-upper-case': { connect: hashed(right().toUpperCase()) },
  'password-spaces': { connect: hashed(`${right()}\n`) },
  'password-with-label': { connect: hashed(`SHA2-256(stdin)= ${right()}`) },
  'password-base64': { connect: hashed(Buffer.from(right(), 'hex').toString('base64')) },
  'password-key-swapped': { connect: hashed(expectedPassword(HOUR, SECRET, 'SHA256') ?? '') },
  'password-not-hmac': {
    connect: hashed(
      createHash('sha256')
        .update(SECRET + HOUR)
        .digest('hex'),
    ),
  },
  'password-line-break': { connect: hashed(expectedPassword(`${SECRET}\n`, HOUR, 'SHA256') ?? '') },
  'password-other-hour': { connect: hashed(password('2026112220').toString()) },
  'password-other-algorithm': { connect: hashed(expectedPassword(SECRET, HOUR, 'SM3') ?? '') },
  'certificate-plain-port': { connect: noPassword(), record: x509Device() },
  'certificate-wrong-listener': {
    facts: { listener: 'wss', address: '192.0.2.7:50514' },
    connect: noPassword(),
    record: x509Device(),
  },
  'certificate-missing': { facts: tls, connect: noPassword(), record: x509Device() },
  'certificate-undecodable': x509({ certificates: [], fault: 'unreadable', linked: [] }),
  'certificate-chain-too-long': x509({ presented: 9, certificates: [], fault: 'too-many', linked: [] }),
  'certificate-expired': x509({ leaf: { notAfter: NOON - 1 } }),
  'certificate-not-yet-valid': x509({ leaf: { notBefore: NOON + 1 } }),
  'certificate-weak-key': x509({ leaf: { key: { type: 'rsa', bits: 1024 } } }),
  'certificate-weak-digest': x509({
    leaf: { signatureDigest: 'sha1', signatureAlgorithm: 'sha1WithRSAEncryption' },
  }),
  'certificate-not-for-clients': x509({ leaf: { extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] } }),
  'certificate-critical-extension': x509({
    paths: [aPath({}, { kind: 'critical-extension', certificate: 0, oid: '1.2.3' })],
  }),
  'certificate-self-signed': x509({ paths: [], leaf: { selfIssued: true, selfSigned: true } }),
  'certificate-ca-unknown': x509({ paths: [] }),
  'certificate-chain-incomplete': x509({
    paths: [],
    certificates: [aCertificate(), anIntermediate()],
    linked: [0, 1],
  }),
  'certificate-signature-wrong': x509({ paths: [aPath({}, { kind: 'signature', certificate: 0 })] }),
  'certificate-ca-unverified': x509({ paths: [aPath({ verified: false })] }),
  'certificate-ca-expired': x509({ paths: [aPath({ notAfter: NOON - 1 })] }),
  'certificate-ca-not-yet-valid': x509({ paths: [aPath({ notBefore: NOON + 1 })] }),
  'certificate-intermediate-not-ca': x509({ paths: [aPath({}, { kind: 'not-ca', certificate: 0 })] }),
  'certificate-path-too-long': x509({
    paths: [aPath({}, { kind: 'path-length', issuer: 'zhangsan', limit: 0 })],
  }),
  'certificate-name-not-permitted': x509({
    paths: [aPath({}, { kind: 'name-constraint', issuer: 'zhangsan' })],
  }),
  'certificate-path-invalid': x509({ paths: [aPath({}, { kind: 'invalid', detail: 'no policy' })] }),
  'fingerprint-mismatch': x509({}, { fingerprint: OTHER }),
  'fingerprint-of-ca': x509({}, { fingerprint: anAnchor().sha256 }),
  'device-frozen': { record: aDevice({ frozen: true }) },
  'tls-required': { record: aDevice({ auth: { secureAccess: true } }) },
}

for (const [code, one] of Object.entries(cases)) {
  test(`${code} is reached, and its sentence has all its parameters in both languages`, () => {
    const verdict = decide(one)
    expect(verdict.code).toBe(code)
    for (const language of ['en', 'zh'] as const) {
      const { sentence, remedy } = renderVerdict(verdict, language)
      expect(sentence + remedy).not.toMatch(/\{\w+\}|undefined/)
    }
    expect(verdict.answer).toEqual(answerOf(verdict.code))
    // Of a device that registers itself there are more.
    const extra = new Set<string>([
      ...(one.facts?.enrolment || one.facts?.group ? ['provisioning'] : []),
      ...(verdict.subject.clientId?.includes('_ab12cd34ef56') ? ['group'] : []),
    ])
    const usual = stepNames.filter((name) => !['group', 'provisioning'].includes(name) || extra.has(name))
    expect(verdict.steps.map(({ name }) => name)).toEqual(usual)
    // Plain data that can cross threads, and never a secret in it.
    expect(structuredClone(verdict)).toEqual(verdict)
    expect(JSON.stringify(verdict)).not.toContain(SECRET)
    const sent = Buffer.from(one.connect?.password ?? 'no password').toString()
    expect(JSON.stringify(verdict)).not.toContain(sent)
  })
}

test('every code of the catalogue is reached here or told by the listener', () => {
  expect(Object.keys(connectionCodes).toSorted()).toEqual(
    [...Object.keys(cases), ...listenerCodes].toSorted(),
  )
})

// Device protocol §2.8, second column to fourth.
test.for([
  ['protocol-version-unsupported', 1, 0x84],
  ['server-unavailable', 3, 0x88],
  ['server-busy', 3, 0x89],
  ['connection-rate', 3, 0x9f],
  ['client-id-incomplete', 2, 0x85],
  ['keep-alive-out-of-range', 2, 0x85],
  ['username-missing', 4, 0x86],
  ['username-mismatch', 4, 0x86],
  ['device-unknown', 4, 0x86],
  ['bridge-unknown', 4, 0x86],
  ['bridge-username', 4, 0x86],
  ['bridge-password-wrong', 4, 0x86],
  ['device-is-child', 4, 0x86],
  ['signed-hour-outside', 4, 0x86],
  ['password-wrong', 4, 0x86],
  ['password-missing', 4, 0x86],
  ['certificate-missing', 4, 0x86],
  ['certificate-plain-port', 4, 0x86],
  ['certificate-wrong-listener', 4, 0x86],
  ['certificate-ca-unverified', 4, 0x86],
  ['certificate-expired', 4, 0x86],
  ['fingerprint-mismatch', 5, 0x87],
  ['device-frozen', 5, 0x87],
  ['tls-required', 5, 0x87],
  ['connection-accepted', 0, 0],
  ['fingerprint-pinned', 0, 0],
  ['certificate-same-subject', 0, 0],
] as const)('§2.8 %s is answered with %i, MQTT 5 %i', ([code, mqtt, mqtt5]) => {
  expect(decide(cases[code]).answer).toEqual({ mqtt, mqtt5, http: null })
})

for (const { id, client_id, listener, valid, note } of vectors.client_id) {
  if (listener !== 'access') continue
  test(`${id} as a whole connection: ${note}`, () => {
    const username = client_id.replace(/(_[^_]*){3}$/, '')
    const { answer, steps } = decide({
      connect: { ...noPassword(), clientId: client_id, username },
      record: null,
    })
    expect(steps.find(({ name }) => name === 'client-id')?.outcome).toBe(valid ? 'ok' : 'failed')
    expect(answer.mqtt).toBe(valid ? 4 : 2)
  })
}

for (const { id, client_id, username, valid, connack_v311 } of vectors.client_id_username) {
  test(`${id} user name '${username}' for ${client_id}`, () => {
    const { answer, steps } = decide({
      connect: { ...noPassword(), clientId: client_id, username },
      record: null,
    })
    expect(steps.find(({ name }) => name === 'username')?.outcome).toBe(valid ? 'ok' : 'failed')
    expect(answer.mqtt).toBe(connack_v311 ?? 4)
  })
}

for (const { id, seconds, accept, connack_v311 } of vectors.keepalive) {
  test(`${id} keep alive of ${seconds} s`, () => {
    const { answer } = decide({ connect: aConnect({ keepAliveSeconds: seconds }) })
    expect(answer.mqtt).toBe(accept ? 0 : connack_v311)
  })
}

for (const { id, server_time, timestamp, sign_type, accept } of vectors.timestamp_window.cases) {
  test(`${id} as a whole connection`, () => {
    const signed = expectedPassword(SECRET, timestamp, sign_type === 2 ? 'SM3' : 'SHA256') ?? ''
    const connect = aConnect({ clientId: `dev1_0_${sign_type}_${timestamp}`, password: Buffer.from(signed) })
    const { isAccepted, verdict } = decideConnection(plain, connect, aDevice(), Date.parse(server_time))
    expect(isAccepted).toBe(accept)
    expect(verdict.answer.mqtt).toBe(accept ? 0 : 4)
  })
}

for (const { id, device_id, secret, client_id, username, password: sent } of vectors.password) {
  test(`${id} as a whole connection`, () => {
    const record =
      id === 'P06'
        ? { ...aBridge(), bridgeId: device_id as BridgeId, secret }
        : aDevice({ deviceId: device_id as DeviceId, auth: { secret } })
    const connect = aConnect({ clientId: client_id, username, password: Buffer.from(sent) })
    const timestamp = client_id.slice(-10)
    const now =
      Date.parse(timestamp.replace(/(....)(..)(..)../, '$1-$2-$3T00:00:00Z')) +
      Number(timestamp.slice(8)) * 3_600_000
    const { verdict } = decideConnection(plain, connect, record, now)
    expect(verdict.code).toBe(id === 'P06' ? 'bridge-accepted' : 'connection-accepted')
  })
}

for (const { id, password: sent, timestamp, connack_v311, reason } of vectors.password_negative) {
  test(`${id} as a whole connection: ${reason}`, () => {
    const connect = aConnect({ clientId: `dev1_0_0_${timestamp}`, password: Buffer.from(sent) })
    expect(decide({ connect }).answer.mqtt).toBe(connack_v311)
  })
}

test('§2.5 a SECRET device needs its password even when it presents a certificate, and none when it is right', () => {
  expect(decide({ facts: withChain(), connect: noPassword() }).code).toBe('password-missing')
  expect(decide({ facts: withChain(), connect: hashed('x') }).code).toBe('password-wrong')
  expect(decide({ facts: withChain({ paths: [], leaf: { notAfter: 0 } }) }).code).toBe('connection-accepted')
})

test('§2.5 either secret and either fingerprint is accepted, SHA-1 or SHA-256', () => {
  const twoSecrets = aDevice({ auth: { secret: 'another-one', secondarySecret: SECRET } })
  expect(decide({ record: twoSecrets }).code).toBe('connection-accepted')
  for (const auth of [
    { fingerprint: SHA1 },
    { fingerprint: OTHER, secondaryFingerprint: FINGERPRINT },
    { fingerprint: OTHER, secondaryFingerprint: SHA1 },
    { fingerprint: FINGERPRINT.toUpperCase() as Fingerprint },
  ])
    expect(decide(x509({}, auth)).code).toBe('connection-accepted')
})

test('§2.5 X.509 ignores the password, and a wrong chain outweighs a wrong fingerprint', () => {
  expect(decide({ ...x509(), connect: hashed('nonsense') }).code).toBe('connection-accepted')
  const both = decide(x509({ paths: [] }, { fingerprint: OTHER }))
  expect(both.code).toBe('certificate-ca-unknown')
  expect(both.steps.filter(({ outcome }) => outcome === 'failed').map(({ code }) => code)).toEqual([
    'certificate-ca-unknown',
    'fingerprint-mismatch',
  ])
})

test('a certificate is not pinned unless everything else is right', () => {
  const unpinned = aDevice({ auth: { type: 'CERTIFICATES' } })
  const pinOf = (facts: ConnectionFacts, record: Device) =>
    decideConnection(facts, noPassword(), record, NOON).pin
  expect(pinOf(withChain(), unpinned)).toBe(FINGERPRINT)
  expect(pinOf(withChain({ paths: [] }), unpinned)).toBeUndefined()
  expect(pinOf(withChain(), { ...unpinned, frozen: true })).toBeUndefined()
})

test('§2.5: a device with a secondary fingerprint alone is let in with that certificate, and nothing is pinned', () => {
  const judge = (secondaryFingerprint: Fingerprint) => {
    const record = aDevice({ auth: { type: 'CERTIFICATES', secondaryFingerprint } })
    const { verdict, pin } = decideConnection(withChain(), noPassword(), record, NOON)
    return [verdict.code, pin]
  }
  expect(judge(FINGERPRINT)).toEqual(['connection-accepted', undefined])
  expect(judge(OTHER)).toEqual(['fingerprint-mismatch', undefined])
})

test('S2: an unknown device and a wrong credential are answered alike', () => {
  for (const connect of [noPassword(), hashed('x'), aConnect()]) {
    const unknown = decide({ connect, record: null })
    expect(unknown.answer).toEqual(decide({ connect: hashed('0'.repeat(64)) }).answer)
    expect(unknown.answer).toEqual(decide({ facts: tls, connect: noPassword(), record: x509Device() }).answer)
  }
})

test('S2: the secret that unknown devices are tried with opens nothing', () => {
  const dummy = Buffer.from(expectedPassword('0'.repeat(32), HOUR, 'SHA256') ?? '')
  const connect = aConnect({ password: dummy })
  expect(decide({ connect }).outcome).toBe('refused')
  expect(decide({ connect, record: null }).outcome).toBe('refused')
  expect(decide({ facts: tls, connect, record: x509Device() }).outcome).toBe('refused')
  const { secret: _, ...auth } = aDevice().auth
  expect(decideConnection(plain, connect, { ...aDevice(), auth }, NOON).isAccepted).toBe(false)
})

test('S2: frozen is told only after valid credentials', () => {
  expect(decide({ connect: hashed('x'), record: aDevice({ frozen: true }) }).code).toBe('password-wrong')
  const frozen = x509Device({}, { frozen: true })
  expect(decide({ facts: tls, connect: noPassword(), record: frozen }).answer.mqtt).toBe(4)
  expect(decide({ ...x509(), record: frozen }).code).toBe('device-frozen')
})

test('X2: of several CAs the one that holds is taken; else the nearest miss is told', () => {
  const impostor = aPath({ key: 'x' }, { kind: 'signature', certificate: 0 })
  const unverified = aPath({ key: 'u', verified: false })
  const expired = aPath({ key: 'e', notAfter: NOON - 1 })
  const { path, isAccepted } = decideConnection(
    withChain({ paths: [impostor, unverified, expired, aPath({ key: 'good' })] }),
    noPassword(),
    x509Device(),
    NOON,
  )
  expect([isAccepted, path?.anchor.key]).toEqual([true, 'good'])
  expect(decide(x509({ paths: [impostor, expired, unverified] })).code).toBe('certificate-ca-unverified')
  expect(decide(x509({ paths: [impostor, expired] })).code).toBe('certificate-ca-expired')
})

test('an expired or weak intermediate breaks the path that uses it', () => {
  const via = (change: Partial<CertificateFacts>) =>
    decide(
      x509({
        certificates: [aCertificate(), anIntermediate(change)],
        linked: [0, 1],
        paths: [aPath({}, undefined, [1])],
      }),
    )
  expect(via({}).code).toBe('connection-accepted')
  expect(via({ notAfter: NOON - 1 })).toMatchObject({
    code: 'certificate-expired',
    params: { subject: 'inter' },
  })
  expect(via({ signatureDigest: 'md5' }).code).toBe('certificate-weak-digest')
  expect(via({ key: { type: 'ec', bits: 256, curve: 'secp256k1' } }).code).toBe('certificate-weak-key')
})

test('RFC 5280 §4.1.2.5: the first and the last moment of a certificate belong to it', () => {
  expect(decide(x509({ leaf: { notBefore: NOON, notAfter: NOON } })).code).toBe('connection-accepted')
})

test('X4: clientAuth, any purpose or no extended key usage; digitalSignature or no key usage', () => {
  const code = (leaf: Partial<CertificateFacts>) => decide(x509({ leaf })).code
  expect(code({ extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'] })).toBe('connection-accepted')
  expect(code({ extendedKeyUsage: ['2.5.29.37.0'] })).toBe('connection-accepted')
  expect(code({ keyUsage: ['digitalSignature'] })).toBe('connection-accepted')
  expect(code({ keyUsage: ['keyEncipherment'] })).toBe('certificate-not-for-clients')
  expect(code({ extendedKeyUsage: [] })).toBe('certificate-not-for-clients')
})

test('the first failed step decides, and the later ones are judged all the same', () => {
  const { code, steps } = decide({
    connect: aConnect({ keepAliveSeconds: 5, username: 'dev2', password: Buffer.from('x') }),
    record: aDevice({ frozen: true, auth: { secureAccess: true } }),
  })
  expect(code).toBe('keep-alive-out-of-range')
  expect(steps.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)).toEqual([
    'keep-alive',
    'username',
    'password',
    'frozen',
    'secure-access',
  ])
})

test('a same-subject leaf that is pinned tells of the pinning, and both are in the steps', () => {
  const { outcome, code, steps } = decide({
    facts: withChain({ leaf: { selfIssued: true } }),
    connect: noPassword(),
    record: aDevice({ auth: { type: 'CERTIFICATES' } }),
  })
  expect([outcome, code]).toEqual(['noted', 'fingerprint-pinned'])
  expect(steps.filter((step) => step.outcome === 'noted').map((step) => step.code)).toEqual([
    'certificate-same-subject',
    'fingerprint-pinned',
  ])
})

test('what a peer sends is shown at bounded length', () => {
  const verdict = decide({
    connect: aConnect({ clientId: `${'x'.repeat(60_000)}_0_0_1`, username: 'y\u0000'.repeat(30_000) }),
    record: null,
  })
  expect(JSON.stringify(verdict).length).toBeLessThan(5000)
  expect(JSON.stringify(verdict)).not.toContain('\\u0000')
})

test('§2.6 B: nobody is registered unless everything else is right', () => {
  const enrolOf = (facts: ConnectionFacts, connect = noPassword(), record?: Device) =>
    decideConnection({ ...facts, enrolment: {} }, connect, record, NOON).enrol
  expect(enrolOf(withChain())).toEqual({ by: 'ca', deviceId: 'dev1', caKey: 'ca1' })
  expect(enrolOf(withChain({ paths: [aPath({ verified: false })] }))).toBeUndefined()
  expect(enrolOf(withChain({ paths: [aPath({ notAfter: NOON - 1 })] }))).toBeUndefined()
  expect(enrolOf(withChain({ leaf: { notAfter: NOON - 1 } }))).toBeUndefined()
  expect(enrolOf(withChain(), { ...noPassword(), username: 'dev2' })).toBeUndefined()
  expect(enrolOf(withChain(), { ...noPassword(), keepAliveSeconds: 5 })).toBeUndefined()
  expect(enrolOf(withChain(), { ...noPassword(), clientId: 'dev1' })).toBeUndefined()
  expect(enrolOf(withChain(), { ...noPassword(), clientId: `dev1_3_0_${HOUR}` })).toBeUndefined()
  expect(enrolOf(withChain(), noPassword(), x509Device())).toBeUndefined()
})

test('§2.6 B, safety X6: a CA that is not verified registers nobody, and the verdict says so', () => {
  const facts = { ...withChain({ paths: [aPath({ verified: false })] }), enrolment: {} }
  expect(decide({ facts, connect: noPassword(), record: null })).toMatchObject({
    outcome: 'refused',
    code: 'certificate-ca-unverified',
    answer: { mqtt: 4, mqtt5: 0x86 },
  })
})

for (const {
  id,
  device_id,
  scope_id,
  group_secret_decoded,
  derived_device_secret,
  client_id,
  username,
  password: sent,
  timestamp,
} of vectors.group_secret) {
  test(`${id}: the secret of a device follows from that of its group, and lets it in`, () => {
    expect(deriveSecret(group_secret_decoded, device_id, 'SHA256')).toBe(derived_device_secret)
    const facts = { ...tls, group: aGroup({ scope: scope_id, secret: group_secret_decoded }) }
    const connect = aConnect({ clientId: client_id, username, password: Buffer.from(sent) })
    const { enrol } = decideConnection(facts, connect, undefined, NOON)
    expect(enrol).toEqual({ by: 'group', deviceId: device_id, scope: scope_id, signType: 0 })
    // Then it is the device's own secret, on whichever connection.
    const record = aDevice({ deviceId: device_id as DeviceId, auth: { secret: derived_device_secret } })
    expect(decideConnection(facts, connect, record, NOON).isAccepted).toBe(true)
    const own = aConnect({
      clientId: `${device_id}_0_0_${timestamp}`,
      username,
      password: Buffer.from(sent),
    })
    expect(decideConnection(tls, own, record, NOON).isAccepted).toBe(true)
  })
}

test('§2.6 A: nobody is registered by a group over a port without TLS, nor in another project', () => {
  const { connect = aConnect() } = ofGroup()
  const over = (facts: ConnectionFacts, record?: Device) =>
    decideConnection({ ...facts, group: aGroup() }, connect, record, NOON)
  expect(over(plain)).toMatchObject({ isAccepted: false, verdict: { code: 'tls-required' } })
  const secret = deriveSecret(GROUP_SECRET, 'dev1', 'SHA256') ?? ''
  const foreign = aDevice({ projectId: 'q'.repeat(32) as ProjectId, auth: { secret } })
  expect(over(tls, foreign).verdict.code).toBe('group-device-other')
  expect(over(tls).enrol).toBeDefined()
})
