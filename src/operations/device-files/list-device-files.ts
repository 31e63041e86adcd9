import Type from 'typebox'
import { parseRowKey } from '../../base/ids.ts'
import { limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import { listDeviceFiles as listFiles } from '../../store/device-files.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { OwnPageBody, ownPageBody, ownPageQuery } from '../fields/own-paging.ts'
import { operation } from '../operation.ts'
import { FileBody, fileBody } from './file-body.ts'

export const listDeviceFiles = operation({
  id: 'ListDeviceFiles',
  method: 'GET',
  url: '/quayside/v1/:project_id/devices/:device_id/files',
  tag: 'device-files',
  summary: 'List the files that a device has uploaded, or that were uploaded for it, newest first',
  status: 200,
  access: 'read',
  params: DeviceParams,
  query: Type.Object(ownPageQuery),
  reply: Type.Object({ files: Type.Array(FileBody), page: OwnPageBody }),
  async run({ store }, { params, query, caller: { projectId } }) {
    const marker = query.marker === undefined ? undefined : parseRowKey(query.marker)
    if (query.marker !== undefined && marker === undefined) throw new Refusal('invalid-marker')
    const { key } = await requireDevice(store, projectId, params.device_id)
    const limit = query.limit ?? limits.ownPageLimitDefault
    const files = await listFiles(store, key, { limit: limit + 1, ...(marker && { marker }) })
    const page = files.slice(0, limit)
    return {
      files: page.map(fileBody),
      page: ownPageBody(files.length > limit ? page.at(-1)?.key : undefined),
    }
  },
})
