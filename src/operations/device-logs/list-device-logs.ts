import Type from 'typebox'
import { formatIso } from '../../base/instant.ts'
import { limits } from '../../base/limits.ts'
import type { KeptDeviceLog } from '../../domain/device-event/device-log.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { milliTime } from '../fields/fields.ts'
import { deviceEntriesQuery, OwnPageBody, ownPageBody } from '../fields/own-paging.ts'
import { parsePosition } from '../fields/position.ts'
import { operation } from '../operation.ts'

const LogBody = Type.Object(
  {
    position: Type.String({
      description: 'Of the event among the entries of the device; it may hold several.',
    }),
    receive_time: milliTime(),
    log_time: Type.Optional(Type.String({ ...milliTime(), description: 'By the clock of the device.' })),
    category: Type.Enum(['log', 'security']),
    type: Type.String({ examples: ['DEVICE_STATUS'] }),
    content: Type.Unknown({ description: 'Text; of the category security an object, as a rule.' }),
  },
  { title: 'DeviceLog' },
)

export const listDeviceLogs = operation({
  id: 'ListDeviceLogs',
  method: 'GET',
  url: '/quayside/v1/:project_id/devices/:device_id/logs',
  tag: 'device-logs',
  summary: 'List the log that a device has reported, newest first; a page may be short and have a next one',
  status: 200,
  access: 'read',
  params: DeviceParams,
  query: Type.Object({
    category: Type.Optional(Type.Enum(['log', 'security'])),
    type: Type.Optional(
      Type.String({ maxLength: limits.nameLengthMax, description: 'e.g. `DEVICE_STATUS`.' }),
    ),
    ...deviceEntriesQuery,
  }),
  reply: Type.Object({ logs: Type.Array(LogBody), page: OwnPageBody }),
  async run({ store, readDeviceLogs }, { params, query, caller: { projectId } }) {
    const { category, type, limit = limits.deviceEntriesDefault } = query
    const before = parsePosition(query.marker)
    const { deviceId } = await requireDevice(store, projectId, params.device_id)
    const page = await readDeviceLogs({
      deviceId,
      limit,
      ...(category !== undefined && { category }),
      ...(type !== undefined && { type }),
      ...(before !== undefined && { before }),
    })
    return {
      logs: page.logs.map(logBody),
      page: ownPageBody(page.before === undefined ? undefined : String(page.before)),
    }
  },
})

const logBody = ({ position, receivedAt, loggedAt, category, type, content }: KeptDeviceLog) => ({
  position: String(position),
  receive_time: formatIso(receivedAt),
  ...(loggedAt !== undefined && { log_time: formatIso(loggedAt) }),
  category,
  type,
  content,
})
