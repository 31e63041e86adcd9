import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'
import { type Line, lineOf } from '../../components/chart-lines.ts'
import { DAY } from '../../lib/time.ts'
import { deviceKey, type Place } from './device.ts'
import type { ReportedService } from './reports.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Up to now, by their names in the address. */
export const spans = {
  '15m': 15 * MINUTE,
  '1h': HOUR,
  '6h': 6 * HOUR,
  '24h': DAY,
  '7d': 7 * DAY,
  '30d': 30 * DAY,
  '1y': 365 * DAY,
} as const
export type Span = keyof typeof spans
export const isSpan = (text: string | undefined): text is Span =>
  text !== undefined && Object.hasOwn(spans, text)

/** From one moment to another, in epoch milliseconds: the first belongs to it, the second does not. */
export interface Period {
  readonly from: number
  readonly to: number
}
export type Range = Span | Period

export const periodOf = (range: Range, now: number): Period =>
  typeof range === 'string' ? { from: now - spans[range], to: now } : range

/** The day around a moment. */
export const around = (at: number): Period => ({ from: at - DAY / 2, to: at + DAY / 2 })

/**
 * The range in which the newest value lies: whoever opens a chart wants to see one. A device whose clock is wrong may
 * have reported of any time: then it is the day around it.
 */
export function rangeAround(newest: number, now: number): Range {
  if (newest > now + MINUTE) return around(newest)
  const names = ['1h', '24h', '7d', '30d', '1y'] as const
  return names.find((name) => newest >= now - spans[name]) ?? around(newest)
}

export type HistoryPoint =
  Reply<'GET /quayside/v1/{project_id}/devices/{device_id}/history'>['points'][number]
export type Bucket =
  Reply<'GET /quayside/v1/{project_id}/devices/{device_id}/history/buckets'>['buckets'][number]

/** Points of one page; as many are drawn one by one, more are summed up. */
export const PAGE_POINTS = 1000
/** Slices of a range that is summed up. */
export const SLICES = 600

export interface HistoryPage extends Period {
  /** By the clock of this browser: what came over the stream after it may be missing here. */
  readonly askedAt: number
  /** Newest first. */
  readonly points: readonly HistoryPoint[]
  readonly marker: string | undefined
}

export const historyKey = (place: Place, serviceId: string) =>
  [...deviceKey(place), 'history', serviceId] as const

const pathOf = ({ projectId, deviceId }: Place) => ({ project_id: projectId, device_id: deviceId })

/** What was reported of a service in a range, newest first, in pages. */
export const historyQuery = (place: Place, serviceId: string, range: Range) =>
  infiniteQueryOptions({
    queryKey: [...historyKey(place, serviceId), 'points', range],
    initialPageParam: undefined as (Period & { readonly marker: string }) | undefined,
    async queryFn({ pageParam, signal }): Promise<HistoryPage> {
      const askedAt = Date.now()
      const { from, to } = pageParam ?? periodOf(range, askedAt)
      const reply = await call('GET /quayside/v1/{project_id}/devices/{device_id}/history', {
        params: pathOf(place),
        query: {
          service_id: serviceId,
          start: String(Math.floor(from)),
          // A span ends now, and the platform's clock may be ahead of ours.
          ...((pageParam !== undefined || typeof range !== 'string') && { end: String(Math.ceil(to)) }),
          limit: PAGE_POINTS,
          ...(pageParam && { marker: pageParam.marker }),
        },
        signal,
      })
      return { askedAt, from, to, points: reply.points, marker: reply.page.marker }
    },
    getNextPageParam: ({ marker, from, to }) => (marker === undefined ? undefined : { marker, from, to }),
  })

/** One property over a period, in equal slices; those without a value are left out. */
export const bucketsQuery = (place: Place, { serviceId, property, from, to, slices = SLICES }: SlicesOf) =>
  queryOptions({
    queryKey: [...historyKey(place, serviceId), 'buckets', property, from, to, slices],
    queryFn: async ({ signal }): Promise<readonly Bucket[]> =>
      (
        await call('GET /quayside/v1/{project_id}/devices/{device_id}/history/buckets', {
          params: pathOf(place),
          query: {
            service_id: serviceId,
            property,
            start: String(Math.floor(from)),
            end: String(Math.ceil(to)),
            buckets: slices,
          },
          signal,
        })
      ).buckets,
  })

interface SlicesOf extends Period {
  readonly serviceId: string
  readonly property: string
  readonly slices?: number
}

/** The newest point of a service, whenever it was; null when nothing was ever reported. */
export const newestQuery = (place: Place, serviceId: string) =>
  queryOptions({
    queryKey: [...historyKey(place, serviceId), 'newest'],
    queryFn: async ({ signal }): Promise<HistoryPoint | null> =>
      (
        await call('GET /quayside/v1/{project_id}/devices/{device_id}/history', {
          params: pathOf(place),
          query: { service_id: serviceId, limit: 1 },
          signal,
        })
      ).points[0] ?? null,
  })

/** What came over the stream, as it would stand in the history: stored values alone. */
export interface LivePoint {
  readonly arrivedAt: number
  readonly time: number
  readonly receivedAt: number
  readonly values: Readonly<Record<string, unknown>>
}

export function livePoints(
  reports: readonly ReportedService[],
  serviceId: string,
  arrivedAt: number,
): readonly LivePoint[] {
  return reports
    .filter((report) => report.serviceId === serviceId)
    .map(({ time, receivedAt, values }) => ({
      arrivedAt,
      time,
      receivedAt,
      values: Object.fromEntries(
        values.flatMap(({ property, outcome, seen }) => (outcome === 'stored' ? [[property, seen]] : [])),
      ),
    }))
    .filter(({ values }) => Object.keys(values).length > 0)
}

/** A row of the table: what one report said of the service at one time. */
export interface HistoryRow {
  readonly key: string
  readonly time: number
  readonly receivedAt: number
  readonly values: Readonly<Record<string, unknown>>
}

/** Pages and what came after them as one list, newest first, each time once. */
export function rowsOf(
  pages: readonly HistoryPage[],
  live: readonly LivePoint[],
  { from, to }: Period,
): readonly HistoryRow[] {
  const stored = pages.flatMap(({ points }) =>
    points.map((point) => ({
      key: point.seq,
      time: Date.parse(point.time),
      receivedAt: Date.parse(point.received_at),
      values: point.values ?? {},
    })),
  )
  const known = new Set(stored.map(({ time, receivedAt }) => `${time} ${receivedAt}`))
  const fresh = live
    .filter(({ time, receivedAt }) => time >= from && time < to && !known.has(`${time} ${receivedAt}`))
    .map((point, at) => ({ ...point, key: `live-${point.receivedAt}-${at}` }))
  if (fresh.length === 0) return stored
  return [...fresh, ...stored].toSorted((a, b) => b.time - a.time)
}

/** Each report a point. */
export function lineOfRows(rows: readonly HistoryRow[], property: string): Line {
  const points = []
  for (const { time, values } of rows.toReversed()) {
    const value = Object.hasOwn(values, property) ? values[property] : undefined
    if (typeof value === 'number') points.push({ x: time, y: value })
  }
  return lineOf(points)
}

/**
 * Slices of `width` milliseconds, from `from` on, with what came since put into its slice or a new one behind them.
 * Each is drawn in its middle, as the mean of its values between the least and the greatest.
 */
export function lineOfBuckets(
  buckets: readonly Bucket[],
  live: readonly LivePoint[],
  { property, from, width }: { readonly property: string; readonly from: number; readonly width: number },
): Line {
  const slices = new Map<number, { count: number; sum: number; min: number; max: number }>()
  for (const { from: start, count, min, max, avg } of buckets)
    if (min !== undefined && max !== undefined && avg !== undefined)
      slices.set(Math.round((Date.parse(start) - from) / width), { count, sum: avg * count, min, max })
  for (const { time, values } of live) {
    const value = Object.hasOwn(values, property) ? values[property] : undefined
    if (typeof value !== 'number' || time < from) continue
    const index = Math.floor((time - from) / width)
    const slice = slices.get(index) ?? { count: 0, sum: 0, min: Infinity, max: -Infinity }
    slices.set(index, {
      count: slice.count + 1,
      sum: slice.sum + value,
      min: Math.min(slice.min, value),
      max: Math.max(slice.max, value),
    })
  }
  const points = [...slices]
    .toSorted(([a], [b]) => a - b)
    .map(([index, { count, sum, min, max }]) => ({
      x: from + (index + 0.5) * width,
      y: sum / count,
      min,
      max,
    }))
  return lineOf(points, width)
}
