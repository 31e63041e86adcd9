import type { JsonObject } from '../base/json.ts'
import type { Device } from '../domain/device/device.ts'
import type { DeviceEvent } from '../domain/device-event/device-event.ts'
import { type SentEvent, sendEvent } from '../downlink/send-event.ts'
import type { DeviceRequestDeps, Notice, Request } from './request.ts'

/** An event of a device, with the device that it is about: that of the connection, or a child of it. */
export interface EventRequest {
  readonly uplink: Request
  readonly device: Device
  readonly event: DeviceEvent
}

/** Answers what the device did wrong; undefined: nothing. */
export type DeviceEventHandler = (
  deps: DeviceRequestDeps,
  request: EventRequest,
) => Promise<Notice | undefined>

/** Sends the answer to an event, with its event id; what became of it stands in the log of the device. */
export async function answerEvent(
  deps: DeviceRequestDeps,
  { uplink, device, event }: EventRequest,
  eventType: string,
  paras: JsonObject,
): Promise<SentEvent> {
  return sendEvent(deps, {
    device,
    via: uplink.deviceId,
    serviceId: event.serviceId,
    eventType,
    ...(event.eventId !== undefined && { eventId: event.eventId }),
    isAnswer: true,
    paras,
  })
}
