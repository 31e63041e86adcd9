import type { Instant } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import { Refusal } from '../base/refusal.ts'
import type { DeviceFile } from '../domain/file/device-file.ts'
import type { DeviceFiles, FileAddress, FileOwner } from '../domain/file/file-addresses.ts'
import { encodeKey, type S3Settings, s3Address } from '../objects/s3-address.ts'
import {
  countDeviceFiles,
  deleteDeviceFile,
  findDeviceFileByName,
  localFilesAmong,
  saveDeviceFile,
} from '../store/device-files.ts'
import { inTransaction } from '../store/transaction.ts'
import type { LocalFilesDeps } from './local-files.ts'

export interface FilesDeps extends Omit<LocalFilesDeps, 'limits'> {
  readonly limits: Pick<Limits, 'fileAddressMillis' | 'fileStorageMillisMax' | 'filesPerDeviceMax'>
  /** Where addresses of the data folder begin, e.g. `https://iot.example.org:8443/quayside/objects`. */
  readonly baseUrl: () => string
  /** Absent: uploads go to the data folder. */
  readonly s3?: S3Settings
}

/** Addresses of files, and what is known of them. Files of before a change of the storage stay where they are. */
export function createFiles(deps: FilesDeps): DeviceFiles {
  const { store, clock, ids, limits, objects, signer, baseUrl, s3 } = deps
  const storage = s3 ? 's3' : 'local'

  function address(
    owner: FileOwner,
    {
      method,
      name,
      of,
      ...more
    }: { method: 'GET' | 'PUT'; name: string; of: DeviceFile['storage'] } & Wanted,
  ): FileAddress {
    const expiresAt = clock.now() + limits.fileAddressMillis
    const objectName = `${owner.deviceId}/${name}`
    if (of === 's3' && s3)
      return { url: s3Url(s3, method, owner, name), bucket: s3.bucket, objectName, expiresAt }
    const { projectId, deviceId } = owner
    const query = signer.sign({ method, projectId, deviceId, name, expiresAt, ...more })
    const url = `${baseUrl()}/${projectId}/${encodeKey(objectName)}?${query}`
    return { url, bucket: projectId, objectName, expiresAt }
  }

  const s3Url = (
    settings: S3Settings,
    method: 'GET' | 'PUT' | 'HEAD' | 'DELETE',
    owner: FileOwner,
    name: string,
  ): string =>
    s3Address(settings, {
      method,
      key: keyOf(owner, name),
      at: clock.now(),
      lifeSeconds: Math.floor(limits.fileAddressMillis / 1000),
    })

  /** Undefined: it could not be reached, or has failed. */
  async function askStorage(method: 'HEAD' | 'DELETE', owner: FileOwner, name: string) {
    if (!s3) return undefined
    try {
      const answer = await fetch(s3Url(s3, method, owner, name), {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(limits.fileStorageMillisMax),
      })
      await answer.body?.cancel()
      return answer
    } catch {
      return undefined
    }
  }

  async function recordUpload(owner: FileOwner, name: string): ReturnType<DeviceFiles['recordUpload']> {
    const known = await findDeviceFileByName(store, owner.key, name)
    if (!s3 || known?.storage === 'local') return known ? 'there' : 'missing'
    // What lies in the data folder is counted when it is put there.
    if (!known && (await countDeviceFiles(store, owner.key)) >= limits.filesPerDeviceMax) return 'too-many'
    const answer = await askStorage('HEAD', owner, name)
    if (answer?.status === 404) return 'missing'
    if (answer?.status !== 200) return 'unreachable'
    const { projectId, deviceId } = owner
    const size = Number(answer.headers.get('content-length') ?? 0)
    const file = {
      key: ids.rowKey(),
      projectId,
      deviceId,
      name,
      size,
      storage,
      uploadedAt: clock.now(),
    } as const
    await inTransaction(store, (tx) => saveDeviceFile(tx, owner.key, file))
    return 'there'
  }

  return {
    uploadAddress: (owner, wanted) => address(owner, { method: 'PUT', of: storage, ...wanted }),
    async downloadAddress(owner, name) {
      const file = await findDeviceFileByName(store, owner.key, name)
      return { address: address(owner, { method: 'GET', name, of: file?.storage ?? storage }), file }
    },
    recordUpload,
    async remove(owner, file) {
      if (file.storage === 's3') {
        const answer = await askStorage('DELETE', owner, file.name)
        // A storage that has been taken out of the settings keeps its own.
        if (s3 && (!answer || (!answer.ok && answer.status !== 404))) throw new Refusal('files-unreachable')
      }
      const isGone = await deleteDeviceFile(store, owner.key, file.key)
      if (file.storage === 'local') await objects.remove(file.key)
      return isGone
    },
  }
}

interface Wanted {
  readonly size?: number
  readonly sha256?: string
}

const keyOf = ({ projectId, deviceId }: FileOwner, name: string): string => `${projectId}/${deviceId}/${name}`

/**
 * Deletes contents that no row names: of devices that were deleted, and what a crash has left between the content and
 * its row. Looks at those older than `before` alone: the others may be about to get theirs. Answers how many went.
 */
export async function sweepFiles(
  { store, objects }: Pick<FilesDeps, 'store' | 'objects'>,
  before: Instant,
): Promise<number> {
  let gone = 0
  for await (const keys of objects.list()) {
    const old = keys.filter((key) => Number.parseInt(key.slice(0, 12), 16) < before)
    const known = await localFilesAmong(store, old)
    for (const key of old) {
      if (known.has(key)) continue
      await objects.remove(key)
      gone++
    }
  }
  return gone
}
