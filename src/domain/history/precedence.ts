/*
 * What a device says twice of one moment becomes one point: the values of both, and where they differ those received
 * later. The order below is total, so it does not matter in which order rows meet: in one chunk, in several, or at a
 * read.
 *
 *   received 12:00:01  { a: 1, b: 1 }            seq 1
 *   received 12:00:02  { a: 2, c: 2 }            seq 2   → { a: 2, b: 1, c: 2 }, received 12:00:02, seq 1
 *   received 12:00:01  { a: 1, b: 1 }, a repeat  seq 3     changes nothing
 */

/** What decides between two values of one property at one time. */
export interface Rank {
  readonly receivedAt: number
  /** A redelivery of a report that has come before (safety R4). */
  readonly repeats: boolean
  readonly seq: number
}

/** Is the value of `a` to be kept rather than that of `b`? Of a report and its redelivery the first stands. */
export function outranks(a: Rank, b: Rank): boolean {
  if (a.receivedAt !== b.receivedAt) return a.receivedAt > b.receivedAt
  if (a.repeats !== b.repeats) return b.repeats
  return a.repeats ? a.seq < b.seq : a.seq > b.seq
}
