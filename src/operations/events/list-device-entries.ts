import Type from 'typebox'
import { limits } from '../../base/limits.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { milliTime } from '../fields/fields.ts'
import { rendered } from '../fields/json-body.ts'
import { deviceEntriesQuery, OwnPageBody, ownPageBody } from '../fields/own-paging.ts'
import { parsePosition } from '../fields/position.ts'
import { operation } from '../operation.ts'
import { entryBody } from './entry-body.ts'
import { kindNames, listed, parseKinds } from './kinds.ts'

const EntryBody = rendered(
  Type.Object(
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
  ),
)

export const listDeviceEntries = operation({
  id: 'ListDeviceEntries',
  method: 'GET',
  url: '/quayside/v1/:project_id/devices/:device_id/entries',
  tag: 'events',
  summary:
    'List what a device sent and what became of it, newest first; a page may be short and have a next one',
  status: 200,
  access: 'read',
  params: DeviceParams,
  query: Type.Object({
    kinds: Type.Optional(
      Type.String({
        maxLength: 256,
        description: `Kinds of entries, separated by commas: ${kindNames}; absent: all.`,
      }),
    ),
    ...deviceEntriesQuery,
  }),
  reply: Type.Object({ entries: Type.Array(EntryBody), page: OwnPageBody }),
  async run({ store, readDeviceEntries }, { params, query, caller, language }) {
    const kinds = parseKinds(listed(query.kinds))
    const before = parsePosition(query.marker)
    const { deviceId } = await requireDevice(store, caller.projectId, params.device_id)
    const page = await readDeviceEntries({
      deviceId,
      limit: query.limit ?? limits.deviceEntriesDefault,
      ...(kinds && { kinds }),
      ...(before !== undefined && { before }),
    })
    return {
      entries: page.entries.map((entry) => entryBody(entry, language)),
      page: ownPageBody(page.before === undefined ? undefined : String(page.before)),
    }
  },
})
