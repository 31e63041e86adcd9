import type { Packet, Publish } from '../codec/mqtt/packets.ts'
import { isCodeOf, reason } from '../codec/mqtt/reason-codes.ts'
import {
  type Client,
  type Connected,
  type Effect,
  type PublishAnswer,
  send,
  type SessionContext,
  type SessionError,
  type Step,
} from './session.ts'

/** Hands a publish on, with its topic resolved; answers what breaks a rule with the error to close with. */
export function takePublish(
  state: Connected,
  publish: Publish,
  { limits }: SessionContext,
): Step | SessionError {
  const isV5 = state.client.protocolLevel === 5
  if (publish.qos === 2)
    return error(reason.qosNotSupported, '[MQTT-3.2.2-11]', 'A PUBLISH of QoS 2; the maximum is 1.')
  // Device protocol §1.3: 3.x has no way to learn that retain is not available, so there it is ignored.
  if (publish.retain && isV5)
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
  const resolved = resolveTopic(state, publish, limits.topicAliasMax)
  if ('code' in resolved) return resolved

  const number = state.lastPublish + 1
  const next: Connected = { ...state, topicAliases: resolved.aliases, lastPublish: number }
  const handOn: Effect = {
    kind: 'publish',
    number,
    publish: { ...publish, topic: resolved.topic, retain: false },
  }
  if (publish.packetId === undefined) return { state: next, effects: [handOn] }

  const { packetId } = publish
  const { unanswered } = state
  if (isV5 && unanswered.length >= limits.inflightMax)
    return error(
      reason.receiveMaximumExceeded,
      '[MQTT-3.3.4-7]',
      `More than ${limits.inflightMax} PUBLISH packets of QoS 1 without a PUBACK.`,
    )
  // 5.0 forbids to send a packet again on one connection ([MQTT-4.4.0-1]), so an id in use is a mistake, told in its
  // turn. A 3.x client may do so with DUP set: it is stored at least once and acknowledged as often as it came.
  if (isV5 && unanswered.some((one) => one.packetId === packetId)) {
    const answer = { reasonCode: reason.packetIdentifierInUse }
    return {
      state: { ...next, unanswered: [...unanswered, { publish: number, packetId, answer }] },
      effects: [],
    }
  }
  return { state: { ...next, unanswered: [...unanswered, { publish: number, packetId }] }, effects: [handOn] }
}

/** MQTT 5.0 §3.3.2.3.4: an alias with a topic gives it a number; without, it stands for the topic. */
function resolveTopic(
  { topicAliases }: Connected,
  { topic, properties }: Publish,
  topicAliasMax: number,
): { readonly topic: string; readonly aliases: ReadonlyMap<number, string> } | SessionError {
  const alias = properties?.topicAlias
  if (alias === undefined)
    return topic === ''
      ? error(reason.protocolError, 'MQTT 5.0 §3.3.2.1', 'A PUBLISH with neither topic nor topic alias.')
      : { topic, aliases: topicAliases }
  if (alias < 1 || alias > topicAliasMax)
    return error(
      reason.topicAliasInvalid,
      '[MQTT-3.3.2-9]',
      `Topic alias ${alias}; the maximum is ${topicAliasMax}.`,
    )
  if (topic !== '')
    return {
      topic,
      aliases: topicAliases.get(alias) === topic ? topicAliases : new Map([...topicAliases, [alias, topic]]),
    }
  const known = topicAliases.get(alias)
  return known === undefined
    ? error(
        reason.protocolError,
        'MQTT 5.0 §3.3.2.3.4',
        `Topic alias ${alias} was not set on this connection.`,
      )
    : { topic: known, aliases: topicAliases }
}

function error(code: number, clause: string, detail: string): SessionError {
  return { code, clause, detail }
}

/** Notes one answer and sends every PUBACK whose turn has come: in the order of the publishes ([MQTT-4.6.0-2]). */
export function answerPublish(
  state: Connected,
  { publish, answer }: { readonly publish: number; readonly answer: PublishAnswer },
): Step {
  const unanswered = state.unanswered.map((one) => (one.publish === publish ? { ...one, answer } : one))
  const firstWaiting = unanswered.findIndex((one) => !one.answer)
  const due = firstWaiting === -1 ? unanswered.length : firstWaiting
  const effects = unanswered
    .slice(0, due)
    .flatMap(({ packetId, answer: given }): Effect[] =>
      given ? [send(state.client, puback(state.client, packetId, given))] : [],
    )
  return { state: { ...state, unanswered: unanswered.slice(due) }, effects }
}

function puback({ protocolLevel, wantsReasons }: Client, packetId: number, answer: PublishAnswer): Packet {
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
