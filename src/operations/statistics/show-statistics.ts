import Type from 'typebox'
import { milliTime, ProjectParams } from '../fields/fields.ts'
import { ownTimeFilter } from '../fields/own-time.ts'
import { operation } from '../operation.ts'

const count = (description: string) => Type.Integer({ minimum: 0, description })

export const StatisticsNow = Type.Object(
  {
    at: milliTime(),
    devices: count('Registered devices.'),
    online: count('Devices that are online.'),
    reports: count('Property reports, since the log began.'),
    values_stored: count('Values that were stored, since the log began.'),
    values_refused: count('Values that were refused, since the log began.'),
    connections_refused: count('Connections that were refused and written down, since the log began.'),
  },
  { title: 'StatisticsNow' },
)

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
      Type.Integer({ minimum: 1, maximum: 1440, default: 288, description: 'How many slices.' }),
    ),
  }),
  reply: Type.Object({ now: StatisticsNow, points: Type.Array(Point) }),
  run: () => Promise.reject(new Error('to come')),
})
