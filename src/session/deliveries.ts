import type { Publish } from '../codec/mqtt/packets.ts'
import type { Client, SessionLimits } from './session.ts'

/** How a publish of QoS 1 to a device ended. */
export type DeliveryEnd = 'acknowledged' | 'unacknowledged' | 'connection-lost'

interface Sent {
  readonly publish: Publish
  readonly isRetried: boolean
  /** Undefined once it has been told. */
  done: ((end: DeliveryEnd) => void) | undefined
  sentAt: number
  repeats: number
}

/**
 * What one connection was sent at QoS 1 and has not acknowledged, and what waits for room: no more is under way than
 * the client's Receive Maximum ([MQTT-3.3.4-9]) and ours. Sent again while unacknowledged as device protocol §1.5
 * point 4 says, on 3.x alone, since MQTT 5.0 forbids it on one connection ([MQTT-4.4.0-1]). Changed in place.
 * Times are milliseconds of a clock that never steps.
 */
export class Deliveries {
  readonly #client: Client
  readonly #limits: SessionLimits
  readonly #sent = new Map<number, Sent>()
  readonly #waiting: Sent[] = []
  #lastId = 0

  constructor(client: Client, limits: SessionLimits) {
    this.#client = client
    this.#limits = limits
  }

  /** Those that were not told how they ended. */
  get size(): number {
    return this.#sent.size + this.#waiting.length
  }

  /** False: too much waits already, and `done` is never called. `publish` has no packet id yet. */
  add(publish: Publish, isRetried: boolean, done: (end: DeliveryEnd) => void): boolean {
    if (this.#waiting.length >= this.#limits.downlinksWaitingMax) return false
    this.#waiting.push({ publish, isRetried, done, sentAt: 0, repeats: 0 })
    return true
  }

  /** Those whose turn has come, to be written now, in order. */
  takeDue(now: number): readonly Publish[] {
    const due: Publish[] = []
    const max = Math.min(this.#client.receiveMaximum, this.#limits.downlinksInflightMax)
    while (this.#waiting.length > 0 && this.#sent.size < max) {
      const next = this.#waiting.shift() as Sent
      const packetId = this.#freeId()
      const publish = { ...next.publish, packetId }
      this.#sent.set(packetId, { ...next, publish, sentAt: now })
      due.push(publish)
    }
    return due
  }

  /** A PUBACK came; one that nothing waits for does no harm. `isRefused`: its reason code says failure. */
  acknowledge(packetId: number, isRefused: boolean): void {
    const sent = this.#sent.get(packetId)
    if (!sent) return
    this.#sent.delete(packetId)
    sent.done?.(isRefused ? 'unacknowledged' : 'acknowledged')
  }

  /**
   * Those to be written again, with DUP. What was sent often enough is told to be unacknowledged; its packet id stays in
   * use until its PUBACK comes, or the connection ends.
   */
  repeat(now: number): readonly Publish[] {
    const due: Publish[] = []
    const { downlinkRepeatMillis, downlinkRepeatsMax } = this.#limits
    for (const sent of this.#sent.values()) {
      if (!sent.done || now - sent.sentAt < downlinkRepeatMillis) continue
      sent.sentAt = now
      if (sent.repeats++ >= downlinkRepeatsMax) {
        const { done } = sent
        sent.done = undefined
        done('unacknowledged')
      } else if (sent.isRetried && this.#client.protocolLevel !== 5) due.push({ ...sent.publish, dup: true })
    }
    return due
  }

  /** The connection has ended. */
  end(): void {
    for (const { done } of [...this.#sent.values(), ...this.#waiting]) done?.('connection-lost')
    this.#sent.clear()
    this.#waiting.length = 0
  }

  /** [MQTT-2.2.1-3]: not 0, and not in use. There are 65,535 and fewer are under way. */
  #freeId(): number {
    do this.#lastId = (this.#lastId % 0xffff) + 1
    while (this.#sent.has(this.#lastId))
    return this.#lastId
  }
}
