import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Instant } from '../../base/instant.ts'
import type { Limits } from '../../base/limits.ts'

/*
 * A session is a random text in a cookie that scripts cannot read. The registry keeps its hash only; the token
 * against forged requests is derived from it, so that a page can ask for it again after a reload, nothing more needs
 * to be kept, and whoever knows one session's token knows nothing of another's.
 */

/** A new session's text: 256 random bits. Nothing that a client brings is ever taken for it (session fixation). */
export const newSessionToken = (): string => randomBytes(32).toString('base64url')

/** Does the text have the form of one of ours? */
export const isSessionToken = (text: string): boolean => /^[\w-]{43}$/.test(text)

/** Under which the registry knows it: lower-case hex. */
export const sessionHash = (token: string): string => createHash('sha256').update(token).digest('hex')

/** What must stand in `X-CSRF-Token` on every change that is made with the cookie. */
export const csrfTokenOf = (token: string): string =>
  createHmac('sha256', token).update('quayside csrf token').digest('base64url')

/** When the session ends if nothing more is heard: it slides with use, up to a last end that does not move. */
export const sessionEnd = (
  { createdAt, now }: { readonly createdAt: Instant; readonly now: Instant },
  limits: Pick<Limits, 'sessionIdleMillisMax' | 'sessionLifeMillisMax'>,
): Instant => Math.min(now + limits.sessionIdleMillisMax, createdAt + limits.sessionLifeMillisMax)
