import type { ChainFacts } from '../base/chain-facts.ts'
import { type BridgeId, type DeviceId, parseBridgeId, parseDeviceId, type ProjectId } from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import { Refusal } from '../base/refusal.ts'
import type { Bridge } from '../domain/bridge/bridge.ts'
import type { CaCertificate } from '../domain/certificate/ca-certificate.ts'
import { parseClientId } from '../domain/device/client-id.ts'
import type { Device } from '../domain/device/device.ts'
import { decideConnection } from '../domain/verdict/decide-connection.ts'
import type { StepName } from '../domain/verdict/judged-step.ts'
import type { ConnectionVerdict, ListenerName } from '../domain/verdict/verdict.ts'
import { checkChain } from '../pki/chain.ts'
import { readPasted } from '../pki/pem.ts'

export interface ConnectionExplainerDeps {
  readonly clock: Clock
  readonly limits: Limits
  findDevice(deviceId: DeviceId): Promise<Device | undefined>
  findBridge(bridgeId: BridgeId): Promise<Bridge | undefined>
  listCaCertificates(projectId: ProjectId): Promise<readonly CaCertificate[]>
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
    const chain = listener === 'mqtts' ? await findChain(deps, input) : undefined
    const { verdict } = decideConnection(
      {
        listener,
        address: 'explanation',
        projectId,
        ...(deviceId !== undefined && { deviceId }),
        ...(chain && { chain }),
        notGiven: findNotGiven(input, named),
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
    return { ...verdict, durationMicros: Number((process.hrtime.bigint() - begun) / 1000n) }
  }
}

async function findOwnBridge(
  { findBridge }: ConnectionExplainerDeps,
  { projectId, clientId = '' }: ConnectionInQuestion,
): Promise<Bridge | undefined> {
  const parsed = parseClientId(clientId)
  const id = parsed?.kind === 'bridge' ? parseBridgeId(parsed.id) : undefined
  const bridge = id && (await findBridge(id))
  return bridge && bridge.projectId === projectId ? bridge : undefined
}

async function findOwnDevice(
  { findDevice }: ConnectionExplainerDeps,
  { projectId, clientId = '', username = '', deviceId = '' }: ConnectionInQuestion,
): Promise<Device | undefined> {
  const parsed = parseClientId(clientId)
  if (parsed?.kind === 'bridge') return undefined
  const id = parseDeviceId(parsed?.id ?? (deviceId || username))
  const record = id && (await findDevice(id))
  return record && record.projectId === projectId ? record : undefined
}

async function findChain(
  { listCaCertificates }: ConnectionExplainerDeps,
  { projectId, certificateChain }: ConnectionInQuestion,
): Promise<ChainFacts | undefined> {
  if (certificateChain === undefined) return undefined
  const pasted = readPasted(certificateChain)
  switch (pasted.kind) {
    case 'private-key':
      throw new Refusal('certificate-is-private-key')
    case 'der':
      throw new Refusal('certificate-is-der')
    case 'unreadable':
      throw new Refusal('certificate-unreadable', { detail: pasted.detail })
    case 'too-many':
      return { presented: pasted.count, certificates: [], fault: 'too-many', linked: [] }
    case 'certificates': {
      const ders = pasted.certificates.map(({ der }) => der)
      return checkChain(ders, await listCaCertificates(projectId))
    }
  }
}

/** Steps to skip: those that no explanation is about, and those that this one says too little for. */
function findNotGiven(
  input: ConnectionInQuestion,
  named: Device | Bridge | undefined,
): ReadonlySet<StepName> {
  const { clientId, username, password, certificateChain, listener } = input
  const isNamed = clientId !== undefined || input.deviceId !== undefined
  const authType = named && ('bridgeId' in named ? 'SECRET' : named.auth.type)
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
