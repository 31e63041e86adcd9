import { Buffer } from 'node:buffer'
import type { BridgeId, DeviceId, ProjectId } from '../../base/ids.ts'
import type { BridgeLogin } from '../../codec/payload/bridge-request.ts'
import { bridgedConnection } from '../../domain/bridge/bridge.ts'
import { type BridgeResult, bridgeResults, loginResult } from '../../domain/bridge/login-result.ts'
import type {
  Authentication,
  ConnectionAttempt,
  ConnectionGrant,
  ConnectionVerdict,
} from '../../domain/verdict/verdict.ts'
import type { CutCause } from '../../session/session.ts'
import type { EndCause } from '../end-cause.ts'
import type { Hub } from '../hub.ts'
import { refusal, type Unjudged } from '../refusals.ts'
import { BridgedDevice, type BridgedDeviceOwner } from './bridged-device.ts'

/** How the bridge came, which is how its devices come. */
export type BridgeOrigin = Pick<ConnectionAttempt, 'listener' | 'address' | 'tls'> &
  Pick<ConnectionAttempt['connect'], 'protocolLevel' | 'keepAliveSeconds'>

/** The bridge itself, and the name of its connection. */
interface LoggingBridge {
  readonly bridgeId: BridgeId
  readonly projectId: ProjectId
  readonly connection: string
}

/**
 * The devices that are logged in through one connection of a bridge: judges, claims and releases them, as `Judging` and
 * `Connection` do for a device that connects itself.
 */
export class BridgeLogins {
  readonly #hub: Hub
  readonly #bridge: LoggingBridge
  readonly #origin: BridgeOrigin
  readonly #devices = new Map<DeviceId, BridgedDevice>()
  /** Logins under way of devices that are not there yet. */
  #arriving = 0
  #lastNumber = 0
  #isEnded = false

  constructor(hub: Hub, bridge: LoggingBridge, origin: BridgeOrigin) {
    this.#hub = hub
    this.#bridge = bridge
    this.#origin = origin
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  find(deviceId: DeviceId): BridgedDevice | undefined {
    return this.#devices.get(deviceId)
  }

  /** `owner` is whom the device is sent to and cut through. */
  async logIn(owner: BridgedDeviceOwner, deviceId: DeviceId, login: BridgeLogin): Promise<BridgeResult> {
    const known = this.#devices.get(deviceId)
    const beyond = this.#askedTooOften(deviceId) ?? (known ? undefined : this.#beyondRoom())
    if (beyond) return this.#refuse(this.#unjudged(deviceId, beyond), deviceId)
    const attempt = this.#attempt(deviceId, login)
    if (known) return this.#logInAgain(known, attempt)
    const { table } = this.#hub
    const name = bridgedConnection(this.#bridge.connection, ++this.#lastNumber)
    const device = new BridgedDevice(name, deviceId, owner)
    // A change of the device while it is being judged must find it.
    table.add(device)
    this.#arriving++
    try {
      return await this.#judge(device, attempt)
    } finally {
      this.#arriving--
      table.remove(device)
    }
  }

  /** Undefined unless the bridge asks too often, or guesses: that is refused, and told. */
  refuseTooOften(deviceId: DeviceId): BridgeResult | undefined {
    const beyond = this.#askedTooOften(deviceId)
    return beyond && this.#refuse(this.#unjudged(deviceId, beyond), deviceId)
  }

  #askedTooOften(deviceId: DeviceId): Unjudged | undefined {
    const { limits, elapsed } = this.#hub.deps
    const { bridgePace } = this.#hub
    const { bridgeId } = this.#bridge
    if (!bridgePace.mayAsk(bridgeId, elapsed()))
      return { code: 'bridge-logins-too-many', params: { bridgeId, max: limits.bridgeLoginsPerSecondMax } }
    if (bridgePace.isGuessing(bridgeId, deviceId, elapsed()))
      return { code: 'bridge-guesses', params: { bridgeId, deviceId, max: limits.bridgeGuessesPerMinuteMax } }
    return undefined
  }

  #beyondRoom(): Unjudged | undefined {
    const { bridgeDevicesMax: max } = this.#hub.deps.limits
    const { bridgeId } = this.#bridge
    if (this.#devices.size + this.#arriving < max) return undefined
    return { code: 'bridge-devices-too-many', params: { bridgeId, max } }
  }

  /** It is there already: its credentials are looked at, and its session stays as it is. */
  async #logInAgain(device: BridgedDevice, attempt: ConnectionAttempt): Promise<BridgeResult> {
    const { verdict, grant } = await this.#authenticate(attempt)
    if (!grant) return this.#refuse(verdict, device.deviceId)
    if (device.ended !== undefined) return bridgeResults.otherFailure
    return bridgeResults.done
  }

  async #judge(device: BridgedDevice, attempt: ConnectionAttempt): Promise<BridgeResult> {
    const { deps, counters } = this.#hub
    let isClaimed = false
    for (let round = 0; round < deps.limits.reauthenticationsMax; round++) {
      device.mustRecheck = false
      const { verdict, grant } = await this.#authenticate(attempt)
      if (this.#isOver(device)) break
      if (!grant) {
        if (isClaimed) this.#release(device, 'refused')
        return this.#refuse(verdict, device.deviceId)
      }
      if (device.mustRecheck) continue
      device.grant = grant
      if (!isClaimed && !(await this.#claim(device, grant, verdict))) return bridgeResults.otherFailure
      isClaimed = true
      if (this.#isOver(device)) break
      if (device.mustRecheck) continue
      device.isConnected = true
      this.#devices.set(device.deviceId, device)
      counters.connectsAccepted++
      if (grant.due !== undefined) deps.onDue?.(grant, device.name)
      return bridgeResults.done
    }
    if (isClaimed) this.#release(device, device.ended ?? 'bridge-offline')
    return bridgeResults.otherFailure
  }

  #isOver({ ended }: BridgedDevice): boolean {
    return this.#isEnded || ended !== undefined
  }

  /** False: it could not be made durable. */
  async #claim(device: BridgedDevice, grant: ConnectionGrant, verdict: ConnectionVerdict): Promise<boolean> {
    const { deps, counters, table } = this.#hub
    const older = table.claim(device, device.deviceId)
    // The claim sets out first: told in the other order, the device would be offline for a moment.
    const claiming = deps
      .onConnected(grant, {
        connection: device.name,
        address: this.#origin.address,
        verdict,
        presented: [],
        takesOver: older !== undefined,
      })
      .then(
        () => true,
        (fault: unknown) => {
          this.#hub.fault(fault, 'a claim of a device of a bridge')
          return false
        },
      )
    if (older) {
      counters.takeOvers++
      await older.cut('taken-over')
    }
    const isClaimed = await claiming
    if (!isClaimed) {
      table.release(device)
      this.#explain(this.#unjudged(device.deviceId, { code: 'server-unavailable', params: {} }))
    }
    return isClaimed
  }

  #attempt(deviceId: DeviceId, { signType, timestamp, password }: BridgeLogin): ConnectionAttempt {
    const { listener, address, tls, protocolLevel, keepAliveSeconds } = this.#origin
    const { bridgeId, projectId } = this.#bridge
    return {
      ...{ listener, address, at: this.#hub.deps.clock.now() },
      bridge: { bridgeId, projectId },
      // What the bridge showed is no certificate of the device.
      ...(tls && { tls: { ...tls, certificates: [] } }),
      connect: {
        ...{ protocolLevel, keepAliveSeconds },
        clientId: `${deviceId}_0_${signType}_${timestamp}`,
        username: deviceId,
        password: Buffer.from(password),
      },
    }
  }

  /** A fault of ours while a device waits: the bridge is told to come again, and we are told why. */
  async #authenticate(attempt: ConnectionAttempt): Promise<Authentication> {
    try {
      return await this.#hub.deps.authenticate(attempt)
    } catch (fault) {
      this.#hub.fault(fault, 'the judging of a device of a bridge')
      const { username = '' } = attempt.connect
      return { verdict: this.#unjudged(username, { code: 'server-unavailable', params: {} }) }
    }
  }

  #refuse(verdict: ConnectionVerdict, deviceId: DeviceId): BridgeResult {
    this.#explain(verdict)
    const result = loginResult(verdict.code)
    if (result === bridgeResults.wrongCredentials) this.wasWrong(deviceId)
    return result
  }

  /** The bridge came with wrong credentials of this device. */
  wasWrong(deviceId: DeviceId): void {
    this.#hub.bridgePace.wasWrong(this.#bridge.bridgeId, deviceId, this.#hub.deps.elapsed())
  }

  #explain(verdict: ConnectionVerdict): void {
    this.#hub.counters.connectsRefused++
    this.#hub.adopt(this.#hub.deps.onRefused(verdict, []), 'onRefused')
  }

  #unjudged(deviceId: string, unjudged: Unjudged): ConnectionVerdict {
    const { listener, address } = this.#origin
    const { bridgeId, projectId } = this.#bridge
    const subject = { projectId, deviceId, bridgeId, address, listener }
    return refusal(unjudged, 'connect', subject, this.#hub.deps.clock.now(), 0)
  }

  async logOut(device: BridgedDevice): Promise<void> {
    this.#forget(device, 'logged-out')
    if (device.grant) await this.#hub.deps.onDisconnected(device.grant, device.name, 'logged-out')
  }

  /** True: it was logged in, which the bridge is to be told. */
  cut(device: BridgedDevice, cause: CutCause): boolean {
    if (device.ended !== undefined) return false
    // One that is being judged learns of it where it is.
    if (!device.isConnected) {
      device.ended = cause
      this.#hub.table.release(device)
      return false
    }
    this.#release(device, cause)
    return true
  }

  /** The connection of the bridge has ended, and with it the sessions of its devices (device protocol §3.10). */
  end(cause: EndCause): void {
    this.#isEnded = true
    const reason = cause === 'shutdown' ? cause : 'bridge-offline'
    for (const device of [...this.#devices.values()]) this.#release(device, reason)
  }

  #release(device: BridgedDevice, cause: EndCause): void {
    this.#forget(device, cause)
    if (device.grant)
      this.#hub.adopt(this.#hub.deps.onDisconnected(device.grant, device.name, cause), 'onDisconnected')
  }

  #forget(device: BridgedDevice, cause: EndCause): void {
    device.ended ??= cause
    this.#hub.table.release(device)
    if (this.#devices.get(device.deviceId) === device) this.#devices.delete(device.deviceId)
  }
}
