import { DAY } from './time.ts'

/** An expiry nearer than this needs attention: a CA has to be replaced on every device that it signed. */
export const EXPIRY_NEAR_DAYS = 60

export interface Validity {
  readonly state: 'good' | 'expiring' | 'expired' | 'early'
  /** Of the whole bar, 0 to 1: where the validity begins, where it ends, where today is. */
  readonly begin: number
  readonly end: number
  readonly today: number
}

/**
 * Where `now` stands in a certificate's validity; all times in epoch milliseconds. The bar spans the validity and
 * today, whichever reaches further; both ends of the validity belong to it (RFC 5280 §4.1.2.5).
 */
export function validityOf(notBefore: number, notAfter: number, now: number): Validity {
  const from = Math.min(notBefore, now)
  const span = Math.max(notAfter, now) - from || 1
  const place = (at: number): number => (at - from) / span
  return {
    state: stateOf(notBefore, notAfter, now),
    begin: place(notBefore),
    end: place(Math.max(notAfter, notBefore)),
    today: place(now),
  }
}

function stateOf(notBefore: number, notAfter: number, now: number): Validity['state'] {
  if (now > notAfter) return 'expired'
  if (now < notBefore) return 'early'
  return notAfter - now <= EXPIRY_NEAR_DAYS * DAY ? 'expiring' : 'good'
}
