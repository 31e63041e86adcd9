import type { JsonObject } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import { parseJson } from './json.ts'

/** What a bridge logs a device in with (device protocol §3.10). */
export interface BridgeLogin {
  readonly signType: 0 | 1
  /** Ten digits; the HMAC key. */
  readonly timestamp: string
  readonly password: string
}

export interface BridgeSecretReset {
  readonly oldSecret: string
  readonly newSecret: string
}

/** Why a request of a bridge cannot be read, for a notice. */
export type BridgeRequestFault =
  | { readonly code: 'payload-not-json'; readonly params: { readonly detail: string } }
  | { readonly code: 'payload-invalid'; readonly params: { readonly field: string; readonly rule: string } }

/** Sign types 0 and 1 alone: the hour is checked for 1 (§2.3). */
export function parseBridgeLogin(payload: Uint8Array): BridgeLogin | BridgeRequestFault {
  const fields = readObject(payload)
  if ('code' in fields) return fields
  const { sign_type: signType = 0, timestamp, password } = fields.value
  if (signType !== 0 && signType !== 1 && signType !== null) return invalid('sign_type', 'must be 0 or 1')
  if (typeof timestamp !== 'string' || !/^\d{10}$/.test(timestamp))
    return invalid('timestamp', 'must be a text of ten digits, YYYYMMDDHH')
  if (typeof password !== 'string') return invalid('password', 'must be a text')
  return { signType: signType ?? 0, timestamp, password }
}

/** The secrets are of the form that devices have them in: 8 to 32 letters, digits, `_` and `-` (§2.2). */
export function parseBridgeSecretReset(payload: Uint8Array): BridgeSecretReset | BridgeRequestFault {
  const fields = readObject(payload)
  if ('code' in fields) return fields
  const { old_secret: oldSecret, new_secret: newSecret } = fields.value
  if (typeof oldSecret !== 'string') return invalid('old_secret', 'must be a text')
  if (typeof newSecret !== 'string' || !/^[A-Za-z0-9_-]{8,32}$/.test(newSecret))
    return invalid('new_secret', 'must be 8 to 32 letters, digits, _ and -')
  return { oldSecret, newSecret }
}

function readObject(payload: Uint8Array): { readonly value: JsonObject } | BridgeRequestFault {
  const json = parseJson(payload, limits.jsonDepthMax)
  switch (json.kind) {
    case 'not-json':
      return notJson(json.detail)
    case 'not-utf8':
      return notJson(`byte ${json.offset} is not UTF-8`)
    case 'too-deep':
      return notJson(`more than ${limits.jsonDepthMax} levels`)
    case 'parsed': {
      const { value } = json
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return invalid('the payload', 'must be a JSON object')
      return { value: value as JsonObject }
    }
  }
}

const notJson = (detail: string): BridgeRequestFault => ({ code: 'payload-not-json', params: { detail } })
const invalid = (field: string, rule: string): BridgeRequestFault => ({
  code: 'payload-invalid',
  params: { field, rule },
})
