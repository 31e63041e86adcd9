import type { DeviceId, Ids } from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import type { JsonObject } from '../base/json.ts'
import { eventPayload } from '../codec/payload/events.ts'
import { formatTopic } from '../codec/topic/system-topics.ts'
import type { Device } from '../domain/device/device.ts'
import type { Delivery } from '../domain/downlink/downlink.ts'
import type { DownlinkEntry, NewEntry } from '../domain/entry/entry.ts'
import type { NoticeCode } from '../domain/verdict/notice-codes.ts'
import type { Downlinks } from './downlinks.ts'

export interface SendEventDeps {
  readonly clock: Clock
  readonly ids: Ids
  readonly downlinks: Pick<Downlinks, 'send'>
  append(entries: readonly NewEntry[]): Promise<unknown>
}

export interface EventToSend {
  /** The device that it is about. */
  readonly device: Pick<Device, 'projectId' | 'deviceId'>
  /** Whose connection carries it: for a child its topmost gateway (`findCarrier`), else the device itself. */
  readonly via: DeviceId
  readonly serviceId: string
  readonly eventType: string
  /** Of the request that this answers, so it goes back as it came; absent: a new one is made. */
  readonly eventId?: string
  /** An answer carries the event id of its request, or none where that had none. */
  readonly isAnswer: boolean
  /** What is said when nobody is there; absent: `device-offline`. */
  readonly offline?: NoticeCode
  readonly paras: JsonObject
}

export interface SentEvent {
  /** Of the step in the log. */
  readonly eventId: string
  readonly delivery: Delivery
  /** Handed to the socket at least. */
  readonly isSent: boolean
  /** Why it is not. */
  readonly code?: NoticeCode
}

/**
 * Sends an event to a device on `…/sys/events/down` and writes to the log of the device what became of it. Resolves
 * when that is on disk.
 */
export async function sendEvent(deps: SendEventDeps, event: EventToSend): Promise<SentEvent> {
  const { clock, ids, downlinks, append } = deps
  const { device, via, serviceId, eventType, isAnswer, paras } = event
  const { projectId, deviceId } = device
  const at = clock.now()
  const eventId = event.eventId ?? ids.uuid()
  const topic = formatTopic({ kind: 'event-down', deviceId: via })
  const payload = eventPayload({
    ...{ serviceId, eventType, eventTime: at, paras },
    ...((!isAnswer || event.eventId !== undefined) && { eventId }),
    ...(via !== deviceId && { objectDeviceId: deviceId }),
  })
  const delivery = await downlinks.send({
    deviceId: via,
    topic,
    payload,
    reach: 'implicit',
    isRetried: false,
  })
  const { state, code: why } = outcomes[delivery]
  const code = delivery === 'offline' ? (event.offline ?? why) : why
  const body: DownlinkEntry = {
    ...{ type: 'event', id: eventId, state, topic, payload: payload.toString(), payloadEncoding: 'utf8' },
    ...(code !== undefined && { code }),
  }
  await append([{ kind: 'downlink', at, projectId, deviceId, body }])
  return { eventId, delivery, isSent: state !== 'failed', ...(code !== undefined && { code }) }
}

const outcomes: {
  readonly [D in Delivery]: { readonly state: DownlinkEntry['state']; readonly code?: NoticeCode }
} = {
  written: { state: 'sent' },
  acknowledged: { state: 'delivered' },
  // It may have arrived all the same.
  unacknowledged: { state: 'failed', code: 'downlink-unacknowledged' },
  offline: { state: 'failed', code: 'device-offline' },
  'not-subscribed': { state: 'failed', code: 'device-not-subscribed' },
  'too-large': { state: 'failed', code: 'downlink-too-large' },
  'connection-lost': { state: 'failed', code: 'connection-lost' },
  busy: { state: 'failed', code: 'downlink-queue-full' },
}
