import type { Instant } from '../../base/instant.ts'
import { storedReport } from '../../domain/report/decide-report.ts'
import type { ReportVerdict } from '../../domain/verdict/verdict.ts'
import { parseReport } from './report.ts'

/** The verdict on the payload of a report of which it is known that every value was stored; `at`: when it was received. */
export function readStored(payload: Uint8Array, at: Instant): ReportVerdict {
  return storedReport(parseReport(payload), at)
}
