import type { Instant } from '../base/instant.ts'

/**
 * At most `perSecondMax` records in each second of the clock: the answer says whether one more may be written.
 * `report` is told, with the first record of a later second, how many were not.
 */
export function createRecordLimit(
  perSecondMax: number,
  report: (unrecorded: number) => void,
): (at: Instant) => boolean {
  let second = -1
  let recorded = 0
  let unrecorded = 0
  return (at) => {
    const now = Math.floor(at / 1000)
    if (now !== second) {
      if (unrecorded > 0) report(unrecorded)
      second = now
      recorded = 0
      unrecorded = 0
    }
    if (recorded >= perSecondMax) {
      unrecorded++
      return false
    }
    recorded++
    return true
  }
}
