import type { DeviceId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'

/** One service event of topic `…/sys/events/up`, as it was sent (device protocol §3.0.4). */
export interface DeviceEvent {
  readonly serviceId: string
  readonly eventType: string
  /** As sent; `decideEventTime` says what it means. Undefined when absent or null. */
  readonly eventTime: JsonValue | undefined
  /** Joins a request and its answer; undefined when absent, null, empty or longer than `limits.eventIdLengthMax`. */
  readonly eventId?: string
  /** Empty when absent or null. */
  readonly paras: JsonObject
}

/** What is wrong with a payload or one of its events: a notice code with its parameters. */
export interface EventFault {
  readonly code: 'payload-not-json' | 'payload-invalid'
  readonly params: Readonly<Record<string, string | number>>
}

/** A payload of that topic. `faults` has what was skipped, in the order of the payload. */
export type ParsedEvents =
  | {
      readonly kind: 'parsed'
      /** Undefined: the device of the connection itself. Not checked yet to be one of its children. */
      readonly objectDeviceId?: string
      readonly events: readonly DeviceEvent[]
      readonly faults: readonly EventFault[]
    }
  | { readonly kind: 'unreadable'; readonly fault: EventFault }

/** An event on its way to a device (topic `…/sys/events/down`). */
export interface OutgoingEvent {
  readonly serviceId: string
  readonly eventType: string
  readonly eventTime: Instant
  /** Sent only when there is one: the Python SDK does not survive nulls (device protocol §0.3). */
  readonly eventId?: string
  /** Of a child device; absent for the device of the connection itself (device protocol §3.0.3). */
  readonly objectDeviceId?: DeviceId
  readonly paras: JsonObject
}
