import type { Suback, Subscribe, Unsuback, Unsubscribe } from '../codec/mqtt/packets.ts'
import { reason, subackFailure } from '../codec/mqtt/reason-codes.ts'
import { type Connected, send, type SessionContext, type SessionError, type Step } from './session.ts'
import { toBytes } from './to-bytes.ts'

/**
 * Answers each filter of a SUBSCRIBE by itself, in order ([MQTT-3.9.3-1]): granted at QoS 0 or 1, or refused.
 * Nothing is granted that was not asked for, whatever other filters of the packet got (safety S3).
 */
export function subscribe(state: Connected, packet: Subscribe, context: SessionContext): Step | SessionError {
  // MQTT 5.0 §3.2.2.3.12: the CONNACK said that identifiers are not available.
  if (packet.properties?.subscriptionIdentifiers)
    return {
      code: reason.subscriptionIdentifiersNotSupported,
      clause: 'MQTT 5.0 §3.2.2.3.12',
      detail: 'A SUBSCRIBE with a subscription identifier, which is not available.',
    }
  const { limits, maySubscribe } = context
  const subscriptions = new Map(state.subscriptions)
  let reasonString: string | undefined
  const codes = packet.filters.map(({ filter, qos }, index) => {
    if (index >= limits.filtersPerPacketMax) return reason.quotaExceeded
    // MQTT 5.0 §4.8.2; on 3.x the name has no meaning, but it is not granted either (safety R17).
    if (filter.startsWith('$share/')) return reason.sharedSubscriptionsNotSupported
    const allowed = maySubscribe(filter)
    if (typeof allowed === 'object') reasonString ??= allowed.reasonString
    if (typeof allowed === 'object' || allowed === 'forbidden') return reason.notAuthorized
    if (allowed === 'invalid') return reason.topicFilterInvalid
    if (!subscriptions.has(filter) && subscriptions.size >= limits.subscriptionsPerConnectionMax)
      return reason.quotaExceeded
    const granted = qos === 0 ? 0 : 1 // A QoS 2 filter is granted 1 (device protocol §1.3).
    subscriptions.set(filter, granted)
    return granted
  })
  const { client } = state
  if (client.protocolLevel !== 5)
    return answered(
      { ...state, subscriptions },
      {
        type: 'suback',
        packetId: packet.packetId,
        codes: codes.map((code) => (code > 1 ? subackFailure : code)),
      },
    )
  const suback: Suback = { type: 'suback', packetId: packet.packetId, codes }
  const withReason =
    reasonString !== undefined && client.wantsReasons ? { ...suback, properties: { reasonString } } : suback
  // A reason must not make it larger than the client takes (MQTT 5.0 §3.9.2.1.2).
  return answered({ ...state, subscriptions }, toBytes(withReason, client) ? withReason : suback)
}

/** Ends subscriptions; what was not subscribed to is said to 5.0 clients (MQTT 5.0 §3.11.3). */
export function unsubscribe(state: Connected, { packetId, filters }: Unsubscribe): Step | SessionError {
  const subscriptions = new Map(state.subscriptions)
  const codes = filters.map((filter) =>
    subscriptions.delete(filter) ? reason.success : reason.noSubscriptionExisted,
  )
  return answered({ ...state, subscriptions }, { type: 'unsuback', packetId, codes })
}

/** An answer must come ([MQTT-3.8.4-1], [MQTT-3.10.4-4]); one the client cannot take must not ([MQTT-3.1.2-24]). */
function answered(state: Connected, packet: Suback | Unsuback): Step | SessionError {
  const { client } = state
  if (Number.isFinite(client.packetBytesMax) && !toBytes(packet, client))
    return {
      code: reason.packetTooLarge,
      clause: '[MQTT-3.1.2-24]',
      detail: `The ${packet.type.toUpperCase()} would be larger than the ${client.packetBytesMax} bytes that the client takes.`,
    }
  return { state, effects: [send(client, packet)] }
}
