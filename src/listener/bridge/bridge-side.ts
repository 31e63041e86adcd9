import { Buffer } from 'node:buffer'
import type { BridgeId, DeviceId } from '../../base/ids.ts'
import type { JsonObject } from '../../base/json.ts'
import {
  type BridgeRequestFault,
  parseBridgeLogin,
  parseBridgeSecretReset,
} from '../../codec/payload/bridge-request.ts'
import { formatTopic, type NamedTopic } from '../../codec/topic/system-topics.ts'
import { type BridgeResult, bridgeResults } from '../../domain/bridge/login-result.ts'
import type { Delivery, Downlink } from '../../domain/downlink/downlink.ts'
import type { NoticeCode } from '../../domain/verdict/notice-codes.ts'
import type { ConnectionGrant } from '../../domain/verdict/verdict.ts'
import type { BridgeAct, BridgeRoute } from '../../router/route-bridge.ts'
import type { CutCause } from '../../session/session.ts'
import type { EndCause } from '../end-cause.ts'
import type { Hub } from '../hub.ts'
import type { Sender } from '../ports.ts'
import type { BridgedDevice, BridgedDeviceOwner } from './bridged-device.ts'
import { BridgeLogins, type BridgeOrigin } from './bridge-logins.ts'

/** The connection of the bridge. */
export interface BridgeOwner {
  readonly name: string
  deliver(downlink: Downlink): Promise<Delivery>
  /** Something was answered: what was held by it may go on. */
  progressed(): void
}

type RequestOf = Extract<BridgeRoute, { kind: 'request' }>

/**
 * Answers what one connection of a bridge asks for its devices (device protocol §3.10), and speaks for them with the
 * bridge. Requests for one device are taken one after the other.
 */
export class BridgeSide implements BridgedDeviceOwner {
  readonly bridgeId: BridgeId
  readonly sender: Sender
  readonly #hub: Hub
  readonly #owner: BridgeOwner
  readonly #grant: ConnectionGrant
  readonly #logins: BridgeLogins
  /** The last request for each device that is under way. */
  readonly #lanes = new Map<DeviceId, Promise<void>>()
  #underWay = 0

  constructor(
    hub: Hub,
    owner: BridgeOwner,
    grant: ConnectionGrant & { readonly bridgeId: BridgeId },
    origin: BridgeOrigin,
    sender: Sender,
  ) {
    const { bridgeId, projectId } = grant
    this.bridgeId = bridgeId
    this.sender = sender
    this.#hub = hub
    this.#owner = owner
    this.#grant = grant
    this.#logins = new BridgeLogins(hub, { bridgeId, projectId, connection: owner.name }, origin)
  }

  /** No further packet may be taken: so many requests are under way. */
  get isFull(): boolean {
    return this.#underWay >= this.#hub.deps.limits.bridgeRequestsMax
  }

  find(deviceId: DeviceId): BridgedDevice | undefined {
    return this.#logins.find(deviceId)
  }

  deliver(downlink: Downlink): Promise<Delivery> {
    return this.#owner.deliver(downlink)
  }

  cut(device: BridgedDevice, cause: CutCause): void {
    if (!this.#logins.cut(device, cause)) return
    const { deviceId } = device
    this.#send({ kind: 'bridge-disconnect', bridgeId: this.bridgeId, deviceId }, {})
  }

  end(cause: EndCause): void {
    this.#logins.end(cause)
  }

  /** `payload` may be a view of what was read: it is looked at here and now. */
  take({ act, deviceId, requestId }: RequestOf, topic: string, payload: Uint8Array): void {
    const work = this.#workOf(act, deviceId, requestId, topic, payload)
    this.#underWay++
    const before = this.#lanes.get(deviceId) ?? Promise.resolve()
    const mine = before
      .then(() => (this.#logins.isEnded ? undefined : work()))
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
        return async () =>
          'code' in login ? refuse(login) : answer(await this.#logins.logIn(this, deviceId, login))
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

  async #logOut(deviceId: DeviceId, topic: string): Promise<BridgeResult> {
    const device = this.find(deviceId)
    if (!device) return this.#notLoggedIn(deviceId, topic)
    await this.#logins.logOut(device)
    return bridgeResults.done
  }

  async #resetSecret(
    deviceId: DeviceId,
    topic: string,
    secrets: { readonly oldSecret: string; readonly newSecret: string },
  ): Promise<BridgeResult> {
    const device = this.find(deviceId)
    if (!device) return this.#notLoggedIn(deviceId, topic)
    // Each is a transaction and a line of the audit trail, and names a secret.
    const refused = this.#logins.refuseTooOften(deviceId)
    if (refused !== undefined) return refused
    const { projectId } = this.#grant
    const { name: connection } = device
    const { bridgeId } = this
    switch (
      await this.#hub.deps.resetDeviceSecret?.({ ...secrets, deviceId, projectId, bridgeId, connection })
    ) {
      case 'done':
        return bridgeResults.done
      case 'wrong-secret':
        this.#logins.wasWrong(deviceId)
        this.note(deviceId, topic, 'old-secret-wrong', { bridge: bridgeId })
        return bridgeResults.wrongCredentials
      case 'unknown-device':
        return bridgeResults.unknownDevice
      case undefined:
        return bridgeResults.otherFailure
    }
  }

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
