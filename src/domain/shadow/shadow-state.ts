import type { Instant } from '../../base/instant.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import type { Shadow } from './shadow.ts'

/**
 * The shadow of one service as it is kept while reports come in: changed in place, since that happens with every value.
 *
 *   if (state.begin(time, receivedAt, repeats)) for (each value) state.set(property, value)
 *
 * A report changes the shadow so (device protocol §4.3): named properties are set, a null takes its property away, the
 * others stay; one level only. The version grows by 1. Only values that the model has accepted may come here.
 */
export class ShadowState {
  readonly serviceId: string
  #desired: Shadow['desired']
  #properties: Map<string, JsonValue> | undefined
  #time: Instant
  #receivedAt: Instant
  #version: number

  constructor({ serviceId, desired, reported, version }: Shadow) {
    this.serviceId = serviceId
    this.#desired = desired
    this.#properties = reported && new Map(Object.entries(reported.properties))
    this.#time = reported?.time ?? 0
    this.#receivedAt = reported?.receivedAt ?? this.#time
    this.#version = version
  }

  /**
   * Whether a report changes this shadow. A report that is older than the one applied last belongs to history alone.
   * Age is the device's time, but never later than the time of receipt: a device whose clock once ran years ahead would
   * else never get another value in. For the same reason no report is later than one that comes after it was received:
   * our own clock may have been stepped back. Of equal age, what came later wins, and a redelivery (`repeats`), whose
   * time is that of its first coming, only when it was received later (safety R4).
   */
  isChangedBy(time: Instant, receivedAt: Instant, repeats: boolean): boolean {
    if (!this.#properties) return true
    const known = Math.min(this.#time, this.#receivedAt, repeats ? Infinity : receivedAt)
    const ahead = Math.min(time, receivedAt) - known
    if (ahead !== 0) return ahead > 0
    return !repeats || receivedAt > this.#receivedAt
  }

  /**
   * Begins a report that changes it; its values follow with `set`. `reports`: so many that name the same properties and
   * each of which changes it, of which this one is the last.
   */
  begin(time: Instant, receivedAt: Instant, reports = 1): void {
    this.#properties ??= new Map()
    this.#time = time
    this.#receivedAt = receivedAt
    this.#version += reports
  }

  set(property: string, value: JsonValue): void {
    const properties = this.#properties
    if (!properties) throw new Error('a value outside a report')
    if (value === null) properties.delete(property)
    else if (properties.size < limits.shadowPropertiesMax || properties.has(property))
      properties.set(property, value)
  }

  /**
   * Desired state that a device starts with: the defaults of its model and what its registration named (device
   * protocol §4.4). It is the start, so the version stays 0. False: there is nothing to set, or some already.
   */
  setInitialDesired(properties: JsonObject, time: Instant): boolean {
    if (this.#desired || Object.keys(properties).length === 0) return false
    this.#desired = { properties, time }
    return true
  }

  toShadow(): Shadow {
    return {
      serviceId: this.serviceId,
      ...(this.#desired && { desired: this.#desired }),
      ...(this.#properties && {
        // Not by assignment: a property may be named `__proto__`.
        reported: {
          properties: Object.fromEntries(this.#properties),
          time: this.#time,
          receivedAt: this.#receivedAt,
        },
      }),
      version: this.#version,
    }
  }
}

/** The shadow of a service of which nothing is known. */
export function emptyShadow(serviceId: string): Shadow {
  return { serviceId, version: 0 }
}
