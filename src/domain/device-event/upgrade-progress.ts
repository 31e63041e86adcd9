import type { JsonObject } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import type { EventFault } from './device-event.ts'
import { fail, optionalText, optionalWhole, readParas, requiredText, requiredWhole } from './paras.ts'

/** Device protocol §3.8.5: 0 success, then what went wrong. */
const RESULT_CODES: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255])

export interface UpgradeProgress {
  readonly resultCode: number
  readonly version: string
  /** Percent. */
  readonly progress?: number
  readonly description?: string
}

/** `upgrade_progress_report` (device protocol §3.8.5). */
export function readUpgradeProgress(paras: JsonObject): UpgradeProgress | EventFault {
  return readParas(() => {
    const resultCode = requiredWhole(paras, 'result_code')
    if (!RESULT_CODES.has(resultCode)) fail('result_code', 'must be one of 0 to 10 and 255')
    const progress = optionalWhole(paras, 'progress')
    if (progress !== undefined && (progress < 0 || progress > 100)) fail('progress', 'must be from 0 to 100')
    const description = optionalText(paras, 'description', limits.eventTextLengthMax)
    return {
      resultCode,
      version: requiredText(paras, 'version', limits.factLengthMax),
      ...(progress !== undefined && { progress }),
      ...(description !== undefined && { description }),
    }
  })
}
