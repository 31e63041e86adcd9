import type { JsonObject } from '../../base/json.ts'
import type { Limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import { anyObject } from '../fields/fields.ts'

export const ExtensionInfo = anyObject('Free JSON object of at most 1 KB.')

/** Refuses more than 1 KB of JSON (northbound, AddDevice). */
export function readExtensionInfo(wire: { [key: string]: unknown }, limits: Limits): JsonObject {
  const bytes = Buffer.byteLength(JSON.stringify(wire))
  if (bytes > limits.extensionInfoBytesMax) {
    throw new Refusal('invalid-input', {
      field: 'extension_info',
      rule: `must be at most ${limits.extensionInfoBytesMax} bytes, not ${bytes}`,
    })
  }
  return wire as JsonObject // Parsed from JSON, so it is JSON.
}
