import { Buffer } from 'node:buffer'
import { type DeviceId, parseDeviceId } from '../base/ids.ts'
import type { JsonValue } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import { parseJson } from '../codec/payload/json.ts'
import { type FindPlace, placeBelow } from '../domain/device/place.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import { shownName } from '../domain/report/value-params.ts'
import type { Uplink } from '../domain/uplink/uplink.ts'

/** What devices publish freely (`…/user/…`, custom topics) is never looked into. */
const SYSTEM_TOPIC = /^\$oc\/devices\/[^/]+\/sys\//
const KEY = Buffer.from('"object_device_id"')

/** Device protocol §3.1: a payload with other keys is none of the standard form, and its `object_device_id` is its own affair. */
const messageKeys = new Set(['object_device_id', 'name', 'id', 'content'])

/**
 * The device that an uplink is of: the child that a gateway names in it, else the sender (device protocol §3.0.3). A
 * gateway that names a device which is none of its children is told so on its own account, and what it sent stays its
 * own (safety S5). Looks into messages and events alone, and only when the name of the member stands in them.
 */
export function objectDevice(
  uplink: Uplink,
  findPlace: FindPlace,
): { readonly deviceId: DeviceId; readonly notice?: NewEntry } {
  const { deviceId, projectId, receivedAt: at, topic } = uplink
  const named = namedDevice(uplink)
  if (named === undefined || named === deviceId) return { deviceId }
  const child = parseDeviceId(named)
  if (child !== undefined && placeBelow(uplink, child, findPlace)) return { deviceId: child }
  const body = { code: 'object-device-foreign', params: { device: shownName(named) }, topic } as const
  return { deviceId, notice: { kind: 'notice', at, projectId, deviceId, body } }
}

/** What stands in `object_device_id`; undefined where there is none, or it is empty (§3.0.3). */
function namedDevice({ kind, topic, payload }: Uplink): string | undefined {
  if (kind !== 'event-up' && !(kind === 'message-up' && SYSTEM_TOPIC.test(topic))) return undefined
  if (!Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).includes(KEY)) return undefined
  const json = parseJson(payload, limits.jsonDepthMax)
  if (json.kind !== 'parsed' || !isObject(json.value)) return undefined
  if (kind === 'message-up' && !Object.keys(json.value).every((key) => messageKeys.has(key))) return undefined
  const named = json.value['object_device_id']
  return typeof named === 'string' && named !== '' ? named : undefined
}

function isObject(value: JsonValue): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
