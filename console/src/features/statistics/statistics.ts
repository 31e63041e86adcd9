import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'
import type { StatisticsNow } from '../../api/types.ts'

export type Statistics = Reply<'GET /quayside/v1/{project_id}/statistics'>

/** A value at a time, in epoch milliseconds. */
export interface Point {
  readonly at: number
  readonly value: number
}

/** Five minutes: a day of them is a chart's width. */
const BUCKETS = 288
export const DAY_MILLIS = 24 * 3_600_000
export const BUCKET_MILLIS = DAY_MILLIS / BUCKETS

/** What is counted now, and how many devices were online in each five minutes of the last day. */
export const statisticsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['statistics', projectId],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/statistics', {
        params: { project_id: projectId },
        query: { buckets: BUCKETS },
        signal,
      }),
    // The figures of now come by the stream of events; only the day's curve has to be read again.
    refetchInterval: BUCKET_MILLIS / 5,
  })

/** Puts the figures that came live in the place of those that were read. */
export function takeFigures(client: QueryClient, projectId: string, now: StatisticsNow): void {
  client.setQueryData(statisticsQuery(projectId).queryKey, (known) => known && { ...known, now })
}

/** How many figures the live curve keeps: at one every two seconds, three minutes. */
export const FIGURES_MAX = 90

/**
 * Reports per second between each two figures. Where the totals began anew, or came at the same time, there is no rate.
 */
export function reportRates(figures: readonly Pick<StatisticsNow, 'at' | 'reports'>[]): readonly Point[] {
  return figures.flatMap((figure, at) => {
    const before = figures[at - 1]
    if (!before) return []
    const seconds = (Date.parse(figure.at) - Date.parse(before.at)) / 1000
    const reports = figure.reports - before.reports
    return seconds > 0 && reports >= 0 ? [{ at: Date.parse(figure.at), value: reports / seconds }] : []
  })
}
