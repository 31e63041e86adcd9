import { Buffer } from 'node:buffer'
import { type DeviceId, parseDeviceId } from '../base/ids.ts'
import type { JsonObject, JsonValue } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import { Refusal } from '../base/refusal.ts'
import { type ParsedJson, parseJson } from '../codec/payload/json.ts'

export interface Credentials {
  readonly deviceId: string
  readonly signType: 0 | 1
  readonly timestamp: string
  readonly password: Buffer
}

const invalid = (field: string, rule: string) => new Refusal('invalid-input', { field, rule })

/** The body of `POST /v5/device-auth` (device protocol §5.1). */
export function readCredentials(body: Buffer): Credentials {
  const fields = objectOf(body)
  const { device_id: deviceId, sign_type: signType, timestamp, password } = fields
  if (typeof deviceId !== 'string' || !parseDeviceId(deviceId))
    throw invalid('device_id', 'must be 1 to 128 letters, digits, - and _')
  if (signType !== 0 && signType !== 1) throw invalid('sign_type', 'must be 0 or 1')
  if (typeof timestamp !== 'string' || !/^\d{10}$/.test(timestamp))
    throw invalid('timestamp', 'must be ten digits, YYYYMMDDHH in UTC')
  if (typeof password !== 'string' || password.length !== 64)
    throw invalid('password', 'must have 64 characters: the HMAC-SHA256 of the secret, in hex')
  return { deviceId, signType, timestamp, password: Buffer.from(password) }
}

/** Ids of the children that a batch of reports is of. What else is wrong with it its verdicts tell. */
export function childrenOf(body: Buffer, max: number): readonly DeviceId[] {
  const { devices } = objectOf(body)
  if (!Array.isArray(devices)) throw invalid('devices', 'must be an array')
  if (devices.length > max) throw new Refusal('too-many-children', { max })
  return devices.map((device: JsonValue, index) => {
    const isObject = device !== null && typeof device === 'object' && !Array.isArray(device)
    const id = isObject && (device as JsonObject)['device_id']
    const deviceId = typeof id === 'string' ? parseDeviceId(id) : undefined
    if (!deviceId) throw invalid(`devices[${index}].device_id`, 'must be 1 to 128 letters, digits, - and _')
    return deviceId
  })
}

function objectOf(body: Buffer): JsonObject {
  const parsed = parseJson(body, limits.jsonDepthMax)
  if (parsed.kind !== 'parsed') throw new Refusal('malformed-json', { detail: detailOf(parsed) })
  const { value } = parsed
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw invalid('body', 'must be a JSON object')
  return value as JsonObject
}

function detailOf(fault: Exclude<ParsedJson, { readonly kind: 'parsed' }>): string {
  if (fault.kind === 'not-json') return fault.detail
  return fault.kind === 'not-utf8'
    ? `the byte at offset ${fault.offset} is not UTF-8`
    : `it nests deeper than ${limits.jsonDepthMax} levels`
}
