import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { ProjectId } from '../../base/ids.ts'
import type { Clock, Instant } from '../../base/instant.ts'
import type { Limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import {
  csrfTokenOf,
  isSessionToken,
  sessionEnd,
  sessionHash,
} from '../../domain/console-session/console-session.ts'
import type { CallerSession } from '../../operations/operation.ts'

/** The registry's sessions, by the hash of their text; `app/` hands in the store's functions. */
export interface Sessions {
  /** Undefined when it is unknown or has expired at `now`. */
  find(sha256: string, now: Instant): Promise<FoundSession | undefined>
  renew(sha256: string, expiresAt: Instant): Promise<void>
  end(sha256: string): Promise<void>
}

export interface FoundSession {
  readonly userName: string
  readonly projectIds: readonly ProjectId[]
  readonly createdAt: Instant
  readonly expiresAt: Instant
}

export interface VerifiedSession {
  readonly userName: string
  readonly projectIds: readonly ProjectId[]
  readonly session: CallerSession
  /** Its end has moved: the cookie's should follow. */
  readonly isRenewed: boolean
}

interface SessionRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
}

const NAME = 'quayside_session'

/**
 * The text of the session that the request carries. Two that differ count as none: one of them was planted, by a
 * neighbouring host that may set cookies for its whole domain.
 */
export function sessionToken({ headers }: Pick<SessionRequest, 'headers'>): string | undefined {
  const values = (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${NAME}=`))
    .map((pair) => pair.slice(NAME.length + 1))
  const [token, another] = new Set(values)
  return token !== undefined && another === undefined && isSessionToken(token) ? token : undefined
}

/**
 * Whose session it is, and what must be so for a change to be made with it: the session's own token in a header that
 * a foreign page cannot set (safety, threat 9). Moves the session's end. Throws `not-authenticated`,
 * `csrf-token-wrong` and `foreign-origin`.
 */
export async function verifySession(
  token: string,
  request: SessionRequest,
  sessions: Sessions,
  { clock, limits }: { readonly clock: Clock; readonly limits: Limits },
): Promise<VerifiedSession> {
  const sha256 = sessionHash(token)
  const now = clock.now()
  const found = await sessions.find(sha256, now)
  if (!found) throw new Refusal('not-authenticated')
  const csrfToken = csrfTokenOf(token)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuseForeignOrigin(request.headers)
    if (!isEqual(request.headers['x-csrf-token'], csrfToken)) throw new Refusal('csrf-token-wrong')
  }
  const end = sessionEnd({ createdAt: found.createdAt, now }, limits)
  const isRenewed = end - found.expiresAt >= limits.sessionRenewalMillis
  if (isRenewed) await sessions.renew(sha256, end)
  return {
    userName: found.userName,
    projectIds: found.projectIds,
    session: { token, sha256, csrfToken, expiresAt: isRenewed ? end : found.expiresAt },
    isRenewed,
  }
}

/**
 * A browser says where a request comes from; a change asked for by a page of another origin is refused, whatever
 * else it brings. Clients that are no browsers say nothing. (Fetch Metadata; RFC 6454 §7.)
 */
export function refuseForeignOrigin(headers: IncomingHttpHeaders): void {
  const site = headers['sec-fetch-site']
  const { origin, host } = headers
  const isForeign =
    site === undefined
      ? origin !== undefined && hostOf(origin) !== host
      : site !== 'same-origin' && site !== 'none'
  if (isForeign) throw new Refusal('foreign-origin', { origin: (origin ?? 'another site').slice(0, 256) })
}

const hostOf = (origin: string): string | undefined => URL.parse(origin)?.host

function isEqual(sent: string | string[] | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(String(sent ?? '')), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** The value of `Set-Cookie` for a session that lasts until `expiresAt`; without one, that takes the cookie away. */
export function sessionCookie(
  session: { readonly token: string; readonly expiresAt: Instant } | undefined,
  { now, isSecure }: { readonly now: Instant; readonly isSecure: boolean },
): string {
  const seconds = session ? Math.max(0, Math.ceil((session.expiresAt - now) / 1000)) : 0
  // Secure only where it came over TLS: a browser would drop it elsewhere, and http://localhost is a place to work.
  const attributes = [
    'Path=/',
    `Max-Age=${seconds}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(isSecure ? ['Secure'] : []),
  ]
  return [`${NAME}=${session?.token ?? ''}`, ...attributes].join('; ')
}
