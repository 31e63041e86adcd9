import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { parseDeviceId } from '../base/ids.ts'
import { createDecoder } from '../codec/mqtt/decoder.ts'
import type { ProtocolError } from '../codec/mqtt/protocol-error.ts'
import type { Connect, Packet, Publish } from '../codec/mqtt/packets.ts'
import { reason, returnCode } from '../codec/mqtt/reason-codes.ts'
import type {
  Authentication,
  ConnectionAttempt,
  ConnectionGrant,
  ConnectionVerdict,
  ListenerName,
} from '../domain/verdict/verdict.ts'
import { maySubscribe } from '../router/may-subscribe.ts'
import {
  type Drop,
  gzipCorrupt,
  payloadTooLarge,
  routeTopic,
  type ServedTopic,
  type TopicRoute,
  unpackedBytesMax,
  uplinkOf,
} from '../router/route.ts'
import { answerReuse, puback, takePublish } from '../session/publish.ts'
import {
  type Client,
  type CutCause,
  type Effect,
  openSession,
  type PublishAnswer,
  type SessionError,
  type SessionEvent,
  type SessionState,
} from '../session/session.ts'
import { step } from '../session/step.ts'
import { toBytes } from '../session/to-bytes.ts'
import { Unanswered } from '../session/unanswered.ts'
import type { Admission } from './admission.ts'
import type { EndCause } from './end-cause.ts'
import { inflate } from './gunzip.ts'
import { fingerprintOf, peerCertificates, tlsFacts } from './peer-certificates.ts'
import { readShared } from './shared-reads.ts'
import type { ListenerCounters, ListenerDeps, Sender } from './ports.ts'
import { explainEnd, refusal, type Unjudged } from './refusals.ts'
import type { ConnectionTable, TableEntry } from './table.ts'

/** A topic longer than this is not remembered. */
const REMEMBERED_TOPIC_LENGTH_MAX = 256

/** What all connections of a thread share. */
export interface Hub {
  readonly deps: ListenerDeps
  readonly counters: ListenerCounters
  readonly admission: Admission
  readonly table: ConnectionTable<Connection>
  /** Uplinks of all connections of the thread that are handed on and not durable yet. */
  readonly underWay: { bytes: number }
  /** Reads of all connections of the thread; see `readShared`. */
  readonly readBuffer: Buffer
  /** Calls `flush` at the end of this turn of the event loop. */
  flushSoon(connection: { flush(): void }): void
  /** Takes over a promise that nobody awaits: its failure is logged and counted, and `close` waits for it. */
  adopt(work: Promise<void> | void, what: string): void
}

export interface Peer {
  readonly listener: ListenerName
  /** `ip`, as limits count it. */
  readonly host: string
  /** `ip:port` */
  readonly address: string
  /** `{thread}-{number}` */
  readonly name: string
}

/**
 * One socket and its session: bytes in, effects out. Reading is held while a verdict is out, while too much is under
 * way and while the peer does not read, so that nothing queues without a bound (safety R11). Owns the socket; ends by
 * itself, by `cut`, or with the peer.
 */
export class Connection implements TableEntry, Sender {
  readonly name: string
  readonly #hub: Hub
  readonly #socket: Socket
  readonly #peer: Peer
  /** This and all other times here: of `deps.elapsed`. */
  readonly #openedAt: number
  readonly #decoder = createDecoder()
  #state: SessionState
  /** When the peer last sent a packet, or was last kept from it by us. */
  #heardAt: number
  /** Made with the first publish: most connections are idle. */
  #unanswered: Unanswered | undefined
  /** The topic of the last publish and what it means: nearly always that of the next one, too. */
  #topicRoute: { readonly topic: string; readonly route: TopicRoute } | undefined
  #firstByte: number | undefined
  #connect: Connect | undefined
  #grant: ConnectionGrant | undefined
  /** `onConnected` has resolved: `onDisconnected` is due at the end. */
  #isClaimed = false
  #mustRecheck = false
  /** Somebody was told, or need not be told, why it was refused. */
  #isExplained = false
  #seenAtEnd: readonly Uint8Array[] = []
  #delayed: { readonly at: number; readonly verdict: ConnectionVerdict } | undefined
  #accepting = 0
  #acceptingBytes = 0
  /** When an `accept` was last seen to be answered, or the oldest one under way began. */
  #acceptingSince = 0
  /** One was, since somebody looked: the clock is not asked for each. */
  #wasAnswered = false
  #isInflating = false
  #storeFaultAt: number | undefined
  #isStopping = false
  #quiet: (() => void)[] = []
  #ended: EndCause | undefined
  #lingerUntil: number = 0
  /** What waits for the end of this turn: packets, and the ids of plain PUBACKs. */
  #out: Uint8Array[] = []
  readonly #pubacks: number[] = []
  #isFlushing = false
  #isPumping = false
  /** Taken in since it last let others have their turn. */
  #taken = { packets: 0, bytes: 0 }
  #isResting = false
  #hasUnread = false
  /** What came while there was something unread: at most what one read of the socket held. */
  #late: Buffer[] = []

  constructor(hub: Hub, socket: Socket, peer: Peer) {
    this.#hub = hub
    this.#socket = socket
    this.#peer = peer
    this.name = peer.name
    this.#openedAt = hub.deps.elapsed()
    this.#heardAt = this.#openedAt
    this.#state = openSession(this.#openedAt)
    hub.table.add(this)
    // What the stream has taken in already comes first.
    const early = socket.read() as Buffer | null
    if (readShared(socket, hub.readBuffer, (length) => this.#receiveShared(length))) socket.resume()
    else socket.on('data', (chunk: Buffer) => this.#guard(() => this.#receive(chunk)))
    if (early) this.#guard(() => this.#receive(early))
    socket.on('drain', () => this.#guard(() => this.#pump()))
    // A socket that is gone tells nothing of its certificates any more, and whoever leaves unjudged is told of, too.
    if (socket instanceof TLSSocket)
      socket.once('end', () => this.#isExplained || (this.#seenAtEnd = this.#presented()))
    socket.on('error', () => undefined) // 'close' follows and says all there is to say.
    socket.on('close', () => this.#guard(() => this.#lost()))
  }

  get claimedId(): string | undefined {
    return this.#connect?.username
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

  /** Uplinks handed on and not yet answered. */
  get inflight(): number {
    return this.#accepting
  }

  recheck(): void {
    this.#mustRecheck = true
  }

  async cut(cause: CutCause): Promise<void> {
    this.#guard(() => this.#apply({ kind: 'cut', cause }))
    await this.#gone()
  }

  /** Stops reading; resolves when everything handed on was answered, or the connection ended. */
  async settle(): Promise<void> {
    this.#isStopping = true
    this.#setReading()
    if (this.#isQuiet()) return
    await new Promise<void>((resolve) => this.#quiet.push(resolve))
  }

  /** At once, without a word. */
  destroy(): void {
    this.#socket.destroy()
  }

  /** What time brings: called every so often by the thread's one timer. */
  sweep(now: number): void {
    this.#guard(() => {
      const { storeFaultMillisMax } = this.#hub.deps.limits
      if (this.#ended !== undefined) {
        if (now >= this.#lingerUntil) this.#socket.destroy()
      } else if (this.#delayed) {
        if (now >= this.#delayed.at) this.#answerRefusal(this.#delayed.verdict)
      } else if (this.#storeFaultAt !== undefined && now - this.#storeFaultAt >= storeFaultMillisMax) {
        this.#apply({ kind: 'cut', cause: 'store-fault' })
      } else if (this.#isStuck(now, storeFaultMillisMax)) {
        this.#hub.counters.storeFaults++
        this.#apply({ kind: 'cut', cause: 'store-fault' })
      } else {
        if (this.#isHeldByUs()) this.#heardAt = now
        this.#apply({ kind: 'tick', heardAt: this.#heardAt })
      }
    })
  }

  /** Uplinks are under way, and none was answered for so long. */
  #isStuck(now: number, millis: number): boolean {
    if (this.#wasAnswered) {
      this.#wasAnswered = false
      this.#acceptingSince = now
    }
    return this.#accepting > 0 && now - this.#acceptingSince >= millis
  }

  // Bytes in

  /** Into memory that the next read of any connection uses again: what is not taken now is copied. */
  #receiveShared(length: number): void {
    try {
      this.#receive(this.#hub.readBuffer.subarray(0, length))
      this.#decoder.retain()
    } catch (fault) {
      this.#fail(fault)
    }
  }

  #receive(chunk: Buffer): void {
    if (this.#ended !== undefined) return // Lingering: what still comes is dropped unread.
    this.#firstByte ??= chunk[0]
    this.#taken.bytes += chunk.length
    if (this.#hasUnread) {
      // TLS gives what it has unpacked in portions, also when reading was paused with the first of them.
      this.#late.push(Buffer.from(chunk))
      return
    }
    this.#decoder.push(chunk)
    this.#hasUnread = true
    this.#pump()
  }

  /** Takes packets until there are none or one must wait. The socket is paused meanwhile, so nothing piles up behind. */
  #pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    try {
      while (this.#hasUnread && this.#ended === undefined && !this.#isHeld()) {
        const packet = this.#decoder.next()
        if (packet) this.#take(packet)
        else this.#nextLate()
        this.#restWhenDue(packet ? 1 : 0)
      }
    } finally {
      this.#isPumping = false
    }
    this.#setReading()
  }

  #nextLate(): void {
    const chunk = this.#late.shift()
    if (chunk) this.#decoder.push(chunk)
    else this.#hasUnread = false
  }

  /** Who sends without a pause gets its turn like everybody, not the thread to itself (safety R12). */
  #restWhenDue(packets: number): void {
    const { turnPacketsMax, turnBytesMax } = this.#hub.deps.limits
    this.#taken.packets += packets
    if (this.#taken.packets < turnPacketsMax && this.#taken.bytes < turnBytesMax) return
    this.#taken = { packets: 0, bytes: 0 }
    this.#isResting = true
    setImmediate(() =>
      this.#guard(() => {
        this.#isResting = false
        this.#pump()
      }),
    )
  }

  #setReading(): void {
    // A connection that has ended reads on and drops: closing with unread bytes would reset it, and the peer might
    // never see our last packet.
    const reads = this.#ended !== undefined || (!this.#isHeld() && !this.#hasUnread)
    if (reads === this.#socket.isPaused()) {
      if (reads) this.#socket.resume()
      else this.#socket.pause()
    }
  }

  #isHeld(): boolean {
    return this.#isResting || this.#isHeldByUs() || this.#socket.writableNeedDrain
  }

  /** The peer is not at fault: its keep alive does not run. */
  #isHeldByUs(): boolean {
    const state = this.#state
    if (state.phase === 'authenticating' || this.#isStopping || this.#isInflating) return true
    if (this.#storeFaultAt !== undefined) return true
    if (state.phase !== 'connected') return false
    const { inflightMax, inflightBytesMax, inflightBytesPerThreadMax } = this.#hub.deps.limits
    if (this.#acceptingBytes >= inflightBytesMax) return true
    // Who has nothing under way is read from even then: a ping must be answered.
    if (this.#acceptingBytes > 0 && this.#hub.underWay.bytes >= inflightBytesPerThreadMax) return true
    // 3.x has no Receive Maximum, so it is held to ours. A 5.0 client that exceeds it is told by the session; what QoS 0
    // adds on top is held, and what was dropped and waits for its turn counts, too.
    const waiting = Math.max(this.#accepting, this.#unanswered?.size ?? 0)
    return waiting >= (state.client.protocolLevel === 5 ? 2 * inflightMax : inflightMax)
  }

  // The session

  #take(packet: Packet | ProtocolError): void {
    this.#heardAt = this.#hub.deps.elapsed()
    if (packet.type === 'publish') this.#takePublish(packet)
    else this.#apply({ kind: 'packet', packet })
  }

  #apply(event: SessionEvent): void {
    const { state, effects } = step(this.#state, event, {
      now: this.#hub.deps.elapsed(),
      limits: this.#hub.deps.limits,
      maySubscribe: (filter) => (this.#grant ? maySubscribe(this.#grant.deviceId, filter) : 'forbidden'),
    })
    const before = this.#state
    this.#state = state
    for (const effect of effects) this.#perform(effect, before)
  }

  #perform(effect: Effect, before: SessionState): void {
    switch (effect.kind) {
      case 'send':
        return this.#send(effect.packet, effect.client)
      case 'authenticate':
        this.#connect = effect.connect
        void this.#judge(effect.connect).catch((fault: unknown) => this.#fail(fault))
        return
      case 'close':
        return this.#end(effect.cause, before, effect.error)
    }
  }

  // Who is it?

  async #judge(connect: Connect): Promise<void> {
    const { deps, counters } = this.#hub
    const attempt = this.#attempt(connect)
    for (let round = 0; round < deps.limits.reauthenticationsMax; round++) {
      this.#mustRecheck = false
      const { verdict, grant, presented = [] } = await this.#orUnavailable(() => deps.authenticate(attempt))
      if (this.#ended !== undefined) return
      if (!grant) return this.#refuse(verdict, presented)
      if (this.#mustRecheck) continue
      this.#grant = grant
      if (!this.#isClaimed && !(await this.#claim(grant, verdict, presented))) return
      if (this.#mustRecheck) continue
      this.#decoder.setMaxPacketBytes(deps.limits.packetBytesMax)
      this.#isExplained = true
      counters.connectsAccepted++
      this.#apply({ kind: 'admitted' })
      // The password and the certificates are not needed any more; thousands of idle connections would keep them.
      this.#connect = undefined
      return this.#pump()
    }
    this.#refuse(this.#unjudged({ code: 'server-unavailable', params: {} }), this.#presented())
  }

  /** False: the connection ended meanwhile, or the claim could not be made durable. */
  async #claim(
    grant: ConnectionGrant,
    verdict: ConnectionVerdict,
    presented: readonly Uint8Array[],
  ): Promise<boolean> {
    const { deps, counters, table } = this.#hub
    const older = table.claim(this, grant.deviceId)
    // The claim sets out first: told in the other order, the device would be offline for a moment.
    const claiming = this.#orUnavailable(async () => {
      const { name: connection } = this
      await deps.onConnected(grant, {
        connection,
        address: this.#peer.address,
        verdict,
        presented,
        takesOver: older !== undefined,
      })
      return { verdict, grant }
    })
    if (older) {
      counters.takeOvers++
      await older.cut('taken-over')
    }
    const claimed = await claiming
    if (!claimed.grant) {
      if (this.#ended === undefined) this.#refuse(claimed.verdict, presented)
      return false
    }
    if (this.#ended !== undefined) {
      this.#hub.adopt(deps.onDisconnected(grant, this.name, this.#ended), 'onDisconnected')
      return false
    }
    this.#isClaimed = true
    return true
  }

  /** A fault of ours while a device waits: it is told to come again, and we are told why. */
  async #orUnavailable(work: () => Promise<Authentication>): Promise<Authentication> {
    try {
      return await work()
    } catch (fault) {
      this.#hub.counters.faults++
      this.#hub.deps.logger.error({ err: fault, connection: this.name }, 'a connection could not be judged')
      const presented = this.#presented()
      return { verdict: this.#unjudged({ code: 'server-unavailable', params: {} }), presented }
    }
  }

  #attempt({ protocolLevel, clientId, username, password, keepAliveSeconds }: Connect): ConnectionAttempt {
    const { deps } = this.#hub
    const tls =
      this.#socket instanceof TLSSocket ? tlsFacts(this.#socket, deps.limits.chainCertificatesMax) : undefined
    return {
      listener: this.#peer.listener,
      address: this.#peer.address,
      at: deps.clock.now(),
      ...(tls && { tls }),
      connect: {
        protocolLevel,
        clientId,
        keepAliveSeconds,
        ...(username !== undefined && { username }),
        ...(password && { password }),
      },
    }
  }

  #refuse(verdict: ConnectionVerdict, presented: readonly Uint8Array[]): void {
    const { deps, admission } = this.#hub
    this.#explain(verdict, presented)
    const now = deps.elapsed()
    const { protocolLevel = 4, clientId = '' } = this.#connect ?? {}
    // Whose session is claimed is no guesser, and would count as online while it waits.
    const wait = this.#isClaimed ? 0 : admission.refused(this.#peer.host, { protocolLevel, clientId }, now)
    if (wait > 0) this.#delayed = { at: now + wait, verdict }
    else this.#answerRefusal(verdict)
  }

  #answerRefusal({ answer }: ConnectionVerdict): void {
    this.#delayed = undefined
    this.#apply({
      kind: 'refused',
      code: answer.mqtt ?? returnCode.serverUnavailable,
      code5: answer.mqtt5 ?? reason.serverUnavailable,
    })
  }

  #explain(verdict: ConnectionVerdict, presented: readonly Uint8Array[]): void {
    this.#isExplained = true
    this.#hub.counters.connectsRefused++
    this.#hub.adopt(this.#hub.deps.onRefused(verdict, presented), 'onRefused')
  }

  /** A verdict of our own, where device-auth was not asked or could not answer. */
  #unjudged(unjudged: Unjudged): ConnectionVerdict {
    const { clientId, username } = this.#connect ?? {}
    const deviceId = username === undefined ? undefined : parseDeviceId(username)
    const [leaf] = this.#presented()
    const subject = {
      address: this.#peer.address,
      listener: this.#peer.listener,
      ...(leaf && { fingerprint: fingerprintOf(leaf) }),
      ...(clientId !== undefined && { clientId }),
      ...(username !== undefined && { username }),
      ...(deviceId && { deviceId }),
    }
    const { clock, elapsed } = this.#hub.deps
    return refusal(unjudged, 'connect', subject, clock.now(), elapsed() - this.#openedAt)
  }

  // Publishes

  #takePublish(publish: Publish): void {
    const state = this.#state
    const { deps, counters } = this.#hub
    if (state.phase !== 'connected') throw new Error('a publish before the connection was let in')
    const unanswered = (this.#unanswered ??= new Unanswered())
    const topic = takePublish(state, publish, unanswered, deps.limits)
    if (typeof topic !== 'string') return this.#apply({ kind: 'publish-refused', error: topic })
    const { packetId, payload, dup } = publish
    const reuse = answerReuse(state, packetId, unanswered)
    const ticket = unanswered.add(packetId ?? 0)
    if (reuse) return this.#answer(ticket, reuse)
    counters.publishes++
    const route = this.#routeOf(topic)
    if (route.kind === 'drop') this.#drop(ticket, topic, route)
    else if (route.isPacked) this.#unpack(ticket, route, payload, dup)
    else this.#handOn(ticket, route, payload, dup)
  }

  #routeOf(topic: string): TopicRoute {
    if (this.#topicRoute?.topic === topic) return this.#topicRoute.route
    if (!this.#grant) throw new Error('a publish before the connection was let in')
    const route = routeTopic(this.#grant, topic)
    // A long topic would stay in memory with an idle connection.
    if (topic.length <= REMEMBERED_TOPIC_LENGTH_MAX) this.#topicRoute = { topic, route }
    return route
  }

  #handOn(ticket: number, route: ServedTopic, payload: Uint8Array, redelivered: boolean): void {
    const { deps } = this.#hub
    if (!this.#grant) throw new Error('a publish before the connection was let in')
    // A report that is too large has a verdict of its own, which its reader can look up.
    if (route.bytesMax !== undefined && payload.length > route.bytesMax)
      return this.#drop(ticket, route.topic, payloadTooLarge(route.bytesMax))
    this.#handedOn(payload.length)
    deps.accept(
      uplinkOf(this.#grant, route, payload, deps.clock.now(), redelivered),
      this,
      ticket,
      payload.length,
    )
  }

  /** Reading stops meanwhile, so that no later report of the device overtakes this one. */
  #unpack(ticket: number, route: ServedTopic, payload: Uint8Array, redelivered: boolean): void {
    const bytesMax = unpackedBytesMax(route)
    this.#isInflating = true
    // It is read later, and lies in memory that is used again.
    void inflate(Buffer.from(payload), bytesMax).then((unpacked) =>
      this.#guard(() => {
        this.#isInflating = false
        if (this.#ended === undefined) {
          if (unpacked === 'corrupt') this.#drop(ticket, route.topic, gzipCorrupt())
          else if (unpacked === 'too-large') this.#drop(ticket, route.topic, payloadTooLarge(bytesMax))
          else this.#handOn(ticket, route, unpacked, redelivered)
        }
        this.#progress()
      }),
    )
  }

  #drop(ticket: number, topic: string, { reasonCode, code, sentence }: Drop): void {
    const { deps, counters } = this.#hub
    counters.publishesDropped++
    if (this.#grant) {
      const { deviceId, projectId } = this.#grant
      const at = deps.clock.now()
      deps.onDrop?.({ deviceId, projectId, connection: this.name, topic, reasonCode, code, sentence, at })
    }
    this.#answer(ticket, { reasonCode, reasonString: sentence })
  }

  #handedOn(bytes: number): void {
    if (this.#accepting++ === 0) this.#acceptingSince = this.#heardAt
    this.#acceptingBytes += bytes
    this.#hub.underWay.bytes += bytes
  }

  #cameBack(bytes: number): void {
    this.#accepting--
    this.#acceptingBytes -= bytes
    this.#hub.underWay.bytes -= bytes
  }

  accepted(ticket: number, bytes: number, answer: PublishAnswer): void {
    try {
      this.#cameBack(bytes)
      this.#wasAnswered = true
      if (this.#ended === undefined) this.#answer(ticket, answer)
      this.#progress()
    } catch (fault) {
      this.#fail(fault)
    }
  }

  #answer(ticket: number, answer: PublishAnswer): void {
    const state = this.#state
    if (state.phase !== 'connected' || !this.#unanswered) return
    const { client } = state
    this.#unanswered.answer(ticket, answer)
    for (let due = this.#unanswered.takeDue(); due; due = this.#unanswered.takeDue()) {
      if (due.packetId === 0) continue
      this.#hub.counters.publishesAnswered++
      if (client.protocolLevel === 5) this.#send(puback(client, due.packetId, due.answer), client)
      else this.#sendPuback(due.packetId)
    }
  }

  /** Not durable, so not acknowledged (safety R2): the device will send it again on its next connection. */
  notAccepted(bytes: number, fault: unknown): void {
    this.#guard(() => {
      this.#cameBack(bytes)
      const { deps, counters } = this.#hub
      counters.storeFaults++
      if (this.#storeFaultAt === undefined) {
        this.#storeFaultAt = deps.elapsed()
        deps.logger.warn(
          { err: fault, connection: this.name },
          'a report could not be stored; reading from its device stops',
        )
      }
      this.#progress()
    })
  }

  #progress(): void {
    if (this.#isQuiet()) {
      for (const resolve of this.#quiet) resolve()
      this.#quiet = []
    }
    this.#pump()
  }

  #isQuiet(): boolean {
    return this.#ended !== undefined || (this.#accepting === 0 && !this.#isInflating)
  }

  // Bytes out

  /** Gathers what one turn of the event loop has to say, so that it leaves in one write. */
  #send(packet: Packet, client: Client): void {
    const bytes = toBytes(packet, client)
    if (!bytes) return
    this.#flushSoon()
    if (this.#pubacks.length > 0) this.#out.push(pubackBytes(this.#pubacks))
    this.#out.push(bytes)
  }

  /** MQTT 3.1.1 §3.4: the packet that is sent most, gathered as a number and not as an object. */
  #sendPuback(packetId: number): void {
    this.#flushSoon()
    this.#pubacks.push(packetId)
  }

  #flushSoon(): void {
    if (this.#isFlushing) return
    this.#isFlushing = true
    this.#hub.flushSoon(this)
  }

  flush(): void {
    this.#guard(() => this.#flush())
  }

  #flush(): void {
    this.#isFlushing = false
    const bytes = this.#takeOut()
    if (!bytes || !this.#socket.writable) return
    this.#socket.write(bytes)
    if (this.#socket.writableLength > this.#hub.deps.limits.sendBufferBytesMax) this.#cutSlowReader()
    else if (this.#socket.writableNeedDrain) this.#setReading()
  }

  #takeOut(): Uint8Array | undefined {
    if (this.#pubacks.length > 0) {
      const bytes = pubackBytes(this.#pubacks)
      if (this.#out.length === 0) return bytes
      this.#out.push(bytes)
    }
    const [first, ...more] = this.#out
    this.#out = []
    return first && more.length > 0 ? Buffer.concat([first, ...more]) : first
  }

  #cutSlowReader(): void {
    if (this.#ended !== undefined) return
    this.#hub.counters.slowReadersCut++
    this.#close('slow-reader')
    this.#socket.destroy()
  }

  // The end

  /** The session ended: its last packet goes out, then the socket closes. */
  #end(cause: EndCause, before: SessionState, error?: SessionError): void {
    const { deps, counters } = this.#hub
    if (cause === 'keep-alive') counters.keepAliveTimeouts++
    if (cause === 'protocol-error') {
      counters.protocolErrors++
      deps.logger.debug({ connection: this.name, ...error }, 'a peer broke the protocol')
    }
    this.#explainEnd(cause, before, error)
    this.#close(cause, error)
    this.#flush()
    this.#socket.end()
    this.#setReading()
  }

  /** The socket is gone. */
  #lost(): void {
    this.#hub.table.remove(this)
    if (this.#ended !== undefined) return
    this.#explainEnd('connection-lost', this.#state)
    this.#close('connection-lost')
  }

  #explainEnd(cause: EndCause, { phase }: SessionState, error?: SessionError): void {
    if (this.#isExplained || (phase !== 'awaiting-connect' && phase !== 'authenticating')) return
    const seen = { phase, isTls: this.#peer.listener === 'mqtts', firstByte: this.#firstByte }
    const unjudged = explainEnd(cause, error, seen, this.#hub.deps.limits)
    if (unjudged) this.#explain(this.#unjudged(unjudged), this.#presented())
  }

  /** What the client showed in the handshake; when it has left, what was seen as it did. */
  #presented(): readonly Uint8Array[] {
    if (!(this.#socket instanceof TLSSocket)) return []
    const seen = peerCertificates(this.#socket, this.#hub.deps.limits.chainCertificatesMax)
    return seen.length > 0 ? seen : this.#seenAtEnd
  }

  #close(cause: EndCause, error?: SessionError): void {
    const { deps, table } = this.#hub
    this.#ended = cause
    this.#state = { phase: 'closed' }
    this.#delayed = undefined
    this.#lingerUntil = deps.elapsed() + deps.limits.lingerMillisMax
    table.release(this)
    for (const resolve of this.#quiet) resolve()
    this.#quiet = []
    if (this.#isClaimed && this.#grant)
      this.#hub.adopt(deps.onDisconnected(this.#grant, this.name, cause, error), 'onDisconnected')
  }

  /** Resolves when our last bytes have been handed to the system, or the socket is destroyed. */
  async #gone(): Promise<void> {
    const socket = this.#socket
    if (socket.destroyed || socket.writableFinished) return
    await new Promise<void>((resolve) => {
      socket.once('finish', resolve)
      socket.once('close', resolve)
    })
  }

  // Faults

  /** Runs what a callback does: whatever it throws ends this connection and nothing else (safety R13). */
  #guard(work: () => void): void {
    try {
      work()
    } catch (fault) {
      this.#fail(fault)
    }
  }

  #fail(fault: unknown): void {
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
    if (!this.#socket.writableEnded) this.#socket.destroy()
  }
}

/** MQTT 3.1.1 §3.4, one behind the other; takes the ids. */
function pubackBytes(ids: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(ids.length * 4)
  let at = 0
  for (const id of ids) {
    bytes[at++] = 0x40
    bytes[at++] = 2
    bytes[at++] = id >> 8
    bytes[at++] = id & 0xff
  }
  ids.length = 0
  return bytes
}
