import type { JsonObject, JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import { type FileNameFault, fileNameFault } from '../file/file-name.ts'
import type { EventFault } from './device-event.ts'
import {
  fail,
  optionalObject,
  optionalText,
  optionalWhole,
  readParas,
  requiredText,
  requiredWhole,
} from './paras.ts'

/** `get_upload_url`, `get_download_url` (device protocol §3.8.6). */
export interface FileRequest {
  readonly fileName: string
  /** SHA-256 of the content, lower-case hex. */
  readonly sha256?: string
  /** Bytes. */
  readonly size?: number
}

/** The C SDK puts `hash_code` and `size` beside `file_attributes` instead of inside. */
export function readFileRequest(paras: JsonObject): FileRequest | EventFault {
  return readParas(() => {
    const fileName = requiredText(paras, 'file_name', limits.fileNameLengthMax)
    const nameFault = fileNameFault(fileName)
    if (nameFault) fail('file_name', nameRules[nameFault])
    const attributes = optionalObject(paras, 'file_attributes') ?? {}
    const either = (name: string): JsonValue => attributes[name] ?? paras[name] ?? null
    const sha256 = optionalText({ hash_code: either('hash_code') }, 'hash_code', 64)?.toLowerCase()
    if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256))
      fail('hash_code', 'must be a SHA-256 in 64 hex digits')
    const size = optionalWhole({ size: either('size') }, 'size')
    if (size !== undefined && size < 0) fail('size', 'must be at least 0')
    return { fileName, ...(sha256 !== undefined && { sha256 }), ...(size !== undefined && { size }) }
  })
}

const nameRules: Readonly<Record<FileNameFault, string>> = {
  empty: 'is required',
  'too-long': `must have at most ${limits.fileNameLengthMax} characters`,
  'bad-character': 'must not hold control characters or backslashes',
  'bad-segment': 'must not hold empty parts, "." or ".." between slashes',
}

/** `upload_result_report`, `download_result_report`. */
export interface FileResult {
  readonly objectName: string
  /** 0: it worked. */
  readonly resultCode: number
  readonly statusCode?: number
  readonly description?: string
}

export function readFileResult(paras: JsonObject): FileResult | EventFault {
  return readParas(() => {
    // A C device takes it from the path of the address, which has more parts than the name.
    const objectName = requiredText(paras, 'object_name', limits.fileNameLengthMax * 4)
    const statusCode = optionalWhole(paras, 'status_code')
    const description = optionalText(paras, 'status_description', Number.POSITIVE_INFINITY)
    return {
      objectName,
      resultCode: requiredWhole(paras, 'result_code'),
      ...(statusCode !== undefined && { statusCode }),
      ...(description !== undefined && {
        description: description.slice(0, limits.eventTextLengthMax).toWellFormed(),
      }),
    }
  })
}
