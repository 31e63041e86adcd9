import Type, { type Static } from 'typebox'
import { formatIso } from '../../base/instant.ts'
import type { HistoryPoint } from '../../domain/history/history.ts'
import { requireDevice } from '../devices/find-device.ts'
import { milliTime } from '../fields/fields.ts'
import { OwnPageBody, ownPageBody, ownPageQuery } from '../fields/own-paging.ts'
import { checkRange, ownTimeFilter, parseOwnTime } from '../fields/own-time.ts'
import { operation } from '../operation.ts'
import { HistoryParams, propertyName, refuseWithoutService, serviceId } from './history-fields.ts'

const PointBody = Type.Object({
  seq: Type.String({ description: 'Opaque; unique within the device.' }),
  service_id: Type.String(),
  time: milliTime(),
  received_at: milliTime(),
  time_source: Type.Union([Type.Literal('device'), Type.Literal('received')]),
  value: Type.Optional(Type.Unknown({ description: 'When a property was asked for.' })),
  values: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'All values of the report, when no property was asked for.',
    }),
  ),
})

export const listHistory = operation({
  id: 'ListHistory',
  method: 'GET',
  url: '/quayside/v1/:project_id/devices/:device_id/history',
  tag: 'history',
  summary: 'List the values that a device has reported',
  status: 200,
  access: 'read',
  params: HistoryParams,
  query: Type.Object({
    service_id: Type.Optional(serviceId()),
    property: Type.Optional(propertyName()),
    start: Type.Optional(ownTimeFilter('Only points at or after it.')),
    end: Type.Optional(ownTimeFilter('Only points before it.')),
    order: Type.Optional(
      Type.Union([Type.Literal('asc'), Type.Literal('desc')], {
        default: 'desc',
        description: 'Oldest or newest first.',
      }),
    ),
    ...ownPageQuery,
  }),
  reply: Type.Object({ points: Type.Array(PointBody), page: OwnPageBody }),
  async run({ store, readHistory, limits }, { params, query, caller }) {
    refuseWithoutService(query)
    const {
      service_id: service,
      property,
      order = 'desc',
      limit = limits.ownPageLimitDefault,
      marker,
    } = query
    const start = parseOwnTime('start', query.start)
    const end = parseOwnTime('end', query.end)
    checkRange(start, end)
    const { deviceId } = await requireDevice(store, caller.projectId, params.device_id)
    const page = await readHistory({
      deviceId,
      ...(service !== undefined && { serviceId: service }),
      ...(property !== undefined && { property }),
      ...(start !== undefined && { start }),
      ...(end !== undefined && { end }),
      ...(marker !== undefined && { marker }),
      limit,
      order,
    })
    return {
      points: page.points.map((point) => pointBody(point, property)),
      page: ownPageBody(page.marker),
    }
  },
})

function pointBody(point: HistoryPoint, property: string | undefined): Static<typeof PointBody> {
  const { seq, serviceId: service_id, time, receivedAt, timeSource, values } = point
  return {
    seq,
    service_id,
    time: formatIso(time),
    received_at: formatIso(receivedAt),
    time_source: timeSource,
    ...(property === undefined ? { values } : { value: values[property] ?? null }),
  }
}
