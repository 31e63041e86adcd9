import { ApiError } from '../../api/api-error.ts'

/**
 * What the platform says of one field of the item that is being edited, without the path that its sentence begins
 * with: it stands beside the field. `place` is the item's own path, e.g. `service_capabilities[0].properties[2]`.
 */
export function faultAt(error: Error | null, place: string, name: string): string | undefined {
  const field = fieldBelow(error, place)
  if (!(error instanceof ApiError) || field !== name) return undefined
  return error.message.slice(`${place}.${name}`.length).replace(/^[:：]\s*/, '')
}

/** The part of the error's field below `place`; undefined when the error is about something else. */
export const fieldBelow = (error: Error | null, place: string): string | undefined =>
  error instanceof ApiError && error.field?.startsWith(`${place}.`)
    ? error.field.slice(place.length + 1)
    : undefined
