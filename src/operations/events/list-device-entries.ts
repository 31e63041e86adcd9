import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { operation } from '../operation.ts'
import { entriesAsked, EntriesQuery, EntriesReply, entriesReply } from './entry-page.ts'

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
  query: EntriesQuery,
  reply: EntriesReply,
  async run({ store, readDeviceEntries }, { params, query, caller, language }) {
    const { deviceId } = await requireDevice(store, caller.projectId, params.device_id)
    return entriesReply(await readDeviceEntries(entriesAsked(deviceId, query)), language)
  },
})
