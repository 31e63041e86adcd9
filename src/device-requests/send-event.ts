import type { Ids } from '../base/ids.ts'
import type { JsonObject } from '../base/json.ts'
import { eventPayload } from '../codec/payload/events.ts'
import { formatTopic } from '../codec/topic/system-topics.ts'
import type { Device } from '../domain/device/device.ts'
import type { Delivery } from '../domain/downlink/downlink.ts'
import type { DownlinkEntry } from '../domain/entry/entry.ts'
import { noticeOf } from './delivery-notice.ts'
import type { DeviceRequestDeps } from './request.ts'

/** An event for a directly connected device itself. `eventId`: of the request that it answers; absent: a new one. */
export interface EventToSend {
  readonly serviceId: string
  readonly eventType: string
  readonly eventId?: string
  readonly paras: JsonObject
}

/**
 * Sends one event, once, and writes to the log what became of it (device protocol §1.5 point 6, §3.8.1). Resolves with
 * the delivery and the event id.
 */
export async function sendEvent(
  { clock, downlinks, append, ids }: Pick<DeviceRequestDeps, 'clock' | 'downlinks' | 'append'> & { ids: Ids },
  { deviceId, projectId }: Pick<Device, 'deviceId' | 'projectId'>,
  { serviceId, eventType, eventId = ids.uuid(), paras }: EventToSend,
): Promise<{ readonly eventId: string; readonly delivery: Delivery }> {
  const topic = formatTopic({ kind: 'event-down', deviceId })
  const at = clock.now()
  const payload = eventPayload({ serviceId, eventType, eventTime: at, eventId, paras })
  const delivery = await downlinks.send({ deviceId, topic, payload, reach: 'implicit', isRetried: false })
  const body: DownlinkEntry = {
    type: 'event',
    id: eventId,
    state: stateOf(delivery),
    topic,
    payload: payload.toString(),
    payloadEncoding: 'utf8',
    ...reasonOf(delivery, topic),
  }
  await append([{ kind: 'downlink', at, projectId, deviceId, body }])
  return { eventId, delivery }
}

function stateOf(delivery: Delivery): DownlinkEntry['state'] {
  if (delivery === 'acknowledged') return 'delivered'
  return delivery === 'written' ? 'sent' : 'failed'
}

function reasonOf(delivery: Delivery, topic: string): Pick<DownlinkEntry, 'code'> {
  const notice = noticeOf(delivery, topic)
  return notice ? { code: notice.code } : {}
}
