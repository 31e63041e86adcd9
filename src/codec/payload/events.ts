import { Buffer } from 'node:buffer'
import { formatBasic } from '../../base/instant.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import type {
  DeviceEvent,
  EventFault,
  OutgoingEvent,
  ParsedEvents,
} from '../../domain/device-event/device-event.ts'
import { parseJson } from './json.ts'

const NOTHING: JsonObject = Object.freeze(Object.create(null) as JsonObject)

/**
 * Parses what a device publishes to `…/sys/events/up` (device protocol §3.8.1). `null` and absent are the same
 * (§0.3), unknown keys are ignored. An entry without usable `service_id`, `event_type` or `paras` is skipped with a
 * fault, and so are those beyond `limits.eventsPerUplinkMax`; the others are kept.
 */
export function parseEvents(payload: Uint8Array): ParsedEvents {
  const json = parseJson(payload, limits.jsonDepthMax)
  switch (json.kind) {
    case 'not-utf8':
      return unreadable('payload-not-json', { detail: 'it is not UTF-8 text' })
    case 'not-json':
      return unreadable('payload-not-json', { detail: json.detail })
    case 'too-deep':
      return unreadable('payload-not-json', {
        detail: `it is nested deeper than ${limits.jsonDepthMax} levels`,
      })
    case 'parsed':
      return readEnvelope(json.value)
  }
}

function readEnvelope(root: JsonValue): ParsedEvents {
  if (!isObject(root)) return unreadable('payload-invalid', { field: 'payload', rule: 'must be an object' })
  const { object_device_id: objectDeviceId = null, services = null } = root
  if (objectDeviceId !== null && typeof objectDeviceId !== 'string')
    return unreadable('payload-invalid', { field: 'object_device_id', rule: 'must be a text' })
  if (!Array.isArray(services))
    return unreadable('payload-invalid', { field: 'services', rule: 'must be a list' })
  const entries = services as readonly JsonValue[]
  if (entries.length === 0)
    return unreadable('payload-invalid', { field: 'services', rule: 'must not be empty' })
  const { eventsPerUplinkMax } = limits
  const events: DeviceEvent[] = []
  const faults: EventFault[] = []
  for (const [index, entry] of entries.slice(0, eventsPerUplinkMax).entries()) {
    const read = readEvent(entry, `services[${index}]`)
    if ('code' in read) faults.push(read)
    else events.push(read)
  }
  if (entries.length > eventsPerUplinkMax)
    faults.push(invalid('services', `must have at most ${eventsPerUplinkMax} entries`))
  return {
    kind: 'parsed',
    ...(objectDeviceId !== null && objectDeviceId !== '' && { objectDeviceId }),
    events,
    faults,
  }
}

function readEvent(entry: JsonValue, at: string): DeviceEvent | EventFault {
  if (!isObject(entry)) return invalid(at, 'must be an object')
  const { service_id: serviceId, event_type: eventType, event_id: eventId, paras = null } = entry
  if (!isName(serviceId)) return invalid(`${at}.service_id`, NAME_RULE)
  if (!isName(eventType)) return invalid(`${at}.event_type`, NAME_RULE)
  if (paras !== null && !isObject(paras)) return invalid(`${at}.paras`, 'must be an object')
  return {
    serviceId,
    eventType,
    eventTime: entry['event_time'] ?? undefined,
    ...(isEventId(eventId) && { eventId }),
    paras: paras ?? NOTHING,
  }
}

const NAME_RULE = `must be a text of 1 to ${limits.nameLengthMax} characters`
const isName = (value: JsonValue | undefined): value is string =>
  typeof value === 'string' && value !== '' && value.length <= limits.nameLengthMax
const isEventId = (value: JsonValue | undefined): value is string =>
  typeof value === 'string' && value !== '' && value.length <= limits.eventIdLengthMax

const invalid = (field: string, rule: string): EventFault => ({
  code: 'payload-invalid',
  params: { field, rule },
})
const unreadable = (code: EventFault['code'], params: EventFault['params']): ParsedEvents => ({
  kind: 'unreadable',
  fault: { code, params },
})

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The payload of `…/sys/events/down`: one event a payload, since the C SDK keeps three at most (device protocol
 * §3.8.1), and nothing that is null.
 */
export function eventPayload(event: OutgoingEvent): Buffer {
  const { objectDeviceId, serviceId, eventType, eventTime, eventId, paras } = event
  return Buffer.from(
    JSON.stringify({
      ...(objectDeviceId !== undefined && { object_device_id: objectDeviceId }),
      services: [
        {
          service_id: serviceId,
          event_type: eventType,
          event_time: formatBasic(eventTime),
          ...(eventId !== undefined && { event_id: eventId }),
          paras,
        },
      ],
    }),
  )
}
