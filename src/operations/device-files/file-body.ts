import Type, { type Static } from 'typebox'
import { parseRowKey, type ProjectId } from '../../base/ids.ts'
import { formatIso } from '../../base/instant.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Device } from '../../domain/device/device.ts'
import type { DeviceFile } from '../../domain/file/device-file.ts'
import type { FileAddress } from '../../domain/file/file-addresses.ts'
import { findDeviceFile } from '../../store/device-files.ts'
import type { Store } from '../../store/store.ts'
import { requireDevice } from '../devices/find-device.ts'
import { deviceId, milliTime } from '../fields/fields.ts'

export const FileParams = Type.Object({
  project_id: Type.String(),
  device_id: deviceId(),
  file_id: Type.String({ maxLength: 64 }),
})

const fileFields = {
  file_id: Type.String(),
  file_name: Type.String(),
  size: Type.Integer({ description: 'Bytes.' }),
  sha256: Type.Optional(Type.String({ description: 'Absent where the storage is not ours.' })),
  upload_time: milliTime(),
  storage: Type.Enum(['local', 's3']),
}

export const FileBody = Type.Object(fileFields, { title: 'DeviceFile' })

const addressFields = {
  url: Type.String({ description: 'Whoever has it may use it, without credentials, until it expires.' }),
  expire_time: milliTime(),
}

export const FileAddressBody = Type.Object(addressFields, { title: 'FileAddress' })
export const FileWithAddressBody = Type.Object({ ...fileFields, ...addressFields })

export const fileBody = (file: DeviceFile): Static<typeof FileBody> => ({
  file_id: file.key,
  file_name: file.name,
  size: file.size,
  ...(file.sha256 !== undefined && { sha256: file.sha256 }),
  upload_time: formatIso(file.uploadedAt),
  storage: file.storage,
})

export const fileAddressBody = ({ url, expiresAt }: FileAddress): Static<typeof FileAddressBody> => ({
  url,
  expire_time: formatIso(expiresAt),
})

export async function requireFile(
  store: Store,
  projectId: ProjectId,
  { device_id: id, file_id: fileId }: Static<typeof FileParams>,
): Promise<{ device: Device; file: DeviceFile }> {
  const device = await requireDevice(store, projectId, id)
  const key = parseRowKey(fileId)
  const file = key && (await findDeviceFile(store, device.key, key))
  if (!file) throw new Refusal('file-not-found', { file: fileId })
  return { device, file }
}
