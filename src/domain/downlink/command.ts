import { Buffer } from 'node:buffer'
import type { DeviceId, ProjectId, RowKey } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import type { NoticeCode } from '../verdict/notice-codes.ts'
import type { Delivery } from './downlink.ts'
import { childOf } from './message.ts'

/** PENDING: in the queue; SENT: handed to the connection; DELIVERED: acknowledged; the rest are ends (northbound §4.7). */
export const commandStatuses = [
  'PENDING',
  'EXPIRED',
  'SENT',
  'DELIVERED',
  'SUCCESSFUL',
  'FAILED',
  'TIMEOUT',
] as const
export type CommandStatus = (typeof commandStatuses)[number]

/** Those of commands in the queue; all others are history. */
export const queuedStatuses = ['PENDING', 'SENT', 'DELIVERED'] as const satisfies readonly CommandStatus[]
export const endedStatuses = [
  'EXPIRED',
  'SUCCESSFUL',
  'FAILED',
  'TIMEOUT',
] as const satisfies readonly CommandStatus[]

/** What a device is asked to do. */
export interface CommandBody {
  readonly serviceId?: string
  readonly name?: string
  readonly paras: JsonObject
}

/** A command that waits in a queue for its device, and that nobody waits for. */
export interface AsyncCommand extends CommandBody {
  readonly key: RowKey
  readonly projectId: ProjectId
  readonly deviceKey: RowKey
  readonly deviceId: DeviceId
  /** Whose connection carries it, and from whom alone an answer counts. */
  readonly carrierId: DeviceId
  /** Unique over all devices: it is the request id. */
  readonly commandId: string
  readonly strategy: 'immediately' | 'delay'
  readonly expireSeconds: number
  readonly status: CommandStatus
  /** Why it was not carried out. */
  readonly code?: NoticeCode
  /** What the device answered. */
  readonly result?: JsonValue
  readonly createdAt: Instant
  /** When it leaves the queue unsent. */
  readonly expiresAt: Instant
  readonly sentAt?: Instant
  readonly deliveredAt?: Instant
  /** Until when an answer counts. */
  readonly answerUntil?: Instant
  readonly respondedAt?: Instant
  readonly finishedAt?: Instant
}

/** Whom something is for, and whose connection carries it. */
export interface Addressee {
  readonly deviceId: DeviceId
  readonly carrierId: DeviceId
}

export const commandTopic = ({ carrierId }: Addressee, requestId: string): string =>
  `$oc/devices/${carrierId}/sys/commands/request_id=${requestId}`

/** Device protocol §3.8.0: what is absent is left out, never null. */
export const commandPayload = (addressee: Addressee, { serviceId, name, paras }: CommandBody): Uint8Array =>
  Buffer.from(
    JSON.stringify({ ...childOf(addressee), service_id: serviceId, command_name: name, paras }),
    'utf8',
  )

/**
 * What the try to send a queued command means. It is marked as sent before it is sent, so that a crash cannot have it
 * carried out twice: `requeue` puts it back where nothing was sent for sure, or where QoS 1 lets it be sent again.
 */
export type AfterCommandTry =
  | { readonly kind: 'sent' }
  | { readonly kind: 'delivered' }
  | { readonly kind: 'requeue' }
  | { readonly kind: 'failed'; readonly code: NoticeCode }

export function decideAfterCommandTry(delivery: Delivery): AfterCommandTry {
  switch (delivery) {
    case 'acknowledged':
      return { kind: 'delivered' }
    // No PUBACK, and yet the device may have it: its answer decides.
    case 'written':
    case 'unacknowledged':
      return { kind: 'sent' }
    case 'offline':
    case 'connection-lost':
    case 'busy':
    case 'not-subscribed':
      return { kind: 'requeue' }
    case 'too-large':
      return { kind: 'failed', code: 'downlink-too-large' }
  }
}

/** What a device answered to a command or a property set: `result_code` is 0 unless it says otherwise (§3.5, §3.8.0). */
export function isSuccess(answer: JsonValue): boolean {
  if (typeof answer !== 'object' || answer === null || !('result_code' in answer)) return true
  const { result_code: code } = answer
  return code === null || code === 0
}
