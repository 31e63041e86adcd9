import type { JsonObject } from '../base/json.ts'
import { type FileRequest, readFileRequest, readFileResult } from '../domain/device-event/file-request.ts'
import { isFault } from '../domain/device-event/paras.ts'
import type { FileAddress } from '../domain/file/file-addresses.ts'
import { fileNameFault, namesMeant } from '../domain/file/file-name.ts'
import { answerEvent, type DeviceEventHandler } from './event-request.ts'
import type { Notice } from './request.ts'

/** Device protocol §3.8.6 */
export const answerUpload: DeviceEventHandler = async (deps, request) => {
  const wanted = readFileRequest(request.event.paras)
  if (isFault(wanted)) return wanted
  const { fileName: name, size, sha256 } = wanted
  const address = deps.files.uploadAddress(request.device, {
    name,
    ...(size !== undefined && { size }),
    ...(sha256 !== undefined && { sha256 }),
  })
  await answerEvent(deps, request, 'get_upload_url_response', parasOf(address, wanted, deps.clock.now()))
  return undefined
}

/** A file that is not there has an address, too: its 404 tells the device, for the answer has no word for it. */
export const answerDownload: DeviceEventHandler = async (deps, request) => {
  const wanted = readFileRequest(request.event.paras)
  if (isFault(wanted)) return wanted
  const { device } = request
  const found = await Promise.all(
    usable(namesMeant(device, wanted.fileName)).map((name) => deps.files.downloadAddress(device, name)),
  )
  const { address } =
    found.find(({ file }) => file) ?? (await deps.files.downloadAddress(device, wanted.fileName))
  await answerEvent(deps, request, 'get_download_url_response', parasOf(address, wanted, deps.clock.now()))
  return found.some(({ file }) => file)
    ? undefined
    : { code: 'file-missing', params: { file: wanted.fileName } }
}

function parasOf(
  { url, bucket, objectName, expiresAt }: FileAddress,
  { sha256, size }: FileRequest,
  now: number,
): JsonObject {
  const attributes = {
    ...(sha256 !== undefined && { hash_code: sha256 }),
    ...(size !== undefined && { size }),
  }
  return {
    url,
    bucket_name: bucket,
    object_name: objectName,
    expire: Math.round((expiresAt - now) / 1000),
    ...(Object.keys(attributes).length > 0 && { file_attributes: attributes }),
  }
}

export const takeUploadResult: DeviceEventHandler = async (
  { files, limits },
  { device, event },
): Promise<Notice | undefined> => {
  const result = readFileResult(event.paras)
  if (isFault(result)) return result
  // That it failed stands in the log, in the words of the device.
  if (result.resultCode !== 0) return undefined
  for (const name of usable(namesMeant(device, result.objectName))) {
    const outcome = await files.recordUpload(device, name)
    if (outcome === 'there') return undefined
    if (outcome === 'too-many')
      return { code: 'files-too-many', params: { file: name, max: limits.filesPerDeviceMax } }
    if (outcome === 'unreachable') return { code: 'file-storage-unreachable', params: { file: name } }
  }
  return { code: 'file-missing', params: { file: result.objectName.slice(0, 256) } }
}

export const takeDownloadResult: DeviceEventHandler = async (_deps, { event }) => {
  const result = readFileResult(event.paras)
  return isFault(result) ? result : undefined
}

const usable = (names: readonly string[]): readonly string[] =>
  names.filter((name) => fileNameFault(name) === undefined)
