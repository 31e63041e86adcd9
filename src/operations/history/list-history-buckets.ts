import { strict as assert } from 'node:assert'
import Type, { type Static } from 'typebox'
import { formatIso } from '../../base/instant.ts'
import { limits as defaults } from '../../base/limits.ts'
import type { HistoryBucket } from '../../domain/history/history.ts'
import { requireDevice } from '../devices/find-device.ts'
import { milliTime } from '../fields/fields.ts'
import { checkRange, ownTimeFilter, parseOwnTime } from '../fields/own-time.ts'
import { operation } from '../operation.ts'
import { HistoryParams, propertyName, serviceId } from './history-fields.ts'

const DEFAULT_BUCKETS = 200

const BucketBody = Type.Object({
  from: milliTime(),
  count: Type.Integer(),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  avg: Type.Optional(Type.Number()),
  first: Type.Unknown(),
  last: Type.Unknown(),
})

export const listHistoryBuckets = operation({
  id: 'ListHistoryBuckets',
  method: 'GET',
  url: '/quayside/v1/:project_id/devices/:device_id/history/buckets',
  tag: 'history',
  summary: 'Sum up a property over equal slices of time, for a chart; slices without values are left out',
  status: 200,
  access: 'read',
  params: HistoryParams,
  query: Type.Object({
    service_id: serviceId(),
    property: propertyName(),
    start: ownTimeFilter('Start of the first slice.'),
    end: ownTimeFilter('End of the last slice.'),
    buckets: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: defaults.historyBucketsMax,
        default: DEFAULT_BUCKETS,
        description: 'How many slices.',
      }),
    ),
  }),
  reply: Type.Object({ buckets: Type.Array(BucketBody) }),
  async run({ store, readBuckets }, { params, query, caller }) {
    const start = parseOwnTime('start', query.start)
    const end = parseOwnTime('end', query.end)
    assert(start !== undefined && end !== undefined, 'both are required')
    checkRange(start, end)
    const { deviceId } = await requireDevice(store, caller.projectId, params.device_id)
    const { service_id, property, buckets = DEFAULT_BUCKETS } = query
    const found = await readBuckets({ deviceId, serviceId: service_id, property, start, end, buckets })
    return { buckets: found.map(bucketBody) }
  },
})

const bucketBody = ({ from, ...bucket }: HistoryBucket): Static<typeof BucketBody> => ({
  from: formatIso(from),
  ...bucket,
})
