import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { ChainFacts } from '../base/chain-facts.ts'
import {
  type BridgeId,
  type DeviceId,
  type Fingerprint,
  parseBridgeId,
  parseDeviceId,
  type ProductId,
  type ProjectId,
  type SpaceId,
} from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import { type Logger, silentLogger } from '../base/logger.ts'
import { type Bridge, bridgeSession } from '../domain/bridge/bridge.ts'
import type { CaCertificate } from '../domain/certificate/ca-certificate.ts'
import { parseAnyClientId } from '../domain/device/client-id.ts'
import type { Device } from '../domain/device/device.ts'
import type { EnrolmentAnswer, EnrolmentRequest } from '../domain/provisioning/enrolment.ts'
import type { RegistrationGroup } from '../domain/provisioning/registration-group.ts'
import type { ConnectionFacts } from '../domain/verdict/connection-question.ts'
import { type ConnectionDecision, decideConnection } from '../domain/verdict/decide-connection.ts'
import type { ToEnrol } from '../domain/verdict/judge-enrolment.ts'
import type { StepName } from '../domain/verdict/judged-step.ts'
import type { Authentication, ConnectionAttempt, ConnectionGrant } from '../domain/verdict/verdict.ts'
import { createChainCache } from './chain-cache.ts'
import { createDecisionMemory } from './decision-memory.ts'
import { createStrangerChains } from './stranger-chains.ts'

/** What a listener thread gives: reads of the registry, and the two writes that the main thread does for it. */
export interface AuthenticatorDeps {
  readonly clock: Clock
  readonly limits: Limits
  readonly logger?: Logger
  /** Ids are unique over all projects. */
  findDevice(deviceId: DeviceId): Promise<Device | undefined>
  /** Ids are unique over all projects. */
  findBridge(bridgeId: BridgeId): Promise<Bridge | undefined>
  /** All of a project, verified or not. */
  listCaCertificates(projectId: ProjectId): Promise<readonly CaCertificate[]>
  /** Empty when none are kept for this leaf. */
  findIntermediates(leafSha256: Fingerprint): Promise<readonly Uint8Array[]>
  saveIntermediates(leafSha256: Fingerprint, certificates: readonly Uint8Array[]): Promise<unknown>
  /** Of all projects: those that let devices register themselves, verified or not. */
  listProvisioningCas(): Promise<readonly CaCertificate[]>
  /** The registration group of a client id, in whatever project. */
  findGroup(scope: string): Promise<RegistrationGroup | undefined>
  /** Registers a device that has shown that it may be; committed when it resolves. */
  enrol(request: EnrolmentRequest): Promise<EnrolmentAnswer>
  /** Atomic; false when the device has a fingerprint by now, or is gone. */
  pinFingerprint(deviceId: DeviceId, fingerprint: Fingerprint): Promise<boolean>
}

/** What became of the registry: the shape of the bus' notices, of which only the first two concern trust. */
export type TrustNotice =
  | { readonly kind: 'trust-changed'; readonly projectId: ProjectId }
  | { readonly kind: 'device-changed'; readonly deviceId: DeviceId }
  | { readonly kind: 'model-changed' | 'policies-changed' }

export interface Authenticator {
  /**
   * Decides about a CONNECT. Whoever gets a grant must enter the connection among the live ones without waiting for
   * anything else: a notice that comes after that cuts it, one that came before was heeded here.
   */
  authenticate(attempt: ConnectionAttempt): Promise<Authentication>
  /** To be told of every notice (safety S7, X9). */
  invalidate(notice: TrustNotice): void
}

/** Readings begun anew because the device or its CAs changed meanwhile; a device that changes faster is put off. */
const ROUNDS_MAX = 4
/** Chains whose intermediates this thread has written: it spares a write per connection, no more. */
const SAVED_CHAINS_MAX = 10_000

/**
 * Gathers the facts of who connects and asks `decideConnection`. The certificate and the registry are looked at in
 * every CONNECT, resumed session or not; `socket.authorized` is never asked (safety S8). What cannot be read makes
 * the verdict `server-unavailable`, never an acceptance.
 */
export function createAuthenticator(deps: AuthenticatorDeps): Authenticator {
  const { clock, limits, logger = silentLogger } = deps
  const chains = createChainCache((projectId) => deps.listCaCertificates(projectId))
  const strangers = createStrangerChains(() => deps.listProvisioningCas())
  const decisions = createDecisionMemory()
  const saved = new LRUCache<string, true>({ max: SAVED_CHAINS_MAX })
  const readings = new Set<Reading>()

  /** Decides on what is read now: nothing of it has changed when this returns. */
  async function decide(attempt: ConnectionAttempt): Promise<Outcome> {
    for (let round = 1; round <= ROUNDS_MAX; round++) {
      const { deviceId, bridgeId } = namedBy(attempt)
      const reading: Reading = {
        deviceId: bridgeId === undefined ? deviceId : bridgeSession(bridgeId),
        isStale: false,
      }
      readings.add(reading)
      try {
        if (bridgeId !== undefined) {
          const bridge = await deps.findBridge(bridgeId)
          if (reading.isStale) continue
          return { ...decideAbout(attempt, bridge), record: undefined, bridge, presented: [] }
        }
        const found = deviceId && (await deps.findDevice(deviceId))
        // A bridge speaks for devices of its own project alone (safety S3).
        const isForeign = attempt.bridge && found?.projectId !== attempt.bridge.projectId
        const record = isForeign ? undefined : found
        if (record) reading.projectId = record.projectId
        const presented = await findPresented(deps, attempt)
        const chained = await findChain(attempt, record, presented)
        if (reading.isStale) continue
        return {
          ...decideNow(attempt, record, chained),
          record,
          bridge: undefined,
          presented,
          found: chained,
        }
      } finally {
        readings.delete(reading)
      }
    }
    return unavailable(attempt)
  }

  function decideNow(
    attempt: ConnectionAttempt,
    record: Device | undefined,
    { chain, ...stranger }: FoundChain,
  ): ConnectionDecision {
    const now = clock.now()
    const known = record && chain && decisions.recall(attempt, record, chain, now)
    if (known) return known
    const facts = { ...factsOf(attempt), ...stranger, ...(chain && { chain }) }
    const decision = decideConnection(facts, attempt.connect, record, now, limits)
    if (record && chain) decisions.remember(attempt, record, chain, now, decision)
    return decision
  }

  function decideAbout(attempt: ConnectionAttempt, bridge: Bridge | undefined): ConnectionDecision {
    return decideConnection(factsOf(attempt), attempt.connect, bridge, clock.now(), limits)
  }

  async function findChain(
    attempt: ConnectionAttempt,
    record: Device | undefined,
    presented: readonly Uint8Array[],
  ): Promise<FoundChain> {
    const scope = parseAnyClientId(attempt.connect.clientId)?.scope
    const group = scope === undefined ? undefined : await deps.findGroup(scope)
    const known = { ...(group && { group, projectId: group.projectId }) }
    if (presented.length === 0) return known
    // A device with a secret may present what it likes, unread.
    if ((record?.auth.type ?? group?.method) === 'SECRET') return known
    const projectId = record?.projectId ?? group?.projectId
    if (projectId) return { ...known, chain: await chains.find(projectId, presented) }
    return strangers.find(presented, attempt.connect.clientId, clock.now())
  }

  /** Decides; what an acceptance has to write is written before it, and then it is decided again. */
  async function settle(attempt: ConnectionAttempt): Promise<Outcome> {
    const first = await decide(attempt)
    if (first.enrol) return enrol(first, first.enrol, attempt)
    return admit(first, attempt)
  }

  /** Pins and keeps what an acceptance rests on. */
  async function admit(first: Outcome, attempt: ConnectionAttempt): Promise<Outcome> {
    const isKept = await keepIntermediates(first, attempt)
    if (!first.record || first.pin === undefined) return isKept ? decide(attempt) : first
    await deps.pinFingerprint(first.record.deviceId, first.pin)
    // Pinned by this connection, by another one, or not at all: the record says, read anew.
    const second = await decide(attempt)
    if (!second.isAccepted) return second
    if (second.pin !== undefined) throw new Error('a pinned fingerprint is not in the registry')
    const { outcome, code, params, steps } = first.verdict
    return { ...second, verdict: { ...second.verdict, outcome, code, params, steps } }
  }

  /** Has the device registered that its certificate says it is; then it connects like any other. */
  async function enrol(first: Outcome, who: ToEnrol, attempt: ConnectionAttempt): Promise<Outcome> {
    const [leaf] = first.presented
    const request = enrolmentRequest(who, { leaf, address: attempt.address, ...first.found })
    const answer = await deps.enrol(request)
    const told = { ...decideNow(attempt, undefined, { ...first.found, enrolment: { answer } }) }
    if (answer.kind === 'refused') return { ...first, ...told, enrol: undefined }
    const second = await admit(await decide(attempt), attempt)
    if (!second.isAccepted || answer.kind === 'exists') return second
    const { outcome, code, params, steps } = told.verdict
    return { ...second, verdict: { ...second.verdict, outcome, code, params, steps } }
  }

  /** Keeps the intermediates of an accepted chain for resumed sessions (design §3.3); true when it had to wait. */
  async function keepIntermediates(
    { path, presented }: Outcome,
    attempt: ConnectionAttempt,
  ): Promise<boolean> {
    const [leaf, ...intermediates] = presented
    if (!leaf || !path || path.via.length === 0 || attempt.tls?.resumed) return false
    const key = presented.map(sha256).join(':')
    if (saved.has(key)) return false
    try {
      await deps.saveIntermediates(sha256(leaf), intermediates)
      saved.set(key, true)
    } catch (fault) {
      // The device is in order; a resumed session of it will be refused, and a full handshake mends that.
      logger.error({ fault, leaf: sha256(leaf) }, 'the intermediates of a chain could not be kept')
    }
    return true
  }

  function unavailable(attempt: ConnectionAttempt): Outcome {
    const facts: ConnectionFacts = { ...factsOf(attempt), server: 'unavailable', notGiven: unread }
    const decision = decideConnection(facts, attempt.connect, undefined, clock.now(), limits)
    return { ...decision, record: undefined, bridge: undefined, presented: [] }
  }

  return {
    async authenticate(attempt) {
      const begun = process.hrtime.bigint()
      let outcome: Outcome
      try {
        outcome = await settle(attempt)
      } catch (fault) {
        logger.error({ fault, address: attempt.address }, 'a connection could not be judged')
        outcome = unavailable(attempt)
      }
      const grant = grantOf(outcome, attempt)
      const durationMicros = Number((process.hrtime.bigint() - begun) / 1000n)
      // A verdict that could not be reached is about what came all the same.
      const presented = outcome.presented.length > 0 ? outcome.presented : attempt.tls?.certificates
      return {
        verdict: { ...outcome.verdict, durationMicros },
        ...(grant && { grant }),
        ...(presented && { presented }),
      }
    },
    invalidate(notice) {
      if (notice.kind === 'trust-changed') {
        chains.forget(notice.projectId)
        strangers.forget()
      }
      for (const reading of readings) if (concerns(notice, reading)) reading.isStale = true
    },
  }
}

/** What a decision under way has read, or is about to. */
interface Reading {
  readonly deviceId: DeviceId | undefined
  projectId?: ProjectId
  isStale: boolean
}

function concerns(notice: TrustNotice, { deviceId, projectId }: Reading): boolean {
  switch (notice.kind) {
    case 'device-changed':
      return notice.deviceId === deviceId
    case 'trust-changed':
      return projectId === undefined || notice.projectId === projectId
    case 'model-changed':
    case 'policies-changed':
      return false
  }
}

interface FoundChain extends Pick<ConnectionFacts, 'enrolment' | 'group' | 'projectId'> {
  readonly chain?: ChainFacts
}

/** What the thread that writes has to know to register the device. */
export function enrolmentRequest(
  who: ToEnrol,
  {
    leaf,
    projectId,
    group,
    address,
  }: { leaf: Uint8Array | undefined; address: string } & Pick<ConnectionFacts, 'projectId' | 'group'>,
): EnrolmentRequest {
  const { deviceId } = who
  if (who.by === 'ca') {
    if (!leaf || !projectId) throw new Error('who is to be registered by a CA has shown a certificate')
    return { by: 'ca', deviceId, address, projectId, caKey: who.caKey, leaf }
  }
  const isShown = leaf && group?.method === 'CERTIFICATES'
  return {
    ...{ by: 'group', deviceId, address, scope: who.scope, signType: who.signType },
    ...(isShown && { leaf }),
  }
}

interface Outcome extends ConnectionDecision {
  readonly record: Device | undefined
  /** What the certificates that were presented say; absent: nothing was read. */
  readonly found?: FoundChain
  readonly bridge: Bridge | undefined
  /** DER of what was judged, leaf first. */
  readonly presented: readonly Uint8Array[]
}

/** Steps that rest on the registry: not judged when it could not be read. */
const unread: ReadonlySet<StepName> = new Set([
  'group',
  'device',
  'password',
  'certificate',
  'chain',
  'fingerprint',
  'provisioning',
  'frozen',
  'secure-access',
])

/**
 * The device, or the bridge, that a client means: by its client id, else by its user name, so that a refusal for a
 * malformed client id is shown to the people of the right project. The two disagreeing is for the verdict to say.
 */
function namedBy({ connect: { clientId: raw, username = '' } }: ConnectionAttempt): {
  readonly deviceId?: DeviceId | undefined
  readonly bridgeId?: BridgeId | undefined
} {
  const clientId = parseAnyClientId(raw)
  if (clientId?.kind === 'bridge') return { bridgeId: parseBridgeId(clientId.id) }
  return { deviceId: parseDeviceId(clientId?.id ?? username) }
}

/** After resumption only the leaf is known: the intermediates of its full handshake are put to it (design §3.3). */
async function findPresented(
  deps: Pick<AuthenticatorDeps, 'findIntermediates'>,
  { tls }: ConnectionAttempt,
): Promise<readonly Uint8Array[]> {
  const [leaf, ...more] = tls?.certificates ?? []
  if (!leaf) return []
  if (!tls?.resumed || more.length > 0) return [leaf, ...more]
  return [leaf, ...(await deps.findIntermediates(sha256(leaf)))]
}

function factsOf({ listener, address, bridge, tls }: ConnectionAttempt): ConnectionFacts {
  const from = { listener, address, ...bridge }
  if (!tls) return from
  const { version, cipher, serverName, resumed } = tls
  return {
    ...from,
    tls: { version, cipher, ...(serverName !== undefined && { serverName }), resumed },
  }
}

function grantOf(
  { isAccepted, record, bridge, path, found }: Outcome,
  { connect, tls }: ConnectionAttempt,
): ConnectionGrant | undefined {
  if (isAccepted && bridge) return bridgeGrant(bridge, connect.clientId)
  if (!isAccepted || !record) return undefined
  const scope = parseAnyClientId(connect.clientId)?.scope
  const leaf = found?.chain?.certificates[0]
  const { deviceId, projectId, spaceId, productKey, productId, due } = record
  return {
    deviceId,
    projectId,
    spaceId,
    productKey,
    productId,
    clientId: connect.clientId,
    // What waits for it is not for a connection that only asks for an address.
    ...(due !== undefined && scope === undefined && { due }),
    ...(scope !== undefined && {
      provisioning: { scope, ...(tls?.serverName !== undefined && { serverName: tls.serverName }) },
    }),
    ...(path && leaf && { anchorKey: path.anchor.key, certificateSha256: leaf.sha256 }),
  }
}

const bridgeGrant = ({ bridgeId, projectId }: Bridge, clientId: string): ConnectionGrant => ({
  ...{ deviceId: bridgeSession(bridgeId), projectId, bridgeId },
  ...{ spaceId: '' as SpaceId, productKey: '', productId: '' as ProductId, clientId },
})

const sha256 = (der: Uint8Array): Fingerprint => hash('sha256', der) as Fingerprint
