import { Buffer } from 'node:buffer'
import { formatBasic, formatIso, type Instant } from '../base/instant.ts'
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { ServiceModel } from '../domain/product-model/product-model.ts'
import { createRandom, pick, type Random } from './random.ts'
import { planValues, type ValuePlan, type ValueSource } from './values.ts'

/** A service of a report, as it stands on the wire (device protocol §3.3). */
export interface WireReport {
  readonly services: readonly {
    readonly service_id: string
    readonly properties: JsonObject
    readonly event_time?: JsonValue
  }[]
}

/** What one device reports. Each call moves its values on. */
export interface Reporter {
  /** `wrongClock`: the time of the values is one that a device with a wrong clock would send. */
  next(now: Instant, wrongClock?: boolean): WireReport
}

/** Well below what a report may hold (device protocol §3.3), so that long names fit its 64 kB as well. */
const PROPERTIES_PER_REPORT = 200

interface PlannedProperty {
  readonly serviceId: string
  readonly name: string
  readonly plan: ValuePlan
}

/** What devices of a product report: made once, then a reporter for each device. */
export interface ReportPlan {
  /** `Service.property` of those that no value fits; they are left out. */
  readonly impossible: readonly string[]
  /** How many properties a device has. */
  readonly properties: number
  /** The same values for the same seed. */
  reporter(seed: number): Reporter
}

/** Of each property that can be read or is reported; what can only be written is a setting of the device. */
export function planReports(services: readonly ServiceModel[]): ReportPlan {
  const planned: PlannedProperty[] = services.flatMap(({ serviceId, properties }) =>
    properties
      .filter(({ method }) => method !== 'W')
      .map((property) => ({ serviceId, name: property.name, plan: planValues(property) })),
  )
  const trial = createRandom(1)
  const possible = planned.filter(({ plan }) => plan(trial) !== undefined)
  const impossible = planned.filter((each) => !possible.includes(each))
  return {
    impossible: impossible.map(({ serviceId, name }) => `${serviceId}.${name}`),
    properties: possible.length,
    reporter: (seed) => createReporter(possible, createRandom(seed)),
  }
}

type Part = readonly {
  readonly serviceId: string
  readonly sources: readonly (readonly [string, ValueSource])[]
}[]

function createReporter(planned: readonly PlannedProperty[], random: Random): Reporter {
  const parts = partsOf(planned, random)
  let turn = 0
  return {
    next(now, wrongClock = false) {
      const part = parts[turn++ % parts.length] ?? []
      const event_time = wrongClock ? pick(wrongClocks, random)(now) : formatIso(now)
      return {
        services: part.map(({ serviceId, sources }) => ({
          service_id: serviceId,
          properties: Object.fromEntries(sources.map(([name, source]) => [name, source(now)])),
          event_time,
        })),
      }
    },
  }
}

/** A large model takes several reports, in turn. */
function partsOf(planned: readonly PlannedProperty[], random: Random): readonly Part[] {
  const parts: Part[] = []
  for (let start = 0; start < planned.length; start += PROPERTIES_PER_REPORT) {
    const byService = Map.groupBy(
      planned.slice(start, start + PROPERTIES_PER_REPORT),
      ({ serviceId }) => serviceId,
    )
    parts.push(
      Array.from(byService, ([serviceId, ofService]) => ({
        serviceId,
        sources: ofService.flatMap(({ name, plan }): [string, ValueSource][] => {
          const source = plan(random)
          return source ? [[name, source]] : []
        }),
      })),
    )
  }
  return parts
}

const HOUR = 3_600_000

/** Clocks as they go wrong: two hours ahead, a day behind, never set, local time in a form that is not UTC. */
const wrongClocks: readonly ((now: Instant) => JsonValue)[] = [
  (now) => formatIso(now + 2 * HOUR),
  (now) => formatIso(now - 24 * HOUR),
  () => formatBasic(0),
  (now) => formatIso(now + 8 * HOUR).replace(/\.\d+Z$/, '+08:00'),
]

export const encodeReport = (report: WireReport): Buffer => Buffer.from(JSON.stringify(report))
