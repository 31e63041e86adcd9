import { parseDeviceId } from '../base/ids.ts'
import { bridgeSession } from '../domain/bridge/bridge.ts'
import { parseClientId } from '../domain/device/client-id.ts'
import type { Connect } from '../codec/mqtt/packets.ts'
import type {
  Authentication,
  ConnectionAttempt,
  ConnectionGrant,
  ConnectionVerdict,
} from '../domain/verdict/verdict.ts'
import type { BridgeOrigin } from './bridge/bridge-logins.ts'
import type { EndCause } from './end-cause.ts'
import type { Hub } from './hub.ts'
import { fingerprintOf, refusal, type Unjudged } from './refusals.ts'
import type { TableEntry } from './table.ts'
import type { Peer, Transport } from './transport/transport.ts'

export interface JudgingOwner extends TableEntry {
  readonly ended: EndCause | undefined
  /** Who it is, though its session is not claimed yet. */
  granted(grant: ConnectionGrant): void
  /** `onConnected` has resolved: `onDisconnected` is due at the end. */
  claimed(): void
  admitted(): void
  refused(answer: ConnectionVerdict['answer']): void
}

/**
 * May this connection come in? Asks, claims the device's session, and sees to it that each refusal is told to whoever
 * keeps the verdicts. Lives from the first byte until the connection was let in, or has ended.
 */
export class Judging {
  readonly #hub: Hub
  readonly #transport: Transport
  readonly #peer: Peer
  readonly #owner: JudgingOwner
  readonly #openedAt: number
  #connect: Connect | undefined
  #isClaimed = false
  #mustRecheck = false
  /** Somebody was told, or need not be told, why it was refused. */
  #isExplained = false
  #seenAtEnd: readonly Uint8Array[] = []
  #delayed: { readonly at: number; readonly verdict: ConnectionVerdict } | undefined

  /** `openedAt`: of `deps.elapsed`. */
  constructor(hub: Hub, transport: Transport, peer: Peer, owner: JudgingOwner, openedAt: number) {
    this.#hub = hub
    this.#transport = transport
    this.#peer = peer
    this.#owner = owner
    this.#openedAt = openedAt
  }

  /** Device id as the CONNECT claims it; of a bridge its session. */
  get claimedId(): string | undefined {
    const { clientId = '', username } = this.#connect ?? {}
    if (username === undefined || parseClientId(clientId)?.kind !== 'bridge') return username
    return bridgeSession(username)
  }

  /** How it came; there from its CONNECT on. */
  get origin(): BridgeOrigin | undefined {
    if (!this.#connect) return undefined
    const { listener, address, tls, connect } = this.#attempt(this.#connect)
    const { protocolLevel, keepAliveSeconds } = connect
    return { listener, address, protocolLevel, keepAliveSeconds, ...(tls && { tls }) }
  }

  /** A refusal that is answered slowly (safety S2) waits. */
  get isDelayed(): boolean {
    return this.#delayed !== undefined
  }

  recheck(): void {
    this.#mustRecheck = true
  }

  async judge(connect: Connect): Promise<void> {
    this.#connect = connect
    const { deps, counters } = this.#hub
    const owner = this.#owner
    const { connectsPerSecondMax: limit } = deps.limits
    // Before anything is looked up or computed for it (device protocol §2.8 no. 2).
    if (!this.#hub.admission.mayConnect(deps.elapsed()))
      return this.#refuse(this.#unjudged({ code: 'connects-too-many', params: { limit } }), this.#presented())
    const attempt = this.#attempt(connect)
    for (let round = 0; round < deps.limits.reauthenticationsMax; round++) {
      this.#mustRecheck = false
      const { verdict, grant, presented = [] } = await this.#orUnavailable(() => deps.authenticate(attempt))
      if (owner.ended !== undefined) return
      if (!grant) return this.#refuse(verdict, presented)
      if (this.#mustRecheck) continue
      owner.granted(grant)
      if (!this.#isClaimed && !(await this.#claim(grant, verdict, presented))) return
      if (this.#mustRecheck) continue
      this.#isExplained = true
      counters.connectsAccepted++
      return owner.admitted()
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
    const { name, address } = this.#peer
    const older = table.claim(this.#owner, grant.deviceId)
    // The claim sets out first: told in the other order, the device would be offline for a moment.
    const claiming = this.#orUnavailable(async () => {
      await deps.onConnected(grant, {
        connection: name,
        address,
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
    const { ended } = this.#owner
    if (!claimed.grant) {
      if (ended === undefined) this.#refuse(claimed.verdict, presented)
      return false
    }
    if (ended !== undefined) {
      this.#hub.adopt(deps.onDisconnected(grant, name, ended), 'onDisconnected')
      return false
    }
    this.#isClaimed = true
    this.#owner.claimed()
    return true
  }

  /** A fault of ours while a device waits: it is told to come again, and we are told why. */
  async #orUnavailable(work: () => Promise<Authentication>): Promise<Authentication> {
    try {
      return await work()
    } catch (fault) {
      this.#hub.counters.faults++
      this.#hub.deps.logger.error(
        { err: fault, connection: this.#peer.name },
        'a connection could not be judged',
      )
      const presented = this.#presented()
      return { verdict: this.#unjudged({ code: 'server-unavailable', params: {} }), presented }
    }
  }

  #attempt({ protocolLevel, clientId, username, password, keepAliveSeconds }: Connect): ConnectionAttempt {
    const { deps } = this.#hub
    const tls = this.#transport.tls?.facts(deps.limits.chainCertificatesMax)
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
    // Nor is one that came in a busy second.
    const isNoGuess = this.#isClaimed || verdict.code === 'connects-too-many'
    const wait = isNoGuess ? 0 : admission.refused(this.#peer.host, { protocolLevel, clientId }, now)
    if (wait > 0) this.#delayed = { at: now + wait, verdict }
    else this.#owner.refused(verdict.answer)
  }

  /** Answers what was delayed, once its time has come. */
  sweep(now: number): void {
    if (!this.#delayed || now < this.#delayed.at) return
    const { answer } = this.#delayed.verdict
    this.#delayed = undefined
    this.#owner.refused(answer)
  }

  /** The connection ended without a verdict; `unjudged`: why, if there is anything to tell. */
  ended(unjudged: Unjudged | undefined): void {
    if (unjudged && !this.#isExplained) this.#explain(this.#unjudged(unjudged), this.#presented())
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

  /** A transport that is gone tells nothing of its certificates any more, and whoever leaves unjudged is told of, too. */
  ending(): void {
    if (!this.#isExplained) this.#seenAtEnd = this.#presented()
  }

  /** What the client showed in the handshake; when it has left, what was seen as it did. */
  #presented(): readonly Uint8Array[] {
    const { tls } = this.#transport
    if (!tls) return []
    const seen = tls.certificates(this.#hub.deps.limits.chainCertificatesMax)
    return seen.length > 0 ? seen : this.#seenAtEnd
  }
}
