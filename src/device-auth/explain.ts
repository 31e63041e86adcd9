import type { ChainFacts } from '../base/chain-facts.ts'
import { type BridgeId, type DeviceId, parseBridgeId, parseDeviceId, type ProjectId } from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import { Refusal } from '../base/refusal.ts'
import type { Bridge } from '../domain/bridge/bridge.ts'
import type { CaCertificate } from '../domain/certificate/ca-certificate.ts'
import { parseAnyClientId } from '../domain/device/client-id.ts'
import type { Device } from '../domain/device/device.ts'
import type { EnrolmentAnswer, EnrolmentRequest } from '../domain/provisioning/enrolment.ts'
import type { RegistrationGroup } from '../domain/provisioning/registration-group.ts'
import type { ConnectionFacts } from '../domain/verdict/connection-question.ts'
import { decideConnection } from '../domain/verdict/decide-connection.ts'
import type { ToEnrol } from '../domain/verdict/judge-enrolment.ts'
import type { StepName } from '../domain/verdict/judged-step.ts'
import type { ConnectionVerdict, ListenerName } from '../domain/verdict/verdict.ts'
import { checkChain } from '../pki/chain.ts'
import { certificatesIn, readPasted } from '../pki/pem.ts'
import { enrolmentRequest } from './authenticate.ts'
import { judgeStranger } from './stranger-chains.ts'

export interface ConnectionExplainerDeps {
  readonly clock: Clock
  readonly limits: Limits
  findDevice(deviceId: DeviceId): Promise<Device | undefined>
  findBridge(bridgeId: BridgeId): Promise<Bridge | undefined>
  listCaCertificates(projectId: ProjectId): Promise<readonly CaCertificate[]>
  findGroup(scope: string): Promise<RegistrationGroup | undefined>
  /** What would become of a device that registers itself; nothing is written. */
  previewEnrolment(request: EnrolmentRequest): Promise<EnrolmentAnswer>
}

/** What somebody says of a connection; what is absent is not judged. */
export interface ConnectionInQuestion {
  readonly projectId: ProjectId
  /** PEM, leaf first. */
  readonly certificateChain?: string
  readonly clientId?: string
  readonly username?: string
  readonly password?: string
  readonly deviceId?: string
  readonly listener: ListenerName
}

/**
 * Answers "would it connect?" with the very function that decides about connections. Nothing is pinned, kept or
 * written. A device, or a bridge, of another project counts as unknown (safety S7). Refusals: `certificate-is-private-key`,
 * `certificate-is-der`, `certificate-unreadable` for a chain that is no PEM.
 */
export function createConnectionExplainer(
  deps: ConnectionExplainerDeps,
): (input: ConnectionInQuestion) => Promise<ConnectionVerdict> {
  return async (input) => {
    const begun = process.hrtime.bigint()
    const { projectId, clientId = '', username, password, deviceId, listener } = input
    const named = (await findOwnBridge(deps, input)) ?? (await findOwnDevice(deps, input))
    // Without TLS there is nothing to present a certificate in.
    const presented = listener === 'mqtts' ? readChain(input) : undefined
    const group = await findOwnGroup(deps, input)
    const isOrdinary = clientId !== '' && parseAnyClientId(clientId)?.scope === undefined
    const found: Found = {
      ...(presented && (await findChain(deps, { projectId, presented, isStranger: isOrdinary && !named }))),
      ...(group && { group }),
    }
    const decide = (known: Found) =>
      decideConnection(
        {
          listener,
          address: 'explanation',
          ...known,
          projectId,
          ...(deviceId !== undefined && { deviceId }),
          notGiven: findNotGiven(input, named, group),
        },
        {
          protocolLevel: 4,
          clientId,
          keepAliveSeconds: deps.limits.keepAliveSecondsMin,
          ...(username !== undefined && { username }),
          ...(password !== undefined && { password: Buffer.from(password, 'utf8') }),
        },
        named,
        deps.clock.now(),
        deps.limits,
      )
    const first = decide(found)
    const { verdict } = first.enrol ? decide(await withAnswer(deps, input, found, first.enrol)) : first
    return { ...verdict, durationMicros: Number((process.hrtime.bigint() - begun) / 1000n) }
  }
}

type Found = Pick<ConnectionFacts, 'chain' | 'enrolment' | 'group'>

/** With what the registry would say to a device that registers itself. */
async function withAnswer(
  { previewEnrolment }: ConnectionExplainerDeps,
  { projectId, certificateChain = '' }: ConnectionInQuestion,
  found: Found,
  who: ToEnrol,
): Promise<Found> {
  const pasted = readPasted(certificateChain)
  const [leaf] = pasted.kind === 'certificates' ? pasted.certificates : []
  const address = 'explanation'
  const answer = await previewEnrolment(
    enrolmentRequest(who, { ...found, projectId, leaf: leaf?.der, address }),
  )
  // A device of another project counts as unknown.
  if (answer.kind === 'exists') return found.chain ? { chain: found.chain } : {}
  return { ...found, enrolment: { answer } }
}

/** A group of another project counts as unknown. */
async function findOwnGroup(
  { findGroup }: ConnectionExplainerDeps,
  { projectId, clientId = '' }: ConnectionInQuestion,
): Promise<RegistrationGroup | undefined> {
  const scope = parseAnyClientId(clientId)?.scope
  const group = scope === undefined ? undefined : await findGroup(scope)
  return group?.projectId === projectId ? group : undefined
}

async function findOwnBridge(
  { findBridge }: ConnectionExplainerDeps,
  { projectId, clientId = '' }: ConnectionInQuestion,
): Promise<Bridge | undefined> {
  const parsed = parseAnyClientId(clientId)
  const id = parsed?.kind === 'bridge' ? parseBridgeId(parsed.id) : undefined
  const bridge = id && (await findBridge(id))
  return bridge && bridge.projectId === projectId ? bridge : undefined
}

async function findOwnDevice(
  { findDevice }: ConnectionExplainerDeps,
  { projectId, clientId = '', username = '', deviceId = '' }: ConnectionInQuestion,
): Promise<Device | undefined> {
  const parsed = parseAnyClientId(clientId)
  if (parsed?.kind === 'bridge') return undefined
  const id = parseDeviceId(parsed?.id ?? (deviceId || username))
  const record = id && (await findDevice(id))
  return record && record.projectId === projectId ? record : undefined
}

type Presented = readonly Uint8Array[] | ChainFacts

function readChain({ certificateChain }: ConnectionInQuestion): Presented | undefined {
  if (certificateChain === undefined) return undefined
  const pasted = readPasted(certificateChain)
  if (pasted.kind === 'too-many')
    return { presented: pasted.count, certificates: [], fault: 'too-many', linked: [] }
  const found = certificatesIn(pasted)
  if (found instanceof Refusal) throw found
  return found.map(({ der }) => der)
}

async function findChain(
  { clock, listCaCertificates }: ConnectionExplainerDeps,
  { projectId, presented, isStranger }: { projectId: ProjectId; presented: Presented; isStranger: boolean },
): Promise<Found> {
  if ('presented' in presented) return { chain: presented }
  const cas = await listCaCertificates(projectId)
  if (isStranger) {
    const stranger = await judgeStranger(
      presented,
      cas.filter(({ provisionEnable }) => provisionEnable),
      clock.now(),
    )
    if (stranger.enrolment) return stranger
  }
  return { chain: await checkChain(presented, cas) }
}

/** Steps to skip: those that no explanation is about, and those that this one says too little for. */
function findNotGiven(
  input: ConnectionInQuestion,
  named: Device | Bridge | undefined,
  group: RegistrationGroup | undefined,
): ReadonlySet<StepName> {
  const { clientId, username, password, certificateChain, listener } = input
  const isNamed = clientId !== undefined || input.deviceId !== undefined
  const authType = named ? ('bridgeId' in named ? 'SECRET' : named.auth.type) : group?.method
  const usesSecret = authType === 'SECRET'
  const usesCertificate = authType === 'CERTIFICATES'
  const lacks: readonly (readonly [boolean, readonly StepName[]])[] = [
    [true, ['tls', 'protocol', 'server', 'keep-alive']],
    [clientId === undefined, ['client-id', 'signed-hour']],
    [username === undefined || clientId === undefined, ['username']],
    [!isNamed && !named, ['device']],
    [usesSecret && (password === undefined || clientId === undefined), ['password']],
    [
      usesCertificate && certificateChain === undefined && listener === 'mqtts',
      ['certificate', 'chain', 'fingerprint'],
    ],
  ]
  return new Set(lacks.flatMap(([isLacking, steps]) => (isLacking ? steps : [])))
}
