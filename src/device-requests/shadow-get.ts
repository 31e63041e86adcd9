import { Buffer } from 'node:buffer'
import { type DeviceId, parseDeviceId } from '../base/ids.ts'
import { formatBasic, type Instant } from '../base/instant.ts'
import type { JsonObject } from '../base/json.ts'
import { parseJson } from '../codec/payload/json.ts'
import { formatTopic } from '../codec/topic/system-topics.ts'
import { shownName } from '../domain/report/value-params.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import { findDevice } from '../store/devices.ts'
import { findCarrier } from '../store/carriers.ts'
import { noticeOf } from './delivery-notice.ts'
import type { DeviceRequestDeps, Notice, Request } from './request.ts'

/**
 * A device asks for its shadow, or a gateway for that of a child: by `object_device_id`, or on the child's own topic, as
 * the Python SDK does (device protocol §3.7, §3.0.2, vector K08). The answer goes back on the topic's device, over the
 * connection that asked, and holds all that was acknowledged before.
 */
export async function answerShadow(deps: DeviceRequestDeps, request: Request): Promise<Notice | undefined> {
  const { parsed, deviceId: connected, projectId, requestId } = request
  if (parsed.kind !== 'shadow-get' || requestId === undefined) throw new Error('not a request for a shadow')
  const asked = readRequest(request.payload, deps.limits.jsonDepthMax)
  if ('code' in asked) return asked
  const named = asked.device ?? parsed.deviceId
  const target = parseDeviceId(named)
  const isTold =
    target !== undefined &&
    // On a child's topic it is that child's shadow, and no other one's.
    (parsed.deviceId === connected || parsed.deviceId === target) &&
    (target === connected || (await isBelow(deps, projectId, { deviceId: target, gatewayId: connected })))
  if (!isTold) return { code: 'shadow-foreign', params: { device: shownName(named) } }
  const body = shadowBody(target, await deps.readShadow(target), asked.serviceId)
  const topic = formatTopic({
    kind: 'shadow-get-response',
    deviceId: parsed.deviceId,
    requestId,
  })
  const delivery = await deps.downlinks.send({
    ...{ deviceId: connected, topic, payload: Buffer.from(JSON.stringify(body)) },
    ...{ reach: 'implicit', isRetried: false },
  })
  return noticeOf(delivery, topic)
}

/** Children on any level; those of other projects are as good as not there (safety S3). */
async function isBelow(
  { store }: DeviceRequestDeps,
  projectId: Request['projectId'],
  { deviceId, gatewayId }: { readonly deviceId: DeviceId; readonly gatewayId: DeviceId },
): Promise<boolean> {
  const device = await findDevice(store, projectId, deviceId)
  return device !== undefined && (await findCarrier(store, device)) === gatewayId
}

interface Asked {
  readonly device?: string
  readonly serviceId?: string
}

/** Java sends nulls, Python `{}`, and both mean: everything of the device itself. */
function readRequest(payload: Uint8Array, depthMax: number): Asked | Notice {
  if (payload.length === 0) return {}
  const json = parseJson(payload, depthMax)
  switch (json.kind) {
    case 'parsed':
      break
    case 'not-json':
      return { code: 'payload-not-json', params: { detail: json.detail } }
    case 'not-utf8':
      return { code: 'payload-not-json', params: { detail: `byte ${json.offset} is not UTF-8` } }
    case 'too-deep':
      return { code: 'payload-not-json', params: { detail: `more than ${depthMax} levels` } }
  }
  const { value } = json
  if (value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value))
    return invalid('the payload', 'must be a JSON object')
  const { object_device_id: device, service_id: serviceId } = value as JsonObject
  if (!isTextOrAbsent(device)) return invalid('object_device_id', 'must be a text')
  if (!isTextOrAbsent(serviceId)) return invalid('service_id', 'must be a text')
  return { ...(device && { device }), ...(serviceId && { serviceId }) }
}

const isTextOrAbsent = (value: unknown): value is string | null | undefined =>
  value === undefined || value === null || typeof value === 'string'

const invalid = (field: string, rule: string): Notice => ({
  code: 'payload-invalid',
  params: { field, rule },
})

/**
 * `shadow` is always an array, and nothing that is not there is sent as null: the C SDK needs the one, the Python SDK
 * fails on the other (device protocol §3.7).
 */
export function shadowBody(
  deviceId: DeviceId,
  shadows: readonly Shadow[],
  serviceId: string | undefined,
): JsonObject {
  const entries = shadows
    .filter((shadow) => serviceId === undefined || shadow.serviceId === serviceId)
    .map(({ serviceId: service_id, desired, reported, version }): JsonObject => ({
      service_id,
      ...section('desired', desired),
      ...section('reported', reported),
      version,
    }))
  return {
    object_device_id: deviceId,
    shadow: entries.filter((entry) => 'desired' in entry || 'reported' in entry),
  }
}

const section = (
  name: 'desired' | 'reported',
  values: { readonly properties: JsonObject; readonly time: Instant } | undefined,
): JsonObject =>
  values && Object.keys(values.properties).length > 0
    ? { [name]: { properties: values.properties, event_time: formatBasic(values.time) } }
    : {}
