import type { Instant } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import type { Publish } from '../codec/mqtt/packets.ts'
import { reason } from '../codec/mqtt/reason-codes.ts'
import { parseReport } from '../codec/payload/report.ts'
import { parseTopic, type Topic, topicDirection } from '../codec/topic/system-topics.ts'
import type { OpaqueUplink, Uplink } from '../domain/uplink/uplink.ts'
import type { ConnectionGrant } from '../domain/verdict/verdict.ts'

/** A publish that goes nowhere: acknowledged, traced, and never a reason to disconnect (safety S4). */
export interface Drop {
  readonly kind: 'drop'
  /** For the PUBACK of MQTT 5; on 3.x it cannot be told. */
  readonly reasonCode: number
  readonly code: DropCode
  /** For the trace and for the reason string of MQTT 5: names nothing of other devices. */
  readonly sentence: string
}

export type DropCode =
  | 'topic-unknown'
  | 'topic-foreign'
  | 'topic-downward'
  | 'topic-not-served'
  | 'payload-too-large'
  | 'gzip-corrupt'

export type Route =
  | { readonly kind: 'uplink'; readonly uplink: Uplink }
  /** The payload is a gzip stream: unpack it, at most so many bytes, and route again with what came out. */
  | { readonly kind: 'inflate'; readonly bytesMax: number }
  | Drop

/** What the router must know of a publish. */
export type RoutedPublish = Pick<Publish, 'topic' | 'payload' | 'dup'>

/** Device protocol §1.3: what a message may hold, packed or not. */
const messageBytesMax = 1024 * 1024

const opaque: { readonly [K in Topic['kind']]?: OpaqueUplink['kind'] } = {
  'message-up': 'message-up',
  'event-up': 'event-up',
  'property-set-response': 'response',
  'property-get-response': 'response',
  'command-response': 'response',
}

/** Does the platform act on what devices publish on topics of this kind? It sends nothing to devices yet. */
export function isServed(kind: Topic['kind']): boolean {
  return kind === 'property-report' || opaque[kind] !== undefined
}

/**
 * What a publish of an admitted device means: an uplink for ingestion, or a drop that says why. Default deny: a
 * topic must be listed (device protocol §3.0.1), go upwards and carry the id of this very connection, compared
 * literally and at every publish (safety S3). `inflated`: what came out of an `inflate` route. Pure.
 */
export function route(
  grant: ConnectionGrant,
  publish: RoutedPublish,
  receivedAt: Instant,
  inflated?: Uint8Array,
): Route {
  const topic = parseTopic(publish.topic)
  if (topic.kind === 'unknown') return unknownTopic(topic.why)
  if (topicDirection(topic.kind) === 'down')
    return drop(reason.notAuthorized, 'topic-downward', 'Only the platform may publish to this topic.')
  if (ownerOf(topic) !== undefined && ownerOf(topic) !== grant.deviceId)
    return drop(
      reason.notAuthorized,
      'topic-foreign',
      'The id in the topic is not the id of this connection.',
    )

  const kind = topic.kind === 'property-report' ? 'report' : opaque[topic.kind]
  if (kind === undefined || !('options' in topic))
    return drop(reason.topicNameInvalid, 'topic-not-served', 'This platform does not serve this topic yet.')

  const bytesMax = kind === 'report' ? limits.reportBytesMax : messageBytesMax
  if (topic.options.encoding === 'gzip' && !inflated) return { kind: 'inflate', bytesMax }
  const payload = inflated ?? publish.payload
  // A report that is too large has a verdict of its own, which its reader can look up.
  if (kind !== 'report' && payload.length > bytesMax) return payloadTooLarge(bytesMax)
  const requestId = ('requestId' in topic && topic.requestId) || topic.options.requestId
  const base = {
    deviceId: grant.deviceId,
    projectId: grant.projectId,
    productKey: grant.productKey,
    topic: publish.topic,
    payload,
    receivedAt,
    redelivered: publish.dup,
    ...(requestId && { requestId }),
  }
  return {
    kind: 'uplink',
    uplink: kind === 'report' ? { ...base, kind, report: parseReport(payload) } : { ...base, kind },
  }
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

function unknownTopic(why: 'unlisted' | 'too-long' | 'too-deep'): Drop {
  const sentence = {
    unlisted: 'No topic of the platform has this name.',
    'too-long': `The topic is too long: ${limits.systemTopicBytesMax} bytes for $oc topics, ${limits.customTopicBytesMax} for others.`,
    'too-deep': `The topic has more than ${limits.customTopicSeparatorsMax} separators.`,
  }[why]
  return drop(reason.topicNameInvalid, 'topic-unknown', sentence)
}

function drop(reasonCode: number, code: DropCode, sentence: string): Drop {
  return { kind: 'drop', reasonCode, code, sentence }
}
