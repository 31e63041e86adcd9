import { operation } from '../operation.ts'
import { fileAddressBody, fileBody, FileParams, FileWithAddressBody, requireFile } from './file-body.ts'

/** Files are long, so they come from an address of their own, which takes ranges, and not through the API. */
export const showDeviceFile = operation({
  id: 'ShowDeviceFile',
  method: 'GET',
  url: '/quayside/v1/:project_id/devices/:device_id/files/:file_id',
  tag: 'device-files',
  summary: 'Get a file of a device with an address to download it from',
  status: 200,
  access: 'read',
  params: FileParams,
  reply: FileWithAddressBody,
  async run({ store, files }, { params, caller: { projectId } }) {
    const { device, file } = await requireFile(store, projectId, params)
    const { address } = await files.downloadAddress(device, file.name)
    return { ...fileBody(file), ...fileAddressBody(address) }
  },
})
