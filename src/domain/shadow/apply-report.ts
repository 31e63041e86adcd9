import type { Instant } from '../../base/instant.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import type { Shadow } from './shadow.ts'

/** What one report says of one service, after the model has judged it: accepted values only. */
export interface ReportedChange {
  readonly values: readonly (readonly [property: string, value: JsonValue])[]
  readonly time: Instant
  readonly receivedAt: Instant
  /** A redelivery of a report that was stored before (safety R4). */
  readonly repeats: boolean
}

/**
 * The shadow of one service after a report, or the very same object when the report changes nothing in it
 * (device protocol §4.3): named properties are set, a null takes its property away, the others stay; one level
 * only. The version grows by 1.
 *
 * Order. A report that is older than the one applied last belongs to history alone. Age is the device's time, but
 * never later than the time of receipt: a device whose clock once ran years ahead would else never get another
 * value in. Of equal age, what was received later wins, and a redelivery never does (safety R4).
 */
export function applyReport(shadow: Shadow, { values, time, receivedAt, repeats }: ReportedChange): Shadow {
  const { reported } = shadow
  if (values.length === 0) return shadow
  if (reported && !isNewer({ time, receivedAt, repeats }, reported)) return shadow
  const properties = new Map(Object.entries(reported?.properties ?? {}))
  for (const [property, value] of values) {
    if (value === null) properties.delete(property)
    else if (properties.has(property) || properties.size < limits.shadowPropertiesMax)
      properties.set(property, value)
  }
  return {
    ...shadow,
    // Not by assignment: a property may be named `__proto__`.
    reported: { properties: Object.fromEntries(properties), time, receivedAt },
    version: shadow.version + 1,
  }
}

function isNewer(
  change: Pick<ReportedChange, 'time' | 'receivedAt' | 'repeats'>,
  applied: NonNullable<Shadow['reported']>,
): boolean {
  const appliedReceivedAt = applied.receivedAt ?? applied.time
  const ahead = Math.min(change.time, change.receivedAt) - Math.min(applied.time, appliedReceivedAt)
  if (ahead !== 0) return ahead > 0
  return change.receivedAt > appliedReceivedAt || (change.receivedAt === appliedReceivedAt && !change.repeats)
}

/** The shadow of a service of which nothing is known. */
export function emptyShadow(serviceId: string): Shadow {
  return { serviceId, version: 0 }
}

/**
 * Desired state that a device starts with: the defaults of its model and what its registration named (device
 * protocol §4.4). It is the start, so the version stays 0; a service that has desired state already keeps it.
 */
export function initialDesired(shadow: Shadow, properties: JsonObject, time: Instant): Shadow {
  return shadow.desired || Object.keys(properties).length === 0
    ? shadow
    : { ...shadow, desired: { properties, time } }
}
