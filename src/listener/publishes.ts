import { Buffer } from 'node:buffer'
import type { DeviceId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Publish } from '../codec/mqtt/packets.ts'
import type { ReceivedPublish } from '../codec/mqtt/publish.ts'
import { reason } from '../codec/mqtt/reason-codes.ts'
import type { Uplink, UplinkProperties } from '../domain/uplink/uplink.ts'
import type { ConnectionGrant } from '../domain/verdict/verdict.ts'
import {
  type Drop,
  gzipCorrupt,
  legacyUplinkOf,
  payloadTooLarge,
  routeTopic,
  type ServedTopic,
  type TopicRoute,
  unpackedBytesMax,
  uplinkOf,
} from '../router/route.ts'
import { routeBridgeTopic } from '../router/route-bridge.ts'
import { answerReuse, puback, takePublish } from '../session/publish.ts'
import type { Connected, PublishAnswer, SessionError } from '../session/session.ts'
import { Unanswered } from '../session/unanswered.ts'
import { inflate } from './gunzip.ts'
import type { BridgeSide } from './bridge/bridge-side.ts'
import type { Hub } from './hub.ts'
import type { Outbox } from './outbox.ts'
import type { Sender } from './ports.ts'
import { MessageRate, NoticePace } from './quotas.ts'

/** A topic longer than this is not remembered. */
const REMEMBERED_TOPIC_LENGTH_MAX = 256

export interface PublishesOwner {
  readonly name: string
  /** Nothing is answered any more. */
  readonly isEnded: boolean
  /** Something was answered, or failed: what was held by it may go on. */
  progressed(): void
  /** Which request a number stands for that a command to this peer carried (device protocol §3.14). */
  requestOf(mid: number): string | undefined
  guard(work: () => void): void
  /** A fault of ours: it ends the connection. */
  failed(fault: unknown): void
}

/** Whose publish it is, and who is told when it is durable. */
interface Speaker {
  readonly grant: ConnectionGrant
  readonly sender: Sender
}

/**
 * The publishes of one connection, from their packets to their PUBACKs: what each is for, which of them are under way, and
 * what is due for them, in their order. Made with the first publish, since most connections are idle.
 */
export class Publishes implements Sender {
  /** Of a bridge: the devices that it speaks for. */
  bridge: BridgeSide | undefined
  readonly #hub: Hub
  readonly #owner: PublishesOwner
  readonly #outbox: Outbox
  /** The device of this connection. */
  readonly #self: Speaker
  readonly #client: Connected['client']
  readonly #unanswered = new Unanswered()
  /** The topic of the last publish and what it means: nearly always that of the next one, too. */
  #topicRoute: { readonly topic: string; readonly route: TopicRoute } | undefined
  #accepting = 0
  #acceptingBytes = 0
  /** When an `accept` was last seen to be answered, or the oldest one under way began. */
  #acceptingSince = 0
  /** One was, since somebody looked: the clock is not asked for each. */
  #wasAnswered = false
  #isInflating = false
  /** Undefined: it may publish as much as it likes. */
  readonly #rate: MessageRate | undefined
  readonly #ratePace = new NoticePace()
  #storeFaultAt: number | undefined

  constructor(
    hub: Hub,
    owner: PublishesOwner,
    outbox: Outbox,
    grant: ConnectionGrant,
    client: Connected['client'],
  ) {
    this.#hub = hub
    this.#owner = owner
    this.#outbox = outbox
    this.#self = { grant, sender: this }
    this.#client = client
    const { messagesPerSecondMax } = hub.packetLimits
    this.#rate = messagesPerSecondMax > 0 ? new MessageRate(messagesPerSecondMax) : undefined
  }

  get name(): string {
    return this.#owner.name
  }

  /** Uplinks handed on and not yet answered. */
  get inflight(): number {
    return this.#accepting
  }

  get isQuiet(): boolean {
    return this.#accepting === 0 && !this.#isInflating
  }

  /** No further packet may be taken, and the peer is not at fault. */
  get isFull(): boolean {
    if (this.#isInflating || this.#storeFaultAt !== undefined || this.bridge?.isFull) return true
    const { inflightMax, inflightBytesMax, inflightBytesPerThreadMax } = this.#hub.packetLimits
    if (this.#acceptingBytes >= inflightBytesMax) return true
    // Who has nothing under way is read from even then: a ping must be answered.
    if (this.#acceptingBytes > 0 && this.#hub.underWay.bytes >= inflightBytesPerThreadMax) return true
    // 3.x has no Receive Maximum, so it is held to ours. A 5.0 client that exceeds it is told by the session; what QoS 0
    // adds on top is held, and what was dropped and waits for its turn counts, too.
    const waiting = Math.max(this.#accepting, this.#unanswered.size)
    return waiting >= (this.#client.protocolLevel === 5 ? 2 * inflightMax : inflightMax)
  }

  /** For so long a store fault has kept anything from being taken, or uplinks have been under way with none answered. */
  isStuck(now: number, millis: number): boolean {
    if (this.#storeFaultAt !== undefined && now - this.#storeFaultAt >= millis) return true
    if (this.#wasAnswered) {
      this.#wasAnswered = false
      this.#acceptingSince = now
    }
    const isStuck = this.#accepting > 0 && now - this.#acceptingSince >= millis
    if (isStuck) this.#hub.counters.storeFaults++
    return isStuck
  }

  /** `elapsed`, `at`: when it came, of the clock that never steps and of the wall clock. Gives the rule that it breaks. */
  take(publish: ReceivedPublish, state: Connected, elapsed: number, at: Instant): SessionError | undefined {
    const unanswered = this.#unanswered
    const topic = takePublish(state, publish, unanswered, this.#hub.packetLimits)
    if (typeof topic !== 'string') return topic
    const { packetId } = publish
    const reuse = answerReuse(state, packetId, unanswered)
    const ticket = unanswered.add(packetId ?? 0)
    if (reuse) {
      this.#answer(ticket, reuse)
      return undefined
    }
    this.#hub.counters.publishes++
    if (this.#rate !== undefined && !this.#rate.mayTake(elapsed)) {
      this.#dropExcess(ticket, this.#rate, elapsed, at)
      return undefined
    }
    if (this.bridge) {
      this.#takeOfBridge(this.bridge, ticket, topic, publish, elapsed, at)
      return undefined
    }
    const route = this.#routeOf(topic)
    if (route.kind === 'drop') this.#drop(ticket, topic, route)
    else this.#takeServed(ticket, route, publish, elapsed, at, this.#self)
    return undefined
  }

  /** Of a device that is logged in it goes the way that the device's own publishes go (device protocol §3.10). */
  #takeOfBridge(
    bridge: BridgeSide,
    ticket: number,
    topic: string,
    publish: ReceivedPublish,
    elapsed: number,
    at: Instant,
  ): void {
    const said = routeBridgeTopic(bridge.bridgeId, topic)
    if (said.kind === 'drop') return this.#drop(ticket, topic, said)
    if (said.kind === 'request') {
      const { bridgeRequestBytesMax } = this.#hub.deps.limits
      if (publish.end - publish.start > bridgeRequestBytesMax)
        return this.#drop(ticket, topic, payloadTooLarge(bridgeRequestBytesMax))
      bridge.take(said, topic, publish.payload)
      // Its outcome has an answer of its own.
      return this.#answer(ticket, { reasonCode: reason.success })
    }
    const device = bridge.find(said.deviceId)
    if (!device?.grant) return this.#dropAbsent(bridge, ticket, topic, said.deviceId)
    const route = device.routeOf(said.topic, device.grant)
    const speaker = { grant: device.grant, sender: device }
    if (route.kind === 'drop') this.#drop(ticket, topic, route, speaker)
    else this.#takeServed(ticket, route, publish, elapsed, at, speaker)
  }

  #takeServed(
    ticket: number,
    route: ServedTopic,
    publish: ReceivedPublish,
    elapsed: number,
    at: Instant,
    speaker: Speaker,
  ): void {
    const { acceptReport } = this.#hub.deps
    const { dup, properties } = publish
    if (
      route.isPlainReport &&
      !dup &&
      acceptReport?.(speaker.grant, publish, at, speaker.sender, ticket) === true
    )
      this.#handedOn(publish.end - publish.start, elapsed)
    else if (route.isPacked) this.#unpack(ticket, route, publish.payload, dup, elapsed, properties, speaker)
    else this.#handOn(ticket, route, publish.payload, dup, elapsed, at, properties, speaker)
  }

  #dropAbsent(bridge: BridgeSide, ticket: number, topic: string, deviceId: DeviceId): void {
    this.#hub.counters.publishesDropped++
    bridge.noteAbsent(deviceId, topic)
    const reasonString = 'The device is not logged in through this bridge.'
    this.#answer(ticket, { reasonCode: reason.notAuthorized, reasonString })
  }

  #routeOf(topic: string): TopicRoute {
    if (this.#topicRoute?.topic === topic) return this.#topicRoute.route
    const route = routeTopic(this.#self.grant, topic, this.#hub.deps.decideTopic)
    // A long topic would stay in memory with an idle connection.
    if (topic.length <= REMEMBERED_TOPIC_LENGTH_MAX) this.#topicRoute = { topic, route }
    return route
  }

  /** What policies say has changed. */
  forgetRoute(): void {
    this.#topicRoute = undefined
  }

  #handOn(
    ticket: number,
    route: ServedTopic,
    payload: Uint8Array,
    redelivered: boolean,
    elapsed: number,
    at: Instant,
    properties: Publish['properties'],
    speaker: Speaker,
  ): void {
    const { deps } = this.#hub
    // A report that is too large has a verdict of its own, which its reader can look up.
    if (route.bytesMax !== undefined && payload.length > route.bytesMax)
      return this.#drop(ticket, route.topic, payloadTooLarge(route.bytesMax), speaker)
    this.#handedOn(payload.length, elapsed)
    const said = properties && saidBeside(properties)
    const uplink = uplinkOf(speaker.grant, route, payload, at, redelivered, said)
    deps.accept(route.isLegacy ? this.#legacy(uplink) : uplink, speaker.sender, ticket, payload.length)
  }

  #legacy(uplink: Uplink): Uplink {
    return legacyUplinkOf(uplink, (mid) => this.#owner.requestOf(mid))
  }

  /** Reading stops meanwhile, so that no later report of the device overtakes this one. */
  #unpack(
    ticket: number,
    route: ServedTopic,
    payload: Uint8Array,
    redelivered: boolean,
    elapsed: number,
    properties: Publish['properties'],
    speaker: Speaker,
  ): void {
    const bytesMax = unpackedBytesMax(route)
    this.#isInflating = true
    // It is read later, and lies in memory that is used again.
    const packed = Buffer.from(payload)
    const { unpackings } = this.#hub
    const begin = () =>
      void inflate(packed, bytesMax).then((unpacked) => {
        unpackings.giveBack(bytesMax)
        this.#owner.guard(() => {
          this.#isInflating = false
          if (!this.#owner.isEnded) {
            if (unpacked === 'corrupt') this.#drop(ticket, route.topic, gzipCorrupt(), speaker)
            else if (unpacked === 'too-large')
              this.#drop(ticket, route.topic, payloadTooLarge(bytesMax), speaker)
            else {
              const at = this.#hub.deps.clock.now()
              this.#handOn(ticket, route, unpacked, redelivered, elapsed, at, properties, speaker)
            }
          }
          this.#owner.progressed()
        })
      })
    unpackings.whenRoom(bytesMax, begin)
  }

  #drop(
    ticket: number,
    topic: string,
    { reasonCode, code, sentence, byPolicy }: Drop,
    { grant, sender }: Speaker = this.#self,
  ): void {
    const { deps, counters } = this.#hub
    counters.publishesDropped++
    const { deviceId, projectId } = grant
    const at = deps.clock.now()
    deps.onDrop?.({
      deviceId,
      projectId,
      connection: sender.name,
      topic,
      reasonCode,
      code,
      sentence,
      ...(byPolicy && { byPolicy }),
      at,
    })
    this.#answer(ticket, { reasonCode, reasonString: sentence })
  }

  /** Told once in a while, not for each: who floods must not fill the log as well. */
  #dropExcess(ticket: number, { dropped }: MessageRate, elapsed: number, at: Instant): void {
    const { deps, counters, packetLimits } = this.#hub
    const limit = packetLimits.messagesPerSecondMax
    counters.publishesDropped++
    counters.publishesOverRate++
    if (this.#ratePace.isDue(elapsed, deps.limits.quotaNoticeMillis)) {
      const { deviceId, projectId } = this.#self.grant
      deps.onQuota?.({ deviceId, projectId, code: 'message-rate-exceeded', params: { limit, dropped }, at })
    }
    this.#answer(ticket, {
      reasonCode: reason.quotaExceeded,
      reasonString: `More than ${limit} messages within one second.`,
    })
  }

  #handedOn(bytes: number, elapsed: number): void {
    if (this.#accepting++ === 0) this.#acceptingSince = elapsed
    this.#acceptingBytes += bytes
    this.#hub.underWay.bytes += bytes
  }

  #cameBack(bytes: number): void {
    this.#accepting--
    this.#acceptingBytes -= bytes
    this.#hub.underWay.bytes -= bytes
    this.#hub.unpackings.wake()
  }

  accepted(ticket: number, bytes: number, answer: PublishAnswer): void {
    try {
      this.#cameBack(bytes)
      this.#wasAnswered = true
      if (!this.#owner.isEnded) this.#answer(ticket, answer)
      this.#owner.progressed()
    } catch (fault) {
      this.#owner.failed(fault)
    }
  }

  #answer(ticket: number, answer: PublishAnswer): void {
    const client = this.#client
    this.#unanswered.answer(ticket, answer)
    const unanswered = this.#unanswered
    for (let due = unanswered.dueAnswer; due; due = unanswered.dueAnswer) {
      const packetId = unanswered.takeDue()
      if (packetId === 0) continue
      this.#hub.counters.publishesAnswered++
      if (client.protocolLevel === 5) this.#outbox.send(puback(client, packetId, due), client)
      else this.#outbox.sendPuback(packetId)
    }
  }

  /** Not durable, so not acknowledged (safety R2): the device will send it again on its next connection. */
  notAccepted(bytes: number, fault: unknown): void {
    this.#owner.guard(() => {
      this.#cameBack(bytes)
      const { deps, counters } = this.#hub
      counters.storeFaults++
      if (this.#storeFaultAt === undefined) {
        this.#storeFaultAt = deps.elapsed()
        deps.logger.warn(
          { err: fault, connection: this.#owner.name },
          'a report could not be stored; reading from its device stops',
        )
      }
      this.#owner.progressed()
    })
  }
}

/** What a message says beside its payload; undefined: nothing. */
function saidBeside(properties: NonNullable<Publish['properties']>): UplinkProperties | undefined {
  const { contentType, responseTopic, correlationData, userProperties } = properties
  if (contentType === undefined && responseTopic === undefined && !correlationData && !userProperties)
    return undefined
  return {
    ...(contentType !== undefined && { contentType }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData && { correlationData }),
    ...(userProperties && { userProperties }),
  }
}
