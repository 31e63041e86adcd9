import { Refusal } from '../../base/refusal.ts'

/**
 * SQLite's result codes (https://sqlite.org/rescode.html) for a disk or another process that is in the way: busy,
 * read-only, I/O error, full, cannot open, locking protocol. A damaged file (11, 26) is none: trying again is no help.
 */
const unavailable: ReadonlySet<number> = new Set([5, 8, 10, 13, 14, 15])

/**
 * What a failed write, begin or commit is to callers: `store-unavailable`, with the engine's fault as its cause, when
 * the storage is at fault. Anything else, a violated constraint for one, stays what it is. Nothing was changed: a
 * statement is undone as a whole, and so is the transaction it stands in.
 */
export function writeFault(fault: unknown): unknown {
  if (!(fault instanceof Error) || !('errcode' in fault) || typeof fault.errcode !== 'number') return fault
  // Extended codes say more in their upper bits: 778 is 10, and which I/O it was.
  if (!unavailable.has(fault.errcode & 0xff)) return fault
  const refusal = new Refusal('store-unavailable')
  refusal.cause = fault
  return refusal
}
