import type { ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import { Refusal } from '../../base/refusal.ts'
import { sha256Hex } from './canonical-request.ts'

export interface OwnerOfToken {
  readonly userName: string
  readonly projectId: ProjectId
}

/** Looked up by the hex SHA-256 of the token; undefined when it is unknown or has expired at `now`. */
export type FindToken = (sha256: string, now: Instant) => Promise<OwnerOfToken | undefined>

/** Whose `X-Auth-Token` it is (northbound §1.3). Throws `invalid-token`. */
export async function verifyToken(token: string, findToken: FindToken, now: Instant): Promise<OwnerOfToken> {
  const owner = await findToken(sha256Hex(token), now)
  if (!owner) throw new Refusal('invalid-token')
  return owner
}
