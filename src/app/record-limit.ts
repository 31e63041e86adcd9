import type { Instant } from '../base/instant.ts'

/**
 * At most `perSecondMax` records in each second of the clock, `perSourceMax` of them of one source, so that a noisy
 * one does not keep the others out: the answer says whether one more may be written. `report` is told, with the
 * first record of a later second, how many were not. A record may weigh more than one, e.g. its bytes; one without
 * weight always may be written.
 */
export function createRecordLimit(
  { perSecondMax, perSourceMax }: { readonly perSecondMax: number; readonly perSourceMax: number },
  report: (unrecorded: number) => void,
): (at: Instant, source: string, weight?: number) => boolean {
  let second = -1
  let recorded = 0
  let unrecorded = 0
  // As many as records were written in this second, at most.
  const bySource = new Map<string, number>()
  return (at, source, weight = 1) => {
    const now = Math.floor(at / 1000)
    if (now !== second) {
      if (unrecorded > 0) report(unrecorded)
      second = now
      recorded = 0
      unrecorded = 0
      bySource.clear()
    }
    const ofSource = bySource.get(source) ?? 0
    if (weight > 0 && (recorded + weight > perSecondMax || ofSource + weight > perSourceMax)) {
      unrecorded++
      return false
    }
    recorded += weight
    if (weight > 0) bySource.set(source, ofSource + weight)
    return true
  }
}
