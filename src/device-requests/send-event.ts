import type { Device } from '../domain/device/device.ts'
import {
  type EventToSend as AnyEvent,
  sendEvent as send,
  type SendEventDeps,
  type SentEvent,
} from '../downlink/send-event.ts'

/** An event for a directly connected device itself. `eventId`: of the request that it answers; absent: a new one. */
export type EventToSend = Pick<AnyEvent, 'serviceId' | 'eventType' | 'eventId' | 'paras'>

/**
 * Sends one event, once, and writes to the log what became of it (device protocol §1.5 point 6, §3.8.1). Resolves with
 * the delivery and the event id.
 */
export const sendEvent = (
  deps: SendEventDeps,
  device: Pick<Device, 'deviceId' | 'projectId'>,
  event: EventToSend,
): Promise<SentEvent> => send(deps, { ...event, device, via: device.deviceId, isAnswer: false })
