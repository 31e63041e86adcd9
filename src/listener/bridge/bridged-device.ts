import type { BridgeId, DeviceId } from '../../base/ids.ts'
import type { Delivery, Downlink } from '../../domain/downlink/downlink.ts'
import type { ConnectionGrant } from '../../domain/verdict/verdict.ts'
import { type TopicRoute, routeTopic } from '../../router/route.ts'
import { topicThroughBridge } from '../../router/route-bridge.ts'
import type { CutCause, PublishAnswer } from '../../session/session.ts'
import type { EndCause } from '../end-cause.ts'
import type { Sender } from '../ports.ts'
import type { TableEntry } from '../table.ts'

/** What a device that is logged in through a bridge needs of the bridge's connection. */
export interface BridgedDeviceOwner {
  readonly bridgeId: BridgeId
  /** Of the uplinks of the bridge's connection, whose tickets these are. */
  readonly sender: Sender
  /** Publishes to the bridge. */
  deliver(downlink: Downlink): Promise<Delivery>
  /** Ends the device's session, and tells the bridge. */
  cut(device: BridgedDevice, cause: CutCause): void
}

/**
 * A device that is logged in through a bridge: to the rest of the platform a connection like any other, so that it is
 * found, sent to, taken over and cut as one (device protocol §3.10). Its topics are those of a device that connects
 * itself; only here they become those of the bridge. Made for its login, and until that has succeeded being judged.
 */
export class BridgedDevice implements TableEntry, Sender {
  readonly name: string
  readonly deviceId: DeviceId
  readonly #owner: BridgedDeviceOwner
  grant: ConnectionGrant | undefined
  isConnected = false
  mustRecheck = false
  ended: EndCause | undefined
  /** The topic of its last publish and what it means. */
  #topicRoute: { readonly topic: string; readonly route: TopicRoute } | undefined

  constructor(name: string, deviceId: DeviceId, owner: BridgedDeviceOwner) {
    this.name = name
    this.deviceId = deviceId
    this.#owner = owner
  }

  get claimedId(): DeviceId {
    return this.deviceId
  }

  get isBeingJudged(): boolean {
    return !this.isConnected
  }

  /** They are counted with the bridge's connection. */
  get inflight(): number {
    return 0
  }

  recheck(): void {
    this.mustRecheck = true
  }

  async cut(cause: CutCause): Promise<void> {
    this.#owner.cut(this, cause)
  }

  deliver(downlink: Downlink): Promise<Delivery> {
    if (!this.isConnected || this.ended !== undefined) return Promise.resolve('offline')
    const topic = topicThroughBridge(this.#owner.bridgeId, this.deviceId, downlink.topic)
    if (topic === undefined) return Promise.resolve('not-subscribed')
    return this.#owner.deliver({ ...downlink, topic })
  }

  /** Broadcasts do not go through bridges. */
  hand(): boolean {
    return false
  }

  /** They decide about no topic that goes through bridges. */
  policiesChanged(): void {}

  isSubscribed(): boolean {
    return false
  }

  async settle(): Promise<void> {}

  destroy(): void {}

  sweep(): void {}

  /** `topic`: on which it would publish itself. */
  routeOf(topic: string, grant: ConnectionGrant): TopicRoute {
    if (this.#topicRoute?.topic === topic) return this.#topicRoute.route
    const route = routeTopic(grant, topic)
    this.#topicRoute = { topic, route }
    return route
  }

  accepted(ticket: number, bytes: number, answer: PublishAnswer): void {
    this.#owner.sender.accepted(ticket, bytes, answer)
  }

  notAccepted(bytes: number, fault: unknown): void {
    this.#owner.sender.notAccepted(bytes, fault)
  }
}
