import Type from 'typebox'
import { limits } from '../../base/limits.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { milliTime } from '../fields/fields.ts'
import { OwnPageBody, ownPageQuery } from '../fields/own-paging.ts'
import { operation } from '../operation.ts'

const EntryBody = Type.Object(
  {
    position: Type.String({ description: 'Its place in the log: unique, growing.' }),
    at: milliTime(),
    project_id: Type.String(),
    kind: Type.String(),
    device_id: Type.Optional(Type.String()),
    body: Type.Record(Type.String(), Type.Unknown(), {
      description: 'By kind; as the event stream sends it.',
    }),
  },
  { title: 'LogEntry' },
)

export const listDeviceEntries = operation({
  id: 'ListDeviceEntries',
  method: 'GET',
  url: '/quayside/v1/:project_id/devices/:device_id/entries',
  tag: 'events',
  summary: 'List what a device sent and what became of it, newest first',
  status: 200,
  access: 'read',
  params: DeviceParams,
  query: Type.Object({
    kinds: Type.Optional(Type.String({ maxLength: 256 })),
    ...ownPageQuery,
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 200,
        default: 50,
        description: 'Page size.',
        'x-refusal': 'invalid-limit',
      }),
    ),
  }),
  reply: Type.Object({ entries: Type.Array(EntryBody), page: OwnPageBody }),
  run: () => Promise.reject(new Error(`to come ${limits.ownPageLimitMax}`)),
})
