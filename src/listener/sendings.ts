import { randomInt } from 'node:crypto'
import type { Publish } from '../codec/mqtt/packets.ts'
import { legacyCommand, legacyMidMax } from '../codec/payload/legacy.ts'
import { matchesFilter } from '../codec/topic/filters.ts'
import { formatTopic, parseTopic } from '../codec/topic/system-topics.ts'
import type { Delivery, Downlink } from '../domain/downlink/downlink.ts'
import { Deliveries } from '../session/deliveries.ts'
import { LegacyCommands } from '../session/legacy-commands.ts'
import type { Connected } from '../session/session.ts'
import { toBytes } from '../session/to-bytes.ts'
import type { Hub } from './hub.ts'
import type { Outbox } from './outbox.ts'
import type { Transport } from './transport/transport.ts'

/**
 * What one connection is sent: at which quality, whether it fits, and what became of it. Made with the first, since most
 * devices are only listened to.
 */
export class Sendings {
  readonly #hub: Hub
  readonly #transport: Transport
  readonly #outbox: Outbox
  readonly #client: Connected['client']
  readonly #deliveries: Deliveries
  /** Made with the first command in the form of the earlier platform. */
  #legacy: LegacyCommands | undefined

  constructor(hub: Hub, transport: Transport, outbox: Outbox, client: Connected['client']) {
    this.#hub = hub
    this.#transport = transport
    this.#outbox = outbox
    this.#client = client
    this.#deliveries = new Deliveries(client, hub.deps.limits)
  }

  /** Tells what became of it, at once or later, but once. */
  send(
    sent: Downlink,
    { subscriptions }: Connected,
    mayUse: MayUse,
    done: (delivery: Delivery) => void,
  ): void {
    const downlink = this.#inLegacyForm(sent, subscriptions) ?? sent
    const { topic, payload, properties, reach, isRetried } = downlink
    const granted = grantedQos(subscriptions, topic, mayUse)
    if (granted === undefined && reach === 'subscribed') return done('not-subscribed')
    const qos = granted ?? 0
    const publish: Publish = {
      ...{ type: 'publish', topic, payload, qos, retain: false, dup: false },
      packetId: undefined,
      properties: this.#client.protocolLevel === 5 ? { ...properties } : undefined,
    }
    // With a packet id of its length, since that counts, too.
    const bytes = toBytes(qos === 0 ? publish : { ...publish, packetId: 1 }, this.#client)
    if (!bytes) return done('too-large')
    // A peer that does not read is not given more; what it has not read of before, it is cut for (safety R11).
    if (this.#transport.unsentBytes + bytes.length > this.#hub.deps.limits.sendBufferBytesMax)
      return done('busy')
    this.#hub.counters.downlinks++
    if (qos === 0) {
      this.#outbox.send(publish, this.#client)
      return done('written')
    }
    if (!this.#deliveries.add(publish, isRetried, done)) return done('busy')
    this.#sendDue()
  }

  /** Which request a number stands for that a command carried (device protocol §3.14). */
  requestOf(mid: number): string | undefined {
    return this.#legacy?.take(mid)
  }

  /** A command to a device that has subscribed to them on the earlier platform's topic (§3.14); undefined: anything else. */
  #inLegacyForm(downlink: Downlink, subscriptions: Connected['subscriptions']): Downlink | undefined {
    if (!hasLegacyFilter(subscriptions)) return undefined
    const parsed = parseTopic(downlink.topic)
    if (parsed.kind !== 'command' || parsed.requestId === undefined) return undefined
    const topic = formatTopic({ kind: 'legacy-command-json', deviceId: downlink.deviceId })
    // Policies do not decide about it.
    if (grantedQos(subscriptions, topic, () => true) === undefined) return undefined
    this.#legacy ??= new LegacyCommands(this.#hub.deps.limits.legacyCommandsMax, randomInt(legacyMidMax))
    const payload = legacyCommand(downlink.payload, this.#legacy.add(parsed.requestId))
    return payload && { ...downlink, topic, payload }
  }

  acknowledge(packetId: number, code: number): void {
    this.#deliveries.acknowledge(packetId, code >= 0x80)
    this.#sendDue()
  }

  /** What time brings. */
  sweep(now: number): void {
    for (const publish of this.#deliveries.repeat(now)) this.#outbox.send(publish, this.#client)
    this.#sendDue()
  }

  /** The connection has ended. */
  end(): void {
    this.#deliveries.end()
  }

  #sendDue(): void {
    for (const publish of this.#deliveries.takeDue(this.#hub.deps.elapsed()))
      this.#outbox.send(publish, this.#client)
  }
}

/** A filter that reaches everything, `#`, asks for no topic in particular. */
function hasLegacyFilter(subscriptions: Connected['subscriptions']): boolean {
  for (const filter of subscriptions.keys()) if (filter.startsWith('/huawei/')) return true
  return false
}

/** Do policies still let the peer use this filter, which it was granted? */
export type MayUse = (filter: string) => boolean

/**
 * The highest quality that a filter which matches, and may still be used, was granted (MQTT 5.0 §3.3.4); undefined: there
 * is none.
 */
export function grantedQos(
  subscriptions: Connected['subscriptions'],
  topic: string,
  mayUse: MayUse,
): 0 | 1 | undefined {
  let granted: 0 | 1 | undefined
  for (const [filter, qos] of subscriptions) {
    if (granted === 1 || (granted !== undefined && qos <= granted)) continue
    if (matchesFilter(filter, topic) && mayUse(filter)) granted = qos
  }
  return granted
}
