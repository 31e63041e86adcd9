import Type from 'typebox'
import { formatIso } from '../../base/instant.ts'
import { limits } from '../../base/limits.ts'
import { milliTime, ProjectParams } from '../fields/fields.ts'
import { checkRange, ownTimeFilter, parseOwnTime } from '../fields/own-time.ts'
import { operation } from '../operation.ts'
import { count, StatisticsNowBody, statisticsNow } from './statistics-now.ts'

const DEFAULT_BUCKETS = 288
const DAY_MILLIS = 24 * 3_600_000

const Point = Type.Object({
  time: milliTime(),
  online: count('Devices that were online at the end of the slice.'),
  reports: count('Property reports.'),
  values_refused: count('Values refused.'),
  connections_refused: count('Connections refused.'),
})

export const showStatistics = operation({
  id: 'ShowStatistics',
  method: 'GET',
  url: '/quayside/v1/:project_id/statistics',
  tag: 'statistics',
  summary: 'Count what happens, now and over time; a slice in which the platform did not run has no point',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object({
    start: Type.Optional(ownTimeFilter('Start of the first slice; absent: 24 hours before the end.')),
    end: Type.Optional(ownTimeFilter('End of the last slice; absent: now.')),
    buckets: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limits.statisticsBucketsMax,
        default: DEFAULT_BUCKETS,
        description: 'How many slices; none is made shorter than a minute.',
      }),
    ),
  }),
  reply: Type.Object({ now: StatisticsNowBody, points: Type.Array(Point) }),
  async run(deps, { query, caller: { projectId } }) {
    const end = parseOwnTime('end', query.end) ?? deps.clock.now()
    const start = parseOwnTime('start', query.start) ?? end - DAY_MILLIS
    checkRange(start, end)
    const { buckets = DEFAULT_BUCKETS } = query
    const points = await deps.readStatistics({ projectId, start, end, buckets })
    return {
      now: await statisticsNow(deps, projectId),
      points: points.map(({ time, online, reports, valuesRefused, connectionsRefused }) => ({
        time: formatIso(time),
        online,
        reports,
        values_refused: valuesRefused,
        connections_refused: connectionsRefused,
      })),
    }
  },
})
