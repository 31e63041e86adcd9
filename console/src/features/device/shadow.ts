import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'
import { deviceKey, type ModelProperty, type Place, type ProductModel } from './device.ts'

export type ShadowService = Reply<'GET /v5/iot/{project_id}/devices/{device_id}/shadow'>['shadow'][number]

export const shadowQuery = (place: Place) =>
  queryOptions({
    queryKey: [...deviceKey(place), 'shadow'],
    queryFn: async ({ signal }) =>
      (
        await call('GET /v5/iot/{project_id}/devices/{device_id}/shadow', {
          params: { project_id: place.projectId, device_id: place.deviceId },
          signal,
        })
      ).shadow,
  })

export interface ShadowRow {
  readonly property: string
  /** Undefined where that side does not name the property. */
  readonly desired: unknown
  readonly reported: unknown
  /** `due`: desired, and not reported so; the device is sent it. `unwritable`: the same, but it may not be sent. */
  readonly state: 'due' | 'unwritable' | 'settled'
}

/** Desired and reported side by side: what is due first, then what differs, then the others, each by name. */
export function shadowRows(
  { service_id: serviceId, desired, reported }: ShadowService,
  model: readonly ModelProperty[],
): readonly ShadowRow[] {
  const wanted = new Map(Object.entries(desired?.properties ?? {}))
  const told = new Map(Object.entries(reported?.properties ?? {}))
  const stateOf = (property: string): ShadowRow['state'] => {
    const rule = model.find(({ property_name: name }) => name === property)
    const type = rule?.data_type
    if (!wanted.has(property)) return 'settled'
    if (sameJson(normal(wanted.get(property), type), normal(told.get(property), type))) return 'settled'
    // Services of the SDKs are in no model; what is desired of them is sent whole (device protocol §3.8.11).
    return serviceId.startsWith('$') || rule?.method.includes('W') ? 'due' : 'unwritable'
  }
  return [...new Set([...wanted.keys(), ...told.keys()])]
    .map((property) => ({
      property,
      desired: wanted.get(property),
      reported: told.get(property),
      state: stateOf(property),
    }))
    .toSorted((a, b) => order[a.state] - order[b.state] || a.property.localeCompare(b.property))
}

const order = { due: 0, unwritable: 1, settled: 2 } as const

/** Device protocol §4.2: boolean accepts 0 and 1; jsonObject a text that parses to one. */
function normal(value: unknown, type: ModelProperty['data_type'] | undefined): unknown {
  if (type === 'boolean' && (value === 0 || value === 1)) return value === 1
  if (type !== 'jsonObject' || typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** A service of the shadow, and what the model says of it. */
export interface ShownShadow {
  readonly service: ShadowService
  readonly model: readonly ModelProperty[]
}

/** Those of the shadow, and those of the model of which something could be desired, in the order of the model. */
export function shownShadows(
  model: ProductModel | undefined,
  shadow: readonly ShadowService[],
): readonly ShownShadow[] {
  const modelled = model?.service_capabilities ?? []
  const known = new Map(shadow.map((service) => [service.service_id, service]))
  const inModel = modelled.flatMap(({ service_id: id, properties = [] }) => {
    const service = known.get(id)
    known.delete(id)
    if (!service && !properties.some(({ method }) => method.includes('W'))) return []
    return [{ service: service ?? { service_id: id, version: 0 }, model: properties }]
  })
  return [...inModel, ...[...known.values()].map((service) => ({ service, model: [] }))]
}

/** The order of an object's members says nothing. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  return (
    left.size === right.size &&
    [...left].every(([key, value]) => right.has(key) && sameJson(value, right.get(key)))
  )
}
