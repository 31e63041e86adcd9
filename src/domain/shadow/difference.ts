import type { JsonObject, JsonValue } from '../../base/json.ts'
import { sameJson } from '../../base/same-json.ts'
import type { DataType, ServiceModel } from '../product-model/product-model.ts'
import type { Shadow } from './shadow.ts'

/** What is wanted of one service and was not reported so: what a `properties/set` carries. */
export interface ServiceDifference {
  readonly serviceId: string
  readonly properties: JsonObject
}

/**
 * The desired values that differ from the reported ones and that a device may be asked to take (device protocol §4.4):
 * properties whose method has W. System services are in no model; what is desired of them is pushed whole (§3.8.11,
 * §3.8.12). Values that the model calls equal are equal: a boolean may be reported as 0 or 1, an object as its text.
 */
export function differenceOf(
  shadows: readonly Shadow[],
  services: readonly ServiceModel[],
): readonly ServiceDifference[] {
  return shadows.flatMap(({ serviceId, desired, reported }) => {
    if (!desired) return []
    const equals = writableOf(serviceId, services)
    const differing = Object.entries(desired.properties).filter(([property, wanted]) => {
      const isSame = equals(property)
      if (!isSame) return false
      const had = reported?.properties
      return !had || !Object.hasOwn(had, property) || !isSame(wanted, had[property] as JsonValue)
    })
    return differing.length === 0 ? [] : [{ serviceId, properties: Object.fromEntries(differing) }]
  })
}

type IsSame = (wanted: JsonValue, reported: JsonValue) => boolean

/** How values of a property are compared; undefined: it may not be written. */
function writableOf(
  serviceId: string,
  services: readonly ServiceModel[],
): (property: string) => IsSame | undefined {
  if (serviceId.startsWith('$')) return () => sameJson
  const rules = services.find((service) => service.serviceId === serviceId)?.properties ?? []
  const writable = new Map(
    rules.filter(({ method }) => method.includes('W')).map(({ name, dataType }) => [name, dataType]),
  )
  return (property) => {
    const dataType = writable.get(property)
    return dataType && ((a, b) => sameJson(normal(a, dataType), normal(b, dataType)))
  }
}

/** Device protocol §4.2: boolean accepts 0 and 1; jsonObject a text that parses to one. */
function normal(value: JsonValue, dataType: DataType): JsonValue {
  if (dataType === 'boolean' && (value === 0 || value === 1)) return value === 1
  if (dataType !== 'jsonObject' || typeof value !== 'string') return value
  try {
    return JSON.parse(value) as JsonValue
  } catch {
    return value
  }
}

/**
 * A difference in as many parts as it takes: none has more than `servicesMax` entries (device protocol §3.5: the C SDK
 * drops what is behind the 49th) nor, as far as that can be had, more than `bytesMax` of JSON. A service may be in
 * several parts; a value never is, so one that is larger by itself makes a part that is larger.
 */
export function splitDifference(
  difference: readonly ServiceDifference[],
  { servicesMax, bytesMax }: { readonly servicesMax: number; readonly bytesMax: number },
): readonly (readonly ServiceDifference[])[] {
  const parts: { serviceId: string; properties: [string, JsonValue][] }[][] = []
  let bytes = Infinity
  for (const { serviceId, properties } of difference)
    for (const [property, value] of Object.entries(properties)) {
      const size = Buffer.byteLength(JSON.stringify(property)) + Buffer.byteLength(JSON.stringify(value)) + 2
      const last = parts.at(-1)
      const open = last?.at(-1)
      const isSame = open?.serviceId === serviceId
      const needed = size + (isSame ? 0 : ENTRY_BYTES + serviceId.length)
      if (last && bytes + needed <= bytesMax && (isSame || last.length < servicesMax)) {
        if (isSame) open.properties.push([property, value])
        else last.push({ serviceId, properties: [[property, value]] })
        bytes += needed
      } else {
        parts.push([{ serviceId, properties: [[property, value]] }])
        bytes = size + ENTRY_BYTES + serviceId.length
      }
    }
  return parts.map((part) =>
    part.map(({ serviceId, properties }) => ({ serviceId, properties: Object.fromEntries(properties) })),
  )
}

/** `{"service_id":"","properties":{}},` */
const ENTRY_BYTES = 34
