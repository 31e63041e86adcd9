import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'
import { deviceKey, type Place } from './device.ts'

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
  /** Both sides name it, with different values. */
  readonly differs: boolean
}

/** Desired and reported side by side: what differs first, then what one side alone has, each by name. */
export function shadowRows({ desired, reported }: ShadowService): readonly ShadowRow[] {
  const wanted = new Map(Object.entries(desired?.properties ?? {}))
  const told = new Map(Object.entries(reported?.properties ?? {}))
  return [...new Set([...wanted.keys(), ...told.keys()])]
    .map((property) => ({
      property,
      desired: wanted.get(property),
      reported: told.get(property),
      differs:
        wanted.has(property) && told.has(property) && !sameJson(wanted.get(property), told.get(property)),
    }))
    .toSorted((a, b) => Number(b.differs) - Number(a.differs) || a.property.localeCompare(b.property))
}

/** The order of an object's members says nothing. */
function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  return (
    left.size === right.size &&
    [...left].every(([key, value]) => right.has(key) && sameJson(value, right.get(key)))
  )
}
