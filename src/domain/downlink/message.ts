import { Buffer } from 'node:buffer'
import type { DeviceId, ProjectId, RowKey } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { JsonValue } from '../../base/json.ts'
import type { NoticeCode } from '../verdict/notice-codes.ts'
import type { Delivery, Downlink, DownlinkProperties } from './downlink.ts'

/** PENDING: kept for the device; TIMEOUT: not delivered within its time in the cache (device protocol §3.2). */
export const messageStatuses = ['PENDING', 'DELIVERED', 'FAILED', 'TIMEOUT'] as const
export type MessageStatus = (typeof messageStatuses)[number]

/** Where a message goes: the system topic of messages, one below `…/user/`, or any topic by its full name. */
export type MessageTopic =
  | { readonly kind: 'system' }
  | { readonly kind: 'user'; readonly suffix: string }
  | { readonly kind: 'full'; readonly name: string }

/** What MQTT 5 devices are told beside the payload (northbound §4.6). */
export interface MessageProperties {
  readonly correlationData?: string
  readonly responseTopic?: string
  readonly userProperties?: readonly { readonly key: string; readonly value: string }[]
}

/** An opaque payload for a device, kept while the device is away. */
export interface Message {
  readonly key: RowKey
  readonly projectId: ProjectId
  /** Row of the device, so that a message never reaches a later device of the same id. */
  readonly deviceKey: RowKey
  readonly deviceId: DeviceId
  /** Whose connection carries it: the device itself, or the gateway that its connection is made by. */
  readonly carrierId: DeviceId
  /** Unique among those that are kept for the device. */
  readonly messageId: string
  readonly name?: string
  /** As the application gave it. */
  readonly content: JsonValue
  /** `base64`: `content` is the base64 of the payload. */
  readonly encoding: 'none' | 'base64'
  readonly payloadFormat: 'standard' | 'raw'
  readonly topic: MessageTopic
  readonly properties?: MessageProperties
  readonly ttlMinutes: number
  readonly status: MessageStatus
  /** Why it is not, or was not, delivered. */
  readonly code?: NoticeCode
  readonly createdAt: Instant
  readonly expiresAt: Instant
  readonly finishedAt?: Instant
}

/**
 * The payload as the device gets it (device protocol §3.2). Base64 and `raw` are handed through; the standard form has
 * no key beside its four, since SDKs would take it for raw, and its content is text, since Java's takes nothing else.
 */
export function messagePayload(
  message: Pick<
    Message,
    'content' | 'encoding' | 'payloadFormat' | 'deviceId' | 'carrierId' | 'name' | 'messageId'
  >,
): Uint8Array {
  const { content, encoding, payloadFormat, deviceId, carrierId, name, messageId } = message
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  if (encoding === 'base64') return Buffer.from(text, 'base64')
  if (payloadFormat === 'raw') return Buffer.from(text, 'utf8')
  return Buffer.from(
    JSON.stringify({ ...childOf({ deviceId, carrierId }), name, id: messageId, content: text }),
    'utf8',
  )
}

/** `object_device_id` where a gateway is to hand something on, nothing where the device itself is meant (§3.0.3). */
export const childOf = ({
  deviceId,
  carrierId,
}: {
  readonly deviceId: DeviceId
  readonly carrierId: DeviceId
}): { readonly object_device_id?: DeviceId } => (deviceId === carrierId ? {} : { object_device_id: deviceId })

/** The full name; of a child's message, one of its gateway's topics, which alone the gateway may subscribe to. */
export function messageTopic({ topic, carrierId }: Pick<Message, 'topic' | 'carrierId'>): string {
  switch (topic.kind) {
    case 'system':
      return systemTopic(carrierId)
    case 'user':
      return `$oc/devices/${carrierId}/user/${topic.suffix}`
    case 'full':
      return topic.name
  }
}

const systemTopic = (deviceId: DeviceId): string => `$oc/devices/${deviceId}/sys/messages/down`

/** A message ready to be sent. */
export function messageDownlink(message: Message): Downlink {
  const topic = messageTopic(message)
  const properties = downlinkProperties(message.properties)
  return {
    deviceId: message.carrierId,
    topic,
    payload: messagePayload(message),
    ...(properties && { properties }),
    reach: topic === systemTopic(message.carrierId) ? 'implicit' : 'subscribed',
    isRetried: true,
  }
}

function downlinkProperties(properties: MessageProperties | undefined): DownlinkProperties | undefined {
  if (!properties) return undefined
  const { correlationData, responseTopic, userProperties } = properties
  return {
    ...(correlationData !== undefined && { correlationData: Buffer.from(correlationData, 'utf8') }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(userProperties && {
      userProperties: userProperties.map(({ key, value }) => [key, value] as const),
    }),
  }
}

/** Where a message stands after it was tried. */
export type AfterTry =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly code: NoticeCode }
  /** It waits: `connect` until the device connects, `subscribe` also until it subscribes, `again` for the next try. */
  | { readonly kind: 'waits'; readonly until: 'connect' | 'subscribe' | 'again'; readonly code: NoticeCode }

/**
 * What one try means (device protocol §1.5 point 4). `triesLeft`: how often it may be tried again on this connection;
 * 'none' for one that was sent when it was made, and waits for the next connect or subscribe instead.
 */
export function decideAfterTry(
  { ttlMinutes }: Pick<Message, 'ttlMinutes'>,
  delivery: Delivery,
  triesLeft: number | 'none',
): AfterTry {
  if (delivery === 'written' || delivery === 'acknowledged') return { kind: 'delivered' }
  const code = deliveryCode(delivery)
  // Larger than the device takes at all: no later try could differ.
  if (ttlMinutes === 0 || delivery === 'too-large') return { kind: 'failed', code }
  switch (delivery) {
    case 'offline':
    case 'connection-lost':
      return { kind: 'waits', until: 'connect', code }
    case 'not-subscribed':
      return { kind: 'waits', until: 'subscribe', code }
    case 'busy':
      return { kind: 'waits', until: 'again', code }
    case 'unacknowledged':
      if (triesLeft === 'none') return { kind: 'waits', until: 'subscribe', code }
      return triesLeft > 0 ? { kind: 'waits', until: 'again', code } : { kind: 'failed', code }
  }
}

/** Why something did not reach the device. */
export function deliveryCode(delivery: Exclude<Delivery, 'written' | 'acknowledged'>): NoticeCode {
  switch (delivery) {
    case 'offline':
      return 'device-offline'
    case 'not-subscribed':
      return 'device-not-subscribed'
    case 'too-large':
      return 'downlink-too-large'
    case 'connection-lost':
      return 'connection-lost'
    case 'unacknowledged':
      return 'downlink-unacknowledged'
    case 'busy':
      return 'downlink-queue-full'
  }
}

/**
 * Which messages make room for a new one: the oldest, those that have ended before those that still wait, so that no
 * more than `max` are kept (device protocol §3.2: the newest pushes out the oldest). `kept` is oldest first.
 */
export function decidePushedOut<M extends Pick<Message, 'status'>>(
  kept: readonly M[],
  max: number,
): readonly M[] {
  const excess = kept.length + 1 - max
  if (excess <= 0) return []
  const ended = kept.filter(({ status }) => status !== 'PENDING')
  const waiting = kept.filter(({ status }) => status === 'PENDING')
  return [...ended, ...waiting].slice(0, excess)
}
