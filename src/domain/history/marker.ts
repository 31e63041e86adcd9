import type { Instant } from '../../base/instant.ts'

/** The place of a point in a device's history: pages are cut behind one, so points added later do not shift them. */
export interface HistoryPlace {
  readonly time: Instant
  readonly serviceId: string
  /** Tells points of one time apart. */
  readonly tie: number
}

/** The opaque marker of a history page. */
export function formatHistoryMarker({ time, serviceId, tie }: HistoryPlace): string {
  return Buffer.from(JSON.stringify([time, serviceId, tie])).toString('base64url')
}

/** Undefined for anything that {@link formatHistoryMarker} did not make. */
export function parseHistoryMarker(marker: string): HistoryPlace | undefined {
  if (marker.length > 1024) return undefined
  try {
    const place: unknown = JSON.parse(Buffer.from(marker, 'base64url').toString())
    if (!Array.isArray(place) || place.length !== 3) return undefined
    const [time, serviceId, tie] = place as unknown[]
    if (!Number.isSafeInteger(time) || typeof serviceId !== 'string' || !Number.isSafeInteger(tie))
      return undefined
    return { time: time as Instant, serviceId, tie: tie as number }
  } catch {
    return undefined
  }
}

/** The marker of a page of connections is a position of the log; undefined for anything else. */
export function parseConnectionMarker(marker: string): number | undefined {
  return /^\d{1,15}$/.test(marker) ? Number(marker) : undefined
}
