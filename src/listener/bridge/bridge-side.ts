import { Buffer } from 'node:buffer'
import type { BridgeId, DeviceId } from '../../base/ids.ts'
import type { JsonObject } from '../../base/json.ts'
import {
  type BridgeLogin,
  type BridgeRequestFault,
  parseBridgeLogin,
  parseBridgeSecretReset,
} from '../../codec/payload/bridge-request.ts'
import { formatTopic, type NamedTopic } from '../../codec/topic/system-topics.ts'
import { bridgedConnection } from '../../domain/bridge/bridge.ts'
import { type BridgeResult, bridgeResults, loginResult } from '../../domain/bridge/login-result.ts'
import type { Delivery, Downlink } from '../../domain/downlink/downlink.ts'
import type { NoticeCode } from '../../domain/verdict/notice-codes.ts'
import type {
  Authentication,
  ConnectionAttempt,
  ConnectionGrant,
  ConnectionVerdict,
} from '../../domain/verdict/verdict.ts'
import type { BridgeAct, BridgeRoute } from '../../router/route-bridge.ts'
import type { CutCause } from '../../session/session.ts'
import type { EndCause } from '../end-cause.ts'
import type { Hub } from '../hub.ts'
import type { Sender } from '../ports.ts'
import { refusal, type Unjudged } from '../refusals.ts'
import { BridgedDevice, type BridgedDeviceOwner } from './bridged-device.ts'

/** The connection of the bridge. */
export interface BridgeOwner {
  readonly name: string
  readonly isEnded: boolean
  deliver(downlink: Downlink): Promise<Delivery>
  /** Something was answered: what was held by it may go on. */
  progressed(): void
}

/** How the bridge came, which is how its devices come. */
export type BridgeOrigin = Pick<ConnectionAttempt, 'listener' | 'address' | 'tls'> &
  Pick<ConnectionAttempt['connect'], 'protocolLevel' | 'keepAliveSeconds'>

type RequestOf = Extract<BridgeRoute, { kind: 'request' }>

/**
 * The devices of one connection of a bridge: logs them in and out, as `Judging` does for a device that connects itself,
 * and answers the bridge (device protocol §3.10). Requests for one device are taken one after the other.
 */
export class BridgeSide implements BridgedDeviceOwner {
  readonly bridgeId: BridgeId
  readonly sender: Sender
  readonly #hub: Hub
  readonly #owner: BridgeOwner
  readonly #grant: ConnectionGrant
  readonly #origin: BridgeOrigin
  readonly #devices = new Map<DeviceId, BridgedDevice>()
  /** The last request for each device that is under way. */
  readonly #lanes = new Map<DeviceId, Promise<void>>()
  #underWay = 0
  /** Of these, logins of devices that are not there yet. */
  #arriving = 0
  #lastNumber = 0
  #isEnded = false

  constructor(
    hub: Hub,
    owner: BridgeOwner,
    grant: ConnectionGrant & { readonly bridgeId: BridgeId },
    origin: BridgeOrigin,
    sender: Sender,
  ) {
    this.bridgeId = grant.bridgeId
    this.sender = sender
    this.#hub = hub
    this.#owner = owner
    this.#grant = grant
    this.#origin = origin
  }

  /** No further packet may be taken: so many requests are under way. */
  get isFull(): boolean {
    return this.#underWay >= this.#hub.deps.limits.bridgeRequestsMax
  }

  find(deviceId: DeviceId): BridgedDevice | undefined {
    return this.#devices.get(deviceId)
  }

  deliver(downlink: Downlink): Promise<Delivery> {
    return this.#owner.deliver(downlink)
  }

  /** `payload` may be a view of what was read: it is looked at here and now. */
  take({ act, deviceId, requestId }: RequestOf, topic: string, payload: Uint8Array): void {
    const work = this.#workOf(act, deviceId, requestId, topic, payload)
    this.#underWay++
    const before = this.#lanes.get(deviceId) ?? Promise.resolve()
    const mine = before
      .then(() => (this.#isEnded ? undefined : work()))
      .catch((fault: unknown) => this.#hub.fault(fault, `a ${act} through a bridge`))
      .finally(() => {
        this.#underWay--
        if (this.#lanes.get(deviceId) === mine) this.#lanes.delete(deviceId)
        this.#owner.progressed()
      })
    this.#lanes.set(deviceId, mine)
  }

  #workOf(
    act: BridgeAct,
    deviceId: DeviceId,
    requestId: string,
    topic: string,
    payload: Uint8Array,
  ): () => Promise<void> {
    const answer = (result: BridgeResult, more?: JsonObject) =>
      this.#answer(act, { deviceId, requestId }, { result_code: result, ...more })
    const refuse = ({ code, params }: BridgeRequestFault, more?: JsonObject) => {
      this.note(deviceId, topic, code, params)
      answer(bridgeResults.otherFailure, more)
    }
    switch (act) {
      case 'login': {
        const login = parseBridgeLogin(payload)
        return async () => ('code' in login ? refuse(login) : answer(await this.#logIn(deviceId, login)))
      }
      case 'logout':
        return async () => answer(await this.#logOut(deviceId, topic))
      case 'reset-secret': {
        const reset = parseBridgeSecretReset(payload)
        return async () => {
          if ('code' in reset) return refuse(reset, { paras: {} })
          const result = await this.#resetSecret(deviceId, topic, reset)
          // Java reads it below `paras`, C beside them (device protocol §3.10).
          const told: JsonObject = result === bridgeResults.done ? { new_secret: reset.newSecret } : {}
          return answer(result, { ...told, paras: told })
        }
      }
    }
  }

  // Logging in

  async #logIn(deviceId: DeviceId, login: BridgeLogin): Promise<BridgeResult> {
    const known = this.#devices.get(deviceId)
    const beyond = this.#askedTooOften(deviceId) ?? (known ? undefined : this.#beyondRoom())
    if (beyond) return this.#refuse(this.#unjudged(deviceId, beyond), deviceId)
    const attempt = this.#attempt(deviceId, login)
    if (known) return this.#logInAgain(known, attempt)
    const { table } = this.#hub
    const name = bridgedConnection(this.#owner.name, ++this.#lastNumber)
    const device = new BridgedDevice(name, deviceId, this)
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

  #askedTooOften(deviceId: DeviceId): Unjudged | undefined {
    const { limits, elapsed } = this.#hub.deps
    const { bridgePace } = this.#hub
    const { bridgeId } = this
    if (!bridgePace.mayAsk(bridgeId, elapsed()))
      return { code: 'bridge-logins-too-many', params: { bridgeId, max: limits.bridgeLoginsPerSecondMax } }
    if (bridgePace.isGuessing(bridgeId, deviceId, elapsed()))
      return { code: 'bridge-guesses', params: { bridgeId, deviceId, max: limits.bridgeGuessesPerMinuteMax } }
    return undefined
  }

  #beyondRoom(): Unjudged | undefined {
    const { bridgeDevicesMax: max } = this.#hub.deps.limits
    const { bridgeId } = this
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
    const { projectId } = this.#grant
    return {
      ...{ listener, address, at: this.#hub.deps.clock.now() },
      bridge: { bridgeId: this.bridgeId, projectId },
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
    if (result === bridgeResults.wrongCredentials) this.#wasWrong(deviceId)
    return result
  }

  #wasWrong(deviceId: DeviceId): void {
    this.#hub.bridgePace.wasWrong(this.bridgeId, deviceId, this.#hub.deps.elapsed())
  }

  #explain(verdict: ConnectionVerdict): void {
    this.#hub.counters.connectsRefused++
    this.#hub.adopt(this.#hub.deps.onRefused(verdict, []), 'onRefused')
  }

  #unjudged(deviceId: string, unjudged: Unjudged): ConnectionVerdict {
    const { listener, address } = this.#origin
    const { projectId } = this.#grant
    const subject = { projectId, deviceId, bridgeId: this.bridgeId, address, listener }
    return refusal(unjudged, 'connect', subject, this.#hub.deps.clock.now(), 0)
  }

  // Logging out

  async #logOut(deviceId: DeviceId, topic: string): Promise<BridgeResult> {
    const device = this.#devices.get(deviceId)
    if (!device) return this.#notLoggedIn(deviceId, topic)
    this.#forget(device, 'logged-out')
    if (device.grant) await this.#hub.deps.onDisconnected(device.grant, device.name, 'logged-out')
    return bridgeResults.done
  }

  cut(device: BridgedDevice, cause: CutCause): void {
    if (device.ended !== undefined) return
    // One that is being judged learns of it where it is.
    if (!device.isConnected) {
      device.ended = cause
      this.#hub.table.release(device)
      return
    }
    this.#release(device, cause)
    const { deviceId } = device
    this.#send({ kind: 'bridge-disconnect', bridgeId: this.bridgeId, deviceId }, {})
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

  // New secrets

  async #resetSecret(
    deviceId: DeviceId,
    topic: string,
    secrets: { readonly oldSecret: string; readonly newSecret: string },
  ): Promise<BridgeResult> {
    const device = this.#devices.get(deviceId)
    if (!device) return this.#notLoggedIn(deviceId, topic)
    // Each is a transaction and a line of the audit trail, and names a secret.
    const beyond = this.#askedTooOften(deviceId)
    if (beyond) return this.#refuse(this.#unjudged(deviceId, beyond), deviceId)
    const { projectId } = this.#grant
    const { name: connection } = device
    const { bridgeId } = this
    switch (
      await this.#hub.deps.resetDeviceSecret?.({ ...secrets, deviceId, projectId, bridgeId, connection })
    ) {
      case 'done':
        return bridgeResults.done
      case 'wrong-secret':
        this.#wasWrong(deviceId)
        this.note(deviceId, topic, 'old-secret-wrong', { bridge: bridgeId })
        return bridgeResults.wrongCredentials
      case 'unknown-device':
        return bridgeResults.unknownDevice
      case undefined:
        return bridgeResults.otherFailure
    }
  }

  // What is told

  #notLoggedIn(deviceId: DeviceId, topic: string): BridgeResult {
    this.noteAbsent(deviceId, topic)
    return bridgeResults.unknownDevice
  }

  /** Something came for a device that is not logged in. */
  noteAbsent(deviceId: DeviceId, topic: string): void {
    this.note(deviceId, topic, 'bridge-device-not-logged-in', { device: deviceId, bridge: this.bridgeId })
  }

  note(
    deviceId: DeviceId,
    topic: string,
    code: NoticeCode,
    params: Readonly<Record<string, string | number>>,
  ): void {
    const { projectId } = this.#grant
    const at = this.#hub.deps.clock.now()
    this.#hub.deps.onBridgeNotice?.({ bridgeId: this.bridgeId, projectId, deviceId, topic, code, params, at })
  }

  #answer(
    act: BridgeAct,
    { deviceId, requestId }: { readonly deviceId: DeviceId; readonly requestId: string },
    body: JsonObject,
  ): void {
    this.#send({ kind: `bridge-${act}-response`, bridgeId: this.bridgeId, deviceId, requestId }, body)
  }

  #send(topic: NamedTopic, body: JsonObject): void {
    void this.#owner.deliver({
      ...{ deviceId: this.#grant.deviceId, topic: formatTopic(topic) },
      ...{ payload: Buffer.from(JSON.stringify(body)), reach: 'implicit', isRetried: false },
    })
  }
}
