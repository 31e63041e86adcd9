import type { Instant } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import { reason } from '../codec/mqtt/reason-codes.ts'
import { parseLegacyAnswer } from '../codec/payload/legacy.ts'
import { parseTopic, type Topic, topicDirection, type TopicOptions } from '../codec/topic/system-topics.ts'
import { notAllowed, type PolicyAction, type PolicyDecision } from '../domain/policy/policy.ts'
import { type PolicyRefusal, refusalByPolicy } from '../domain/policy/refusal.ts'
import type { Uplink, UplinkProperties } from '../domain/uplink/uplink.ts'
import { renderVerdict } from '../domain/verdict/render.ts'
import type { ConnectionGrant } from '../domain/verdict/verdict.ts'

/** A publish that goes nowhere: acknowledged, traced, and never a reason to disconnect (safety S4). */
export interface Drop<Code extends DropCode = DropCode> {
  readonly kind: 'drop'
  /** For the PUBACK of MQTT 5; on 3.x it cannot be told. */
  readonly reasonCode: number
  readonly code: Code
  /** For the trace and for the reason string of MQTT 5: names nothing of other devices. */
  readonly sentence: string
  /** Set when policies keep the device from the topic. */
  readonly byPolicy?: PolicyRefusal
}

/** What its topic alone says against a publish. */
export type TopicDropCode =
  | 'topic-unknown'
  | 'topic-foreign'
  | 'topic-downward'
  | 'topic-not-bootstrap'
  | 'topic-not-served'
  | 'policy-refused'

export type DropCode = TopicDropCode | 'payload-too-large' | 'gzip-corrupt'

/** What the policies that apply to this connection say at this moment; from memory, since publishes wait for it. */
export type DecideTopic = (grant: ConnectionGrant, action: PolicyAction, topic: string) => PolicyDecision

/** What a publish on one topic is, whatever its payload: the same for every publish of a connection on it. */
export type TopicRoute = ServedTopic | Drop<TopicDropCode>

export interface ServedTopic {
  readonly kind: 'served'
  readonly topic: string
  readonly uplink: Uplink['kind']
  readonly requestId?: string
  /** The payload is a gzip stream. */
  readonly isPacked: boolean
  /** A payload that is larger, once unpacked, is dropped; undefined: a report, which has a verdict of its own. */
  readonly bytesMax?: number
  /** The topic on which devices report, without any option. */
  readonly isPlainReport: boolean
  /** What it is shows in the payload alone: see `legacyUplinkOf`. */
  readonly isLegacy: boolean
}

/** Device protocol §1.3: what a message may hold, packed or not. */
const messageBytesMax = 1024 * 1024

const uplinks: { readonly [K in Topic['kind']]?: Uplink['kind'] } = {
  'property-report': 'report',
  'gateway-property-report': 'gateway-report',
  'message-up': 'message-up',
  'sub-device-message-up': 'message-up',
  user: 'message-up',
  custom: 'message-up',
  m2m: 'message-up',
  // Or a response.
  'legacy-data-json': 'report',
  'legacy-data-binary': 'message-up',
  'event-up': 'event-up',
  'property-set-response': 'response',
  'property-get-response': 'response',
  'command-response': 'response',
  'shadow-get': 'request',
  'bootstrap-up': 'request',
}

/** Does the platform act on what devices publish on topics of this kind, or publish on them itself? */
export function isServed(kind: Topic['kind']): boolean {
  return kind !== 'unknown'
}

/**
 * What publishes of an admitted device on a topic mean. Default deny: a topic must be listed (device protocol §3.0.1),
 * go upwards and carry the id of this very connection, compared literally (safety S3). Pure: who keeps the answer
 * must hold the topic of every publish against the one it is for, and ask again when policies have changed. Policies
 * decide about topics that are in no row of the platform's, and about these alone (§3.11).
 */
export function routeTopic(
  grant: ConnectionGrant,
  name: string,
  decideTopic: DecideTopic = () => notAllowed,
): TopicRoute {
  const topic = parseTopic(name)
  if (topic.kind === 'unknown') return unknownTopic(topic.why)
  if (topicDirection(topic.kind) === 'down')
    return drop(reason.notAuthorized, 'topic-downward', 'Only the platform may publish to this topic.')
  // Whether it is a child's shadow that a gateway asks for is known where it is answered (device protocol §3.0.2).
  if (topic.kind !== 'shadow-get' && ownerOf(topic) !== undefined && ownerOf(topic) !== grant.deviceId)
    return drop(
      reason.notAuthorized,
      'topic-foreign',
      'The id in the topic is not the id of this connection.',
    )

  if (grant.provisioning && topic.kind !== 'bootstrap-up')
    return drop(
      reason.notAuthorized,
      'topic-not-bootstrap',
      'A device of a registration group can only ask for its address on this connection.',
    )
  if (topic.kind === 'custom') {
    const byPolicy = refusalByPolicy(decideTopic(grant, 'publish', name), 'publish', name)
    if (byPolicy)
      return {
        ...drop(reason.notAuthorized, 'policy-refused', renderVerdict(byPolicy, 'en').sentence),
        byPolicy,
      }
  }

  const uplink = uplinks[topic.kind]
  if (uplink === undefined)
    return drop(reason.topicNameInvalid, 'topic-not-served', 'This platform does not serve this topic yet.')
  const options: TopicOptions = 'options' in topic ? topic.options : {}
  const requestId = ('requestId' in topic && topic.requestId) || options.requestId
  return {
    kind: 'served',
    topic: name,
    uplink,
    isPacked: options.encoding === 'gzip',
    isPlainReport: topic.kind === 'property-report' && !name.includes('?'),
    isLegacy: topic.kind === 'legacy-data-json',
    ...(uplink !== 'report' && { bytesMax: messageBytesMax }),
    ...(requestId && { requestId }),
  }
}

/** At most so many bytes are unpacked of a payload. */
export function unpackedBytesMax({ bytesMax }: ServedTopic): number {
  return bytesMax ?? limits.reportBytesMax
}

/** The uplink that a publish on a served topic is. `payload`: unpacked. */
export function uplinkOf(
  { deviceId, projectId, productKey }: ConnectionGrant,
  { topic, uplink, requestId, isPlainReport }: ServedTopic,
  payload: Uint8Array,
  receivedAt: Instant,
  redelivered: boolean,
  properties?: UplinkProperties,
): Uplink {
  return {
    kind: uplink,
    deviceId,
    projectId,
    productKey,
    topic,
    payload,
    receivedAt,
    redelivered,
    requestId,
    isPlainReport,
    properties: uplink === 'message-up' ? properties : undefined,
  }
}

/**
 * The uplink that a publish on `/huawei/v1/devices/{id}/data/json` is (device protocol §3.14): the answer to a command, or
 * a report. `requestOf`: which request the number in an answer stands for.
 */
export function legacyUplinkOf(reported: Uplink, requestOf: (mid: number) => string | undefined): Uplink {
  const answer = parseLegacyAnswer(reported.payload)
  if (!answer) return { ...reported, isLegacy: true }
  const requestId = answer.mid === undefined ? undefined : requestOf(answer.mid)
  return { ...reported, kind: 'response', requestId, isLegacy: true }
}

/** Messages are kept for whoever reads them; the rest somebody acts on (`device-requests/`), and so on these messages. */
export function isActedOn({ kind, topic }: Pick<Uplink, 'kind' | 'topic'>): boolean {
  if (kind === 'report' || kind === 'gateway-report') return false
  return kind !== 'message-up' || topic.startsWith('$oc/m2m/')
}

/** More bytes than the topic takes, packed or unpacked (device protocol §3.0.2, §6.1). */
export function payloadTooLarge(bytesMax: number): Drop {
  // MQTT 5.0 §3.4.2.1 has no "packet too large" for PUBACK: a quota is what was exceeded.
  return drop(reason.quotaExceeded, 'payload-too-large', `The payload is larger than ${bytesMax} bytes.`)
}

/** The payload of a topic with `?encoding=gzip` is no gzip stream (device protocol §3.0.2). */
export function gzipCorrupt(): Drop {
  return drop(
    reason.payloadFormatInvalid,
    'gzip-corrupt',
    'The topic says encoding=gzip, but the payload is not a gzip stream.',
  )
}

/** The device (or the bridge) that a topic belongs to; undefined where none is named. */
function ownerOf(topic: Topic): string | undefined {
  if ('bridgeId' in topic) return topic.bridgeId
  if ('deviceId' in topic) return topic.deviceId
  return 'from' in topic ? topic.from : undefined
}

export function unknownTopic(why: 'unlisted' | 'too-long' | 'too-deep'): Drop<TopicDropCode> {
  const sentence = {
    unlisted: 'No topic of the platform has this name.',
    'too-long': `The topic is too long: ${limits.systemTopicBytesMax} bytes for $oc topics, ${limits.customTopicBytesMax} for others.`,
    'too-deep': `The topic has more than ${limits.customTopicSeparatorsMax} separators.`,
  }[why]
  return drop(reason.topicNameInvalid, 'topic-unknown', sentence)
}

export function drop<Code extends DropCode>(reasonCode: number, code: Code, sentence: string): Drop<Code> {
  return { kind: 'drop', reasonCode, code, sentence }
}
