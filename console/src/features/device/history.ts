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
  /** What was asked for: while another range is read, the page of the one before is shown. */
  readonly range: Range
  /** By the clock of this browser: what came over the stream after it may be missing here. */
  readonly askedAt: number
  /** Newest first. */
  readonly points: readonly HistoryPoint[]
  readonly marker: string | undefined
}

const historyKey = (place: Place, serviceId: string) => [...deviceKey(place), 'history', serviceId] as const

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
      return { range, askedAt, from, to, points: reply.points, marker: reply.page.marker }
    },
    getNextPageParam: ({ marker, from, to }) => (marker === undefined ? undefined : { marker, from, to }),
  })

/** A property summed up in slices of `width` milliseconds, from `from` on. */
export interface Slices {
  readonly from: number
  readonly width: number
  /** By the clock of this browser: what came over the stream until then is in it. */
  readonly upTo: number
  /** By their number from 0; those without a value are left out. */
  readonly sums: ReadonlyMap<number, Sum>
}

interface Sum {
  readonly count: number
  readonly total: number
  readonly min: number
  readonly max: number
}

/** Of one request. */
const BUCKETS_MAX = 2000

/**
 * One property over a period, in equal slices of it. An `open` period goes on: asked again later it has more slices
 * of the same width, the last of them up to now.
 */
export const slicesQuery = (
  place: Place,
  { serviceId, property, from, to, open, slices = SLICES }: SlicesOf,
) =>
  queryOptions({
    queryKey: [...historyKey(place, serviceId), 'slices', property, from, to, slices],
    queryFn: async ({ signal }): Promise<Slices> => {
      const upTo = Date.now()
      const width = (to - from) / slices
      const all = open ? Math.max(slices, Math.ceil((upTo - from) / width)) : slices
      const asked = Math.min(all, BUCKETS_MAX)
      const start = from + (all - asked) * width
      const { buckets } = await call('GET /quayside/v1/{project_id}/devices/{device_id}/history/buckets', {
        params: pathOf(place),
        query: {
          service_id: serviceId,
          property,
          start: String(Math.floor(start)),
          end: String(Math.ceil(start + asked * width)),
          buckets: asked,
        },
        signal,
      })
      return { from: start, width, upTo, sums: sumsOf(buckets, start, width) }
    },
    // A map is not compared piece by piece.
    structuralSharing: false,
  })

function sumsOf(buckets: readonly Bucket[], from: number, width: number): Slices['sums'] {
  const sums = new Map<number, Sum>()
  for (const { from: start, count, min, max, avg } of buckets)
    if (min !== undefined && max !== undefined && avg !== undefined)
      sums.set(Math.round((Date.parse(start) - from) / width), { count, total: avg * count, min, max })
  return sums
}

/** Slices with what came over the stream since, in its slice or in new ones behind the last. */
export function withLive(slices: Slices, live: readonly LivePoint[], property: string): Slices {
  const fresh = live.filter(({ arrivedAt }) => arrivedAt > slices.upTo)
  const upTo = fresh.at(-1)?.arrivedAt
  if (upTo === undefined) return slices
  const sums = new Map(slices.sums)
  for (const { time, values } of fresh) {
    const value = Object.hasOwn(values, property) ? values[property] : undefined
    if (typeof value !== 'number' || time < slices.from) continue
    const index = Math.floor((time - slices.from) / slices.width)
    const { count, total, min, max } = sums.get(index) ?? {
      count: 0,
      total: 0,
      min: Infinity,
      max: -Infinity,
    }
    sums.set(index, {
      count: count + 1,
      total: total + value,
      min: Math.min(min, value),
      max: Math.max(max, value),
    })
  }
  return { ...slices, upTo, sums }
}

interface SlicesOf extends Period {
  readonly serviceId: string
  readonly property: string
  readonly open: boolean
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
  /** Unique on the page. */
  readonly id: number
  /** By the clock of this browser. */
  readonly arrivedAt: number
  readonly time: number
  readonly receivedAt: number
  readonly values: Readonly<Record<string, unknown>>
}

let livePointCount = 0

export function livePoints(
  reports: readonly ReportedService[],
  serviceId: string,
  arrivedAt: number,
): readonly LivePoint[] {
  return reports
    .filter((report) => report.serviceId === serviceId)
    .map(({ time, receivedAt, values }) => ({
      id: (livePointCount += 1),
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

/** Pages and what came after them as one list, newest first, each report once, as far as it lies in the period. */
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
    .filter(({ time, receivedAt }) => !known.has(`${time} ${receivedAt}`))
    .map((point) => ({ ...point, key: `live-${point.id}` }))
  const within = [...fresh, ...stored].filter(({ time }) => time >= from && time < to)
  return fresh.length === 0 ? within : within.toSorted((a, b) => b.time - a.time)
}

/** Each report a point; a silence shorter than `leastMillis` would not be seen as one. */
export function lineOfRows(rows: readonly HistoryRow[], property: string, leastMillis: number): Line {
  const points = []
  for (const { time, values } of rows.toReversed()) {
    const value = Object.hasOwn(values, property) ? values[property] : undefined
    if (typeof value === 'number') points.push({ x: time, y: value })
  }
  return lineOf(points, leastMillis)
}

/** Each slice is drawn in its middle, as the mean of its values between the least and the greatest. */
export function lineOfSlices({ from, width, sums }: Slices): Line {
  const points = [...sums]
    .toSorted(([a], [b]) => a - b)
    .map(([index, { count, total, min, max }]) => ({
      x: from + (index + 0.5) * width,
      y: total / count,
      min,
      max,
    }))
  return lineOf(points, width)
}
