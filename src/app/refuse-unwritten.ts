import { Refusal } from '../base/refusal.ts'
import { LogWriteError } from '../log/log.ts'

/** A log that cannot be written is no fault of the caller's request, who may try again (safety R2). */
export function refuseUnwritten(fault: unknown): never {
  if (fault instanceof LogWriteError) throw new Refusal('store-unavailable')
  throw fault
}
