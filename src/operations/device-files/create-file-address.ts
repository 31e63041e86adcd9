import Type from 'typebox'
import { limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import { fileNameFault } from '../../domain/file/file-name.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { oneLine } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { FileAddressBody, fileAddressBody } from './file-body.ts'

/** The device finds it under this name with `get_download_url` (device protocol §3.8.6). */
export const createFileAddress = operation({
  id: 'CreateDeviceFileAddress',
  method: 'POST',
  url: '/quayside/v1/:project_id/devices/:device_id/files',
  tag: 'device-files',
  summary: 'Get an address to upload a file for a device to, with PUT',
  status: 201,
  access: 'write',
  audit: 'device.upload-file',
  params: DeviceParams,
  body: Type.Object({
    file_name: Type.String({
      minLength: 1,
      maxLength: limits.fileNameLengthMax,
      ...oneLine,
      description: 'A file of this name that the device has is replaced.',
      examples: ['map.bin'],
    }),
    size: Type.Optional(Type.Integer({ minimum: 0, description: 'Bytes; then only so many are taken.' })),
    sha256: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{64}$',
        'x-rule': 'must be 64 hex digits in lower case',
        description: 'Then only this content is taken.',
        examples: ['eafe895eb8119e6e5d06463590b2ef81b3651c157d5c8e18f1889186c7fd0ac0'],
      }),
    ),
  }),
  reply: FileAddressBody,
  async run({ store, files }, { params, body, caller: { projectId } }) {
    const { file_name: name, size, sha256 } = body
    if (fileNameFault(name))
      throw new Refusal('invalid-input', {
        field: 'file_name',
        rule: 'must not hold backslashes, nor empty parts, "." or ".." between slashes',
      })
    const device = await requireDevice(store, projectId, params.device_id)
    const wanted = { name, ...(size !== undefined && { size }), ...(sha256 !== undefined && { sha256 }) }
    return fileAddressBody(files.uploadAddress(device, wanted))
  },
})
