import type { Buffer } from 'node:buffer'
import type { ReceivedPacket } from '../codec/mqtt/decoder.ts'
import type { ProtocolError } from '../codec/mqtt/protocol-error.ts'
import type { ReceivedPublish } from '../codec/mqtt/publish.ts'
import { reason, returnCode } from '../codec/mqtt/reason-codes.ts'
import type { Delivery, Downlink } from '../domain/downlink/downlink.ts'
import { type PolicyRefusal, refusalByPolicy } from '../domain/policy/refusal.ts'
import { renderVerdict } from '../domain/verdict/render.ts'
import type { ConnectionGrant, ConnectionVerdict } from '../domain/verdict/verdict.ts'
import { mayBootstrapSubscribe, mayBridgeSubscribe, maySubscribe } from '../router/may-subscribe.ts'
import {
  type CutCause,
  type Effect,
  openSession,
  type SessionError,
  type SessionEvent,
  type SessionState,
} from '../session/session.ts'
import { step } from '../session/step.ts'
import { BridgeSide } from './bridge/bridge-side.ts'
import type { EndCause } from './end-cause.ts'
import type { Hub } from './hub.ts'
import { Intake, type IntakeOwner } from './intake.ts'
import { Judging, type JudgingOwner } from './judging.ts'
import { Outbox, type OutboxOwner } from './outbox.ts'
import { Publishes, type PublishesOwner } from './publishes.ts'
import { Bandwidth, NoticePace } from './quotas.ts'
import { explainEnd } from './refusals.ts'
import { grantedQos, Sendings } from './sendings.ts'
import type { Peer, Transport, TransportUser } from './transport/transport.ts'

/**
 * One transport and its session: bytes in, effects out. Reading is held while a verdict is out, while too much is under
 * way and while the peer does not read, so that nothing queues without a bound (safety R11). Owns the transport; ends by
 * itself, by `cut`, or with the peer.
 *
 *   transport → intake (bytes to packets) → session → judging, publishes → outbox (packets to bytes) → transport
 */
export class Connection implements TransportUser, IntakeOwner, JudgingOwner, OutboxOwner, PublishesOwner {
  readonly name: string
  readonly #hub: Hub
  readonly #transport: Transport
  readonly #isTls: boolean
  readonly #intake: Intake
  readonly #outbox: Outbox
  /** Until it was let in. */
  #judging: Judging | undefined
  /** Made with the first publish: most connections are idle. */
  #publishes: Publishes | undefined
  /** Made with the first downlink. */
  #sendings: Sendings | undefined
  /** Since it was let in; undefined: it may send as much as it likes. */
  #bandwidth: { readonly quota: Bandwidth; readonly pace: NoticePace } | undefined
  #state: SessionState
  /** When the peer last sent a packet, or was last kept from it by us. This and all other times here: of `deps.elapsed`. */
  #heardAt: number
  /** When the packets that are being taken were read, and the same on the wall clock. */
  #turnAt = 0
  #turnTime = 0
  #grant: ConnectionGrant | undefined
  #isClaimed = false
  #isStopping = false
  /** Who waits until nothing is under way. */
  #quiet: (() => void)[] | undefined
  #ended: EndCause | undefined
  #lingerUntil = 0

  constructor(hub: Hub, transport: Transport, peer: Peer) {
    this.#hub = hub
    this.#transport = transport
    this.name = peer.name
    this.#isTls = transport.tls !== undefined
    this.#intake = new Intake(transport, hub, this)
    this.#outbox = new Outbox(hub, transport, this)
    const openedAt = hub.deps.elapsed()
    this.#judging = new Judging(hub, transport, peer, this, openedAt)
    this.#heardAt = openedAt
    this.#state = openSession(openedAt)
    hub.table.add(this)
    transport.open(this)
  }

  get claimedId(): string | undefined {
    return this.#judging?.claimedId
  }

  get grant(): ConnectionGrant | undefined {
    return this.#grant
  }

  get isBeingJudged(): boolean {
    return this.#state.phase === 'authenticating'
  }

  get isConnected(): boolean {
    return this.#state.phase === 'connected'
  }

  get inflight(): number {
    return this.#publishes?.inflight ?? 0
  }

  get ended(): EndCause | undefined {
    return this.#ended
  }

  get isEnded(): boolean {
    return this.#ended !== undefined
  }

  get isHeld(): boolean {
    return this.#isHeldByUs() || this.#transport.isFull
  }

  /** The peer is not at fault: its keep alive does not run. */
  #isHeldByUs(): boolean {
    const { phase } = this.#state
    if (phase === 'authenticating' || this.#isStopping) return true
    if (this.#bandwidth?.quota.isSpent === true) return true
    return this.#publishes !== undefined && this.#publishes.isFull
  }

  recheck(): void {
    this.#judging?.recheck()
  }

  async cut(cause: CutCause): Promise<void> {
    this.guard(() => this.#apply({ kind: 'cut', cause }))
    await this.#transport.sent()
  }

  deliver(downlink: Downlink): Promise<Delivery> {
    return new Promise((resolve) => this.#send(downlink, resolve))
  }

  hand(downlink: Downlink): boolean {
    let told: Delivery | undefined
    this.#send(downlink, (delivery) => (told = delivery))
    // What is under way at QoS 1 is told of later.
    return told === undefined || told === 'written'
  }

  #send(downlink: Downlink, done: (delivery: Delivery) => void): void {
    const state = this.#state
    if (state.phase !== 'connected' || !this.#mayReceive(downlink.topic)) return done('offline')
    try {
      this.#sendings ??= new Sendings(this.#hub, this.#transport, this.#outbox, state.client)
      this.#sendings.send(downlink, state, (filter) => this.#mayUse(filter), done)
    } catch (fault) {
      this.failed(fault)
      done('connection-lost')
    }
  }

  /** Does a filter of the peer match this topic? */
  isSubscribed(topic: string): boolean {
    const state = this.#state
    if (state.phase !== 'connected') return false
    return grantedQos(state.subscriptions, topic, (filter) => this.#mayUse(filter)) !== undefined
  }

  /** What policies say has changed: publishes are held to it from now on; subscriptions are looked at as they deliver. */
  policiesChanged(): void {
    this.#publishes?.forgetRoute()
  }

  /** A subscription stays when policies change, and delivers again when they do so again; meanwhile it is as if it were not there. */
  #mayUse(filter: string): boolean {
    const refusal = this.#refusalOf(filter)
    if (refusal) this.#tellRefusal(filter, refusal)
    return !refusal
  }

  #refusalOf(filter: string): PolicyRefusal | undefined {
    const grant = this.#grant
    if (!grant || this.#maySubscribe(filter) !== 'by-policy') return undefined
    return refusalByPolicy(this.#hub.deps.decideTopic(grant, 'subscribe', filter), 'subscribe', filter)
  }

  #tellRefusal(topic: string, refusal: PolicyRefusal): void {
    if (!this.#grant) return
    const { deviceId, projectId } = this.#grant
    this.#hub.deps.onPolicyRefusal?.({ deviceId, projectId, topic, refusal, at: this.#hub.deps.clock.now() })
  }

  async settle(): Promise<void> {
    this.#isStopping = true
    this.#intake.setReading()
    if (this.#isQuiet()) return
    await new Promise<void>((resolve) => (this.#quiet ??= []).push(resolve))
  }

  destroy(): void {
    this.#transport.destroy()
  }

  sweep(now: number): void {
    this.guard(() => {
      if (this.#ended !== undefined) {
        if (now >= this.#lingerUntil) this.#transport.destroy()
      } else if (this.#judging?.isDelayed) {
        this.#judging.sweep(now)
      } else if (this.#publishes?.isStuck(now, this.#hub.deps.limits.storeFaultMillisMax)) {
        this.#apply({ kind: 'cut', cause: 'store-fault' })
      } else {
        if (this.#isHeldByUs()) this.#heardAt = now
        if (this.#bandwidth?.quota.recovers(now) === true) this.#intake.pump()
        this.#sendings?.sweep(now)
        this.#transport.rest()
        this.#apply({ kind: 'tick', heardAt: this.#heardAt })
      }
    })
  }

  // What the transport tells

  received(bytes: Buffer, length: number): void {
    try {
      if (this.#bandwidth) this.#count(length)
      this.#intake.push(bytes, length)
    } catch (fault) {
      this.failed(fault)
    }
  }

  #count(bytes: number): void {
    const { deps, counters, packetLimits } = this.#hub
    const now = deps.elapsed()
    if (!this.#bandwidth?.quota.take(bytes, now)) return
    counters.bandwidthPauses++
    if (!this.#grant || !this.#bandwidth.pace.isDue(now, deps.limits.quotaNoticeMillis)) return
    const { deviceId, projectId } = this.#grant
    const params = { limit: packetLimits.bytesPerSecondMax }
    deps.onQuota?.({ deviceId, projectId, code: 'bandwidth-exceeded', params, at: deps.clock.now() })
  }

  drained(): void {
    this.guard(() => this.#intake.pump())
  }

  ending(): void {
    this.guard(() => this.#judging?.ending())
  }

  closed(): void {
    this.guard(() => {
      this.#hub.table.remove(this)
      if (this.#ended !== undefined) return
      this.#explainEnd('connection-lost', this.#state)
      this.#close('connection-lost')
    })
  }

  // The session

  turn(): void {
    const { elapsed, clock } = this.#hub.deps
    this.#turnAt = elapsed()
    this.#turnTime = clock.now()
  }

  take(packet: ReceivedPacket | ProtocolError): void {
    this.#heardAt = this.#turnAt
    if (packet.type === 'publish') return this.#takePublish(packet)
    // A late one, of an earlier connection, does no harm.
    if (packet.type === 'puback') this.#sendings?.acknowledge(packet.packetId, packet.code)
    this.#apply({ kind: 'packet', packet })
    if (packet.type === 'subscribe' && this.#grant && this.isConnected)
      this.#hub.deps.onSubscribed?.(this.#grant, this.name)
  }

  #takePublish(publish: ReceivedPublish): void {
    const state = this.#state
    if (state.phase !== 'connected' || !this.#grant)
      throw new Error('a publish before the connection was let in')
    this.#publishes ??= new Publishes(this.#hub, this, this.#outbox, this.#grant, state.client)
    const error = this.#publishes.take(publish, state, this.#turnAt, this.#turnTime)
    if (error) this.#apply({ kind: 'publish-refused', error })
  }

  #apply(event: SessionEvent): void {
    const refused: (readonly [string, PolicyRefusal])[] = []
    const { state, effects } = step(this.#state, event, {
      now: this.#hub.deps.elapsed(),
      limits: this.#hub.deps.limits,
      maySubscribe: (filter) => {
        const answer = this.#maySubscribe(filter)
        if (answer !== 'by-policy') return answer
        const refusal = this.#refusalOf(filter)
        if (!refusal) return 'granted'
        refused.push([filter, refusal])
        return { reasonString: renderVerdict(refusal, 'en').sentence }
      },
    })
    for (const [filter, refusal] of refused) this.#tellRefusal(filter, refusal)
    const before = this.#state
    this.#state = state
    for (const effect of effects) this.#perform(effect, before)
  }

  #maySubscribe(filter: string): ReturnType<typeof maySubscribe> {
    if (!this.#grant) return 'forbidden'
    const { bridgeId, deviceId, provisioning } = this.#grant
    if (provisioning) return mayBootstrapSubscribe(deviceId, filter)
    return bridgeId === undefined ? maySubscribe(deviceId, filter) : mayBridgeSubscribe(bridgeId, filter)
  }

  /** What is for the device waits until it comes as itself. */
  #mayReceive(topic: string): boolean {
    return !this.#grant?.provisioning || topic.endsWith('/sys/bootstrap/down')
  }

  #perform(effect: Effect, before: SessionState): void {
    switch (effect.kind) {
      case 'send':
        return this.#outbox.send(effect.packet, effect.client)
      case 'authenticate':
        void this.#judging?.judge(effect.connect).catch((fault: unknown) => this.failed(fault))
        return
      case 'close':
        return this.#end(effect.cause, before, effect.error)
    }
  }

  // What judging says

  granted(grant: ConnectionGrant): void {
    this.#grant = grant
  }

  claimed(): void {
    this.#isClaimed = true
  }

  admitted(): void {
    const { deps, packetLimits } = this.#hub
    const { bytesPerSecondMax } = packetLimits
    if (bytesPerSecondMax > 0)
      this.#bandwidth = { quota: new Bandwidth(bytesPerSecondMax, deps.elapsed()), pace: new NoticePace() }
    this.#intake.setMaxPacketBytes(deps.limits.packetBytesMax)
    this.#transport.admitted?.()
    this.#apply({ kind: 'admitted' })
    this.#openBridge()
    // Password and certificates are not needed any more; thousands of idle connections would keep them.
    this.#judging = undefined
    if (this.#grant?.due !== undefined) this.#hub.deps.onDue?.(this.#grant, this.name)
    this.#intake.pump()
  }

  #openBridge(): void {
    const state = this.#state
    const grant = this.#grant
    if (grant?.bridgeId === undefined) return
    const origin = this.#judging?.origin
    if (!origin || state.phase !== 'connected') return
    const { bridgeId } = grant
    this.#publishes = new Publishes(this.#hub, this, this.#outbox, grant, state.client)
    this.#publishes.bridge = new BridgeSide(this.#hub, this, { ...grant, bridgeId }, origin, this.#publishes)
  }

  refused(answer: ConnectionVerdict['answer']): void {
    this.#apply({
      kind: 'refused',
      code: answer.mqtt ?? returnCode.serverUnavailable,
      code5: answer.mqtt5 ?? reason.serverUnavailable,
    })
  }

  // What publishes and the outbox say

  requestOf(mid: number): string | undefined {
    return this.#sendings?.requestOf(mid)
  }

  progressed(): void {
    if (this.#quiet && this.#isQuiet()) this.#becomeQuiet()
    if (this.#intake.isWaiting) this.#intake.pump()
  }

  #isQuiet(): boolean {
    return this.#ended !== undefined || !this.#publishes || this.#publishes.isQuiet
  }

  #becomeQuiet(): void {
    for (const resolve of this.#quiet ?? []) resolve()
    this.#quiet = undefined
  }

  wrote(): void {
    const transport = this.#transport
    if (transport.unsentBytes > this.#hub.packetLimits.sendBufferBytesMax) this.#cutSlowReader()
    else if (transport.isFull) this.#intake.setReading()
  }

  #cutSlowReader(): void {
    if (this.#ended !== undefined) return
    this.#hub.counters.slowReadersCut++
    this.#close('slow-reader')
    this.#transport.destroy()
  }

  // The end

  /** The session ended: its last packet goes out, then the transport closes. */
  #end(cause: EndCause, before: SessionState, error?: SessionError): void {
    const { deps, counters } = this.#hub
    if (cause === 'keep-alive') counters.keepAliveTimeouts++
    if (cause === 'protocol-error') {
      counters.protocolErrors++
      deps.logger.debug({ connection: this.name, ...error }, 'a peer broke the protocol')
    }
    this.#explainEnd(cause, before, error)
    this.#close(cause, error)
    this.#outbox.flushNow()
    this.#transport.end()
    this.#intake.setReading()
  }

  #explainEnd(cause: EndCause, { phase }: SessionState, error?: SessionError): void {
    if (phase !== 'awaiting-connect' && phase !== 'authenticating') return
    const seen = { phase, isTls: this.#isTls, firstByte: this.#intake.firstByte }
    this.#judging?.ended(explainEnd(cause, error, seen, this.#hub.deps.limits))
  }

  #close(cause: EndCause, error?: SessionError): void {
    const { deps, table } = this.#hub
    this.#ended = cause
    this.#state = { phase: 'closed' }
    this.#sendings?.end()
    this.#lingerUntil = deps.elapsed() + deps.limits.lingerMillisMax
    table.release(this)
    this.#becomeQuiet()
    this.#publishes?.bridge?.end(cause)
    if (this.#isClaimed && this.#grant)
      this.#hub.adopt(deps.onDisconnected(this.#grant, this.name, cause, error), 'onDisconnected')
  }

  // Faults

  /** Runs what a callback does: whatever it throws ends this connection and nothing else (safety R13). */
  guard(work: () => void): void {
    try {
      work()
    } catch (fault) {
      this.failed(fault)
    }
  }

  failed(fault: unknown): void {
    const { deps, counters } = this.#hub
    counters.faults++
    deps.logger.error({ err: fault, connection: this.name }, 'a fault of ours ended a connection')
    try {
      this.#apply({ kind: 'cut', cause: 'fault' })
    } catch (second) {
      deps.logger.error(
        { err: second, connection: this.name },
        'the connection could not be ended in good order',
      )
    }
    if (this.#ended === undefined) this.#close('fault')
    if (this.#transport.isWritable) this.#transport.destroy()
  }
}
