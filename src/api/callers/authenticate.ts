import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '../../base/instant.ts'
import type { Limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Caller } from '../../operations/operation.ts'
import type { SignedRequest } from './canonical-request.ts'
import { type Sessions, sessionToken, verifySession } from './session.ts'
import { type FindAccessKey, isSigned, verifySignature } from './signature.ts'
import { type FindToken, verifyToken } from './token.ts'

/** How callers are found; `app/` hands in the store's functions. */
export interface Callers {
  readonly findAccessKey: FindAccessKey
  readonly findToken: FindToken
  readonly sessions: Sessions
}

export interface CallRequest extends SignedRequest {
  /** Remote address without port. */
  readonly address: string
}

export interface Authenticated {
  readonly caller: Caller
  /** The session's end has moved: its cookie is to be sent again. */
  readonly isRenewed: boolean
}

/** Does the request carry credentials that a client sends on purpose? A browser sends cookies by itself. */
export const hasOwnCredentials = ({ authorization, 'x-auth-token': token }: IncomingHttpHeaders): boolean =>
  authorization !== undefined || token !== undefined

/**
 * Who calls: by signature, else by token (northbound §1.1–1.3), else by the console's session. A user of a session
 * may enter several projects; `projectId`, the one in the path, chooses among them. Throws `not-authenticated`
 * without credentials of a known kind, and what {@link verifySignature}, {@link verifyToken} and
 * {@link verifySession} throw.
 */
export async function authenticate(
  request: CallRequest,
  projectId: string | undefined,
  callers: Callers,
  deps: { readonly clock: Clock; readonly limits: Limits },
): Promise<Authenticated> {
  if (!hasOwnCredentials(request.headers)) return authenticateSession(request, projectId, callers, deps)
  const caller = await authenticateExplicit(request, callers, deps)
  return { caller, isRenewed: false }
}

async function authenticateExplicit(
  request: CallRequest,
  { findAccessKey, findToken }: Callers,
  deps: { readonly clock: Clock; readonly limits: Limits },
): Promise<Caller> {
  const { headers, address } = request
  if (isSigned(headers.authorization)) {
    const { accessKey, projectId } = await verifySignature(request, findAccessKey, deps)
    return { kind: 'access-key', name: accessKey, projectId, address }
  }
  const token = headers['x-auth-token']
  if (typeof token !== 'string' || token === '') throw new Refusal('not-authenticated')
  const { userName, projectId } = await verifyToken(token, findToken, deps.clock.now())
  return { kind: 'token', name: userName, projectId, address }
}

/** See {@link authenticate}; only a session will do here, whatever else the request brings. */
export async function authenticateSession(
  request: CallRequest,
  projectId: string | undefined,
  { sessions }: Callers,
  deps: { readonly clock: Clock; readonly limits: Limits },
): Promise<Authenticated> {
  const token = sessionToken(request)
  if (token === undefined) throw new Refusal('not-authenticated')
  const { userName, projectIds, session, isRenewed } = await verifySession(token, request, sessions, deps)
  // None of the user's: the first one, which the check of the path then refuses like any other caller's.
  const entered = projectIds.find((each) => each === projectId) ?? projectIds[0]
  if (entered === undefined) throw new Refusal('foreign-project')
  const caller: Caller = {
    kind: 'session',
    name: userName,
    projectId: entered,
    address: request.address,
    session,
  }
  return { caller, isRenewed }
}

/** Who a refused request says it is, for the audit trail only; hostile text, so cut short. */
export function claimedName({ headers }: Pick<CallRequest, 'headers'>): string {
  const signed = /(?:Access|Credential)=([^,/\s]{1,128})/.exec(headers.authorization ?? '')
  return signed?.[1] ?? ''
}
