import type { Instant } from '../../base/instant.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import { sameJson } from '../../base/same-json.ts'
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

  get version(): number {
    return this.#version
  }

  get hasDesired(): boolean {
    return this.#desired !== undefined
  }

  /** Whether a desired value, writable or not, is not the reported one. */
  isDiffering(): boolean {
    if (!this.#desired) return false
    for (const [property, wanted] of Object.entries(this.#desired.properties)) {
      const had = this.#properties?.get(property)
      if (had === undefined || !sameJson(wanted, had)) return true
    }
    return false
  }

  /** Whether `changeDesired` would leave more properties than a shadow holds. */
  isOverfilledBy(desired: JsonObject): boolean {
    const had = this.#desired?.properties ?? {}
    const added = Object.keys(desired).filter((name) => desired[name] !== null && !Object.hasOwn(had, name))
    return Object.keys(had).length + added.length > limits.shadowPropertiesMax
  }

  /** Whether `changeDesired` has anything to set or to take away. */
  isChangedByDesired(desired: JsonObject): boolean {
    const values = Object.entries(desired)
    if (values.length === 0) return this.#desired !== undefined
    const had = this.#desired?.properties ?? {}
    return values.some(([property, value]) => value !== null || Object.hasOwn(had, property))
  }

  /**
   * Sets, and by null takes away, desired values; no value at all: the section goes (device protocol §4.4). The version
   * grows by 1.
   */
  changeDesired(desired: JsonObject, time: Instant): void {
    const values = Object.entries(desired)
    const properties = new Map(values.length === 0 ? [] : Object.entries(this.#desired?.properties ?? {}))
    for (const [property, value] of values)
      if (value === null) properties.delete(property)
      else properties.set(property, value)
    this.#desired = properties.size === 0 ? undefined : { properties: Object.fromEntries(properties), time }
    this.#version++
  }

  get isEmpty(): boolean {
    return !this.#desired && !this.#properties
  }

  /** Both sections go; the version grows, so that nobody takes what comes next for what was there. */
  clear(): void {
    this.#desired = undefined
    this.#properties = undefined
    this.#time = 0
    this.#receivedAt = 0
    this.#version++
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
