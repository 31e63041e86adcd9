import type { Clock } from '../../base/instant.ts'
import type { Limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Caller } from '../../operations/operation.ts'
import type { SignedRequest } from './canonical-request.ts'
import { type FindAccessKey, isSigned, verifySignature } from './signature.ts'
import { type FindToken, verifyToken } from './token.ts'

/** How callers are found; `app/` hands in the store's functions. */
export interface Callers {
  readonly findAccessKey: FindAccessKey
  readonly findToken: FindToken
}

export interface CallRequest extends SignedRequest {
  /** Remote address without port. */
  readonly address: string
}

/** Does the request carry credentials at all? */
export const hasCredentials = ({ headers }: Pick<CallRequest, 'headers'>): boolean =>
  headers.authorization !== undefined || headers['x-auth-token'] !== undefined

/**
 * Who calls: by signature, else by token (northbound §1.1–1.3). Throws `not-authenticated` without credentials of a
 * known kind, and what {@link verifySignature} and {@link verifyToken} throw.
 */
export async function authenticate(
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

/** Who a refused request says it is, for the audit trail only; hostile text, so cut short. */
export function claimedName({ headers }: Pick<CallRequest, 'headers'>): string {
  const signed = /(?:Access|Credential)=([^,/\s]{1,128})/.exec(headers.authorization ?? '')
  return signed?.[1] ?? ''
}
