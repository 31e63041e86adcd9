import { Refusal } from '../../base/refusal.ts'
import { operation } from '../operation.ts'
import { FileParams, requireFile } from './file-body.ts'

export const deleteDeviceFile = operation({
  id: 'DeleteDeviceFile',
  method: 'DELETE',
  url: '/quayside/v1/:project_id/devices/:device_id/files/:file_id',
  tag: 'device-files',
  summary: 'Delete a file of a device',
  status: 204,
  access: 'write',
  audit: 'device.delete-file',
  params: FileParams,
  async run({ store, files }, { params, caller: { projectId } }) {
    const { device, file } = await requireFile(store, projectId, params)
    if (!(await files.remove(device, file))) throw new Refusal('file-not-found', { file: params.file_id })
  },
})
