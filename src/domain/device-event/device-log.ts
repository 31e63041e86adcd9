import type { DeviceId, Position } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import type { EventFault } from './device-event.ts'
import { fail, optionalWhole, readParas, requiredText } from './paras.ts'

/** A line that a device wrote about itself (device protocol §3.8.7). */
export interface DeviceLog {
  /** `security`: a finding of the C SDK's checks, whose content is an object. */
  readonly category: 'log' | 'security'
  /** e.g. `DEVICE_STATUS`, `MEMORY_REPORT`: whatever the device says. */
  readonly type: string
  /** By the device's clock; undefined when it said none. */
  readonly loggedAt?: Instant
  readonly content: string | JsonObject
}

/** `log_report` and `security_log_report`; at most `limits.deviceLogBytesMax` of content. */
export function readDeviceLog(category: DeviceLog['category'], paras: JsonObject): DeviceLog | EventFault {
  return readParas(() => {
    const loggedAt = optionalWhole(paras, 'timestamp')
    return {
      category,
      type: requiredText(paras, 'type', limits.nameLengthMax),
      ...(loggedAt !== undefined && Math.abs(loggedAt) <= TIME_MAX && { loggedAt }),
      content: readContent(category, paras['content'] ?? null),
    }
  })
}

/** What a Date can hold. */
const TIME_MAX = 8.64e15

function readContent(category: DeviceLog['category'], content: JsonValue): string | JsonObject {
  if (content === null) return fail('content', 'is required')
  if (typeof content === 'string') {
    if (content.length > limits.deviceLogLengthMax)
      return fail('content', `must have at most ${limits.deviceLogLengthMax} characters`)
    return content
  }
  if (category === 'security' && typeof content === 'object' && !Array.isArray(content))
    return content as JsonObject
  return fail('content', category === 'log' ? 'must be a text' : 'must be an object')
}

/** A log report as it stands in the log of the platform. */
export interface KeptDeviceLog extends DeviceLog {
  readonly position: Position
  readonly receivedAt: Instant
}

export interface DeviceLogQuery {
  readonly deviceId: DeviceId
  readonly category?: DeviceLog['category']
  readonly type?: string
  /** Position; absent: from the newest on. */
  readonly before?: number
  readonly limit: number
}

export interface DeviceLogPage {
  /** Newest first. May be fewer than asked for, or none, although there are more. */
  readonly logs: readonly KeptDeviceLog[]
  /** `before` of the next page; absent at the end. */
  readonly before?: number
}
