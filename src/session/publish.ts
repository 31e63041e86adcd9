import type { Packet, Publish } from '../codec/mqtt/packets.ts'
import { isCodeOf, reason } from '../codec/mqtt/reason-codes.ts'
import type { Client, Connected, PublishAnswer, SessionError, SessionLimits } from './session.ts'
import type { Unanswered } from './unanswered.ts'

/**
 * What a publish breaks, or the topic it is for. A topic alias is noted in the state, in place. `unanswered`: those of the
 * connection that were taken before.
 */
export function takePublish(
  state: Connected,
  publish: Publish,
  unanswered: Unanswered,
  limits: Pick<SessionLimits, 'inflightMax' | 'topicAliasMax'>,
): string | SessionError {
  const isV5 = state.client.protocolLevel === 5
  if (publish.qos === 2)
    return error(reason.qosNotSupported, '[MQTT-3.2.2-11]', 'A PUBLISH of QoS 2; the maximum is 1.')
  // 3.x has no properties, and device protocol §1.3: no way to learn that retain is not available, so there it is ignored.
  if (!isV5) return publish.topic
  if (publish.retain)
    return error(
      reason.retainNotSupported,
      '[MQTT-3.2.2-14]',
      'A PUBLISH with RETAIN, which is not available.',
    )
  if (publish.properties?.subscriptionIdentifiers)
    return error(
      reason.protocolError,
      '[MQTT-3.3.4-6]',
      'A PUBLISH of a client with a subscription identifier.',
    )
  const topic = resolveTopic(state, publish, limits.topicAliasMax)
  if (typeof topic === 'string' && publish.qos === 1 && unanswered.acknowledged >= limits.inflightMax)
    return error(
      reason.receiveMaximumExceeded,
      '[MQTT-3.3.4-7]',
      `More than ${limits.inflightMax} PUBLISH packets of QoS 1 without a PUBACK.`,
    )
  return topic
}

/**
 * 5.0 forbids to send a packet again on one connection ([MQTT-4.4.0-1]), so an id in use is a mistake, told in its turn
 * with this answer. A 3.x client may do so with DUP set: it is stored at least once and acknowledged as often as it came.
 */
export function answerReuse(
  { client }: Connected,
  packetId: number | undefined,
  unanswered: Unanswered,
): PublishAnswer | undefined {
  return client.protocolLevel === 5 && packetId !== undefined && unanswered.has(packetId)
    ? { reasonCode: reason.packetIdentifierInUse }
    : undefined
}

/** MQTT 5.0 §3.3.2.3.4: an alias with a topic gives it a number; without, it stands for the topic. */
function resolveTopic(
  state: Connected,
  { topic, properties }: Publish,
  topicAliasMax: number,
): string | SessionError {
  const alias = properties?.topicAlias
  if (alias === undefined)
    return topic === ''
      ? error(reason.protocolError, 'MQTT 5.0 §3.3.2.1', 'A PUBLISH with neither topic nor topic alias.')
      : topic
  if (alias < 1 || alias > topicAliasMax)
    return error(
      reason.topicAliasInvalid,
      '[MQTT-3.3.2-9]',
      `Topic alias ${alias}; the maximum is ${topicAliasMax}.`,
    )
  if (topic !== '') {
    state.topicAliases ??= new Map()
    state.topicAliases.set(alias, topic)
    return topic
  }
  return (
    state.topicAliases?.get(alias) ??
    error(reason.protocolError, 'MQTT 5.0 §3.3.2.3.4', `Topic alias ${alias} was not set on this connection.`)
  )
}

function error(code: number, clause: string, detail: string): SessionError {
  return { code, clause, detail }
}

/** The PUBACK that says `answer` to this client. */
export function puback(
  { protocolLevel, wantsReasons }: Client,
  packetId: number,
  answer: PublishAnswer,
): Packet {
  if (protocolLevel !== 5) return { type: 'puback', packetId, code: 0 }
  const { reasonCode, reasonString, userProperties } = answer
  const says = wantsReasons && (reasonString !== undefined || userProperties !== undefined)
  return {
    type: 'puback',
    packetId,
    code: pubackCode(reasonCode),
    ...(says && {
      properties: {
        ...(reasonString !== undefined && { reasonString }),
        ...(userProperties && { userProperties }),
      },
    }),
  }
}

/** MQTT 5.0 §3.4.2.1 lists what PUBACK may say; a payload that was too large is a quota exceeded there. */
function pubackCode(code: number): number {
  if (isCodeOf('puback', code, 5, 'server')) return code
  return code === reason.packetTooLarge ? reason.quotaExceeded : reason.implementationSpecificError
}
