import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { ProjectId } from '../../base/ids.ts'
import { type Clock, formatBasic, parseBasic } from '../../base/instant.ts'
import type { Limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import { canonicalHead, sha256Hex, type SignedRequest } from './canonical-request.ts'

export interface KeyOfCaller {
  readonly secret: string
  readonly projectId: ProjectId
}

/** Undefined when there is no such access key. */
export type FindAccessKey = (accessKey: string) => Promise<KeyOfCaller | undefined>

/** `Authorization` taken apart. */
interface Authorization {
  readonly accessKey: string
  readonly signedHeaders: readonly string[]
  readonly signature: Buffer
  /** `{yyyyMMdd}/{region}/{service}` of V11-HMAC-SHA256; undefined for the plain algorithm. */
  readonly scope?: string
}

const TAIL = String.raw`SignedHeaders=([a-z0-9;!#$%&'*+.^_|~-]{1,1024}),\s*Signature=([0-9a-f]{64})$`
const PLAIN = new RegExp(String.raw`^SDK-HMAC-SHA256 Access=([^,/\s]{1,128}),\s*${TAIL}`)
const DERIVED = new RegExp(
  String.raw`^V11-HMAC-SHA256 Credential=([^,/\s]{1,128})/(\d{8}/[^,/\s]{1,64}/[^,/\s]{1,32}),\s*${TAIL}`,
)

/** Does the header claim one of the signatures that we know? */
export const isSigned = (authorization: string | undefined): authorization is string =>
  authorization !== undefined && /^(SDK|V11)-HMAC-SHA256\b/.test(authorization)

/**
 * Verifies SDK-HMAC-SHA256 and V11-HMAC-SHA256 (northbound §1.1, §1.2) and answers whose request it is. Throws
 * `authentication-failed`, alike and after the same work for an unknown key and a wrong signature (safety, threat
 * 10), or `clock-skew` when `X-Sdk-Date` is more than 15 minutes off, which is decided before any key is looked at.
 */
export async function verifySignature(
  request: SignedRequest,
  findAccessKey: FindAccessKey,
  { clock, limits }: { readonly clock: Clock; readonly limits: Pick<Limits, 'signatureSkewMillisMax'> },
): Promise<{ readonly accessKey: string; readonly projectId: ProjectId }> {
  const authorization = parseAuthorization(request.headers.authorization ?? '')
  const date = String(request.headers['x-sdk-date'] ?? '')
  const signedAt = parseBasic(date)
  if (!authorization?.signedHeaders.includes('x-sdk-date') || signedAt === undefined)
    throw new Refusal('authentication-failed')
  const now = clock.now()
  if (Math.abs(now - signedAt) > limits.signatureSkewMillisMax)
    throw new Refusal('clock-skew', {
      sent: date,
      minutes: limits.signatureSkewMillisMax / 60_000,
      now: formatBasic(now),
    })

  const key = await findAccessKey(authorization.accessKey)
  const matches = isSignatureOf(request, authorization, date, key?.secret ?? DUMMY_SECRET)
  if (!matches || !key) throw new Refusal('authentication-failed')
  return { accessKey: authorization.accessKey, projectId: key.projectId }
}

/** Stands in for the secret of an unknown key; as long as one of ours. Nothing it signs is let in. */
const DUMMY_SECRET = '0'.repeat(40)

function parseAuthorization(header: string): Authorization | undefined {
  const plain = PLAIN.exec(header)
  const match = plain ?? DERIVED.exec(header)
  if (!match) return undefined
  const [signedHeaders = '', signature = ''] = match.slice(-2)
  return {
    accessKey: match[1] ?? '',
    signedHeaders: signedHeaders.split(';'),
    signature: Buffer.from(signature, 'hex'),
    ...(plain ? {} : { scope: match[2] ?? '' }),
  }
}

function isSignatureOf(
  request: SignedRequest,
  { accessKey, signedHeaders, signature, scope }: Authorization,
  date: string,
  secret: string,
): boolean {
  const head = canonicalHead(request, signedHeaders)
  const key = scope === undefined ? secret : deriveKey(secret, accessKey, scope)
  const algorithm = scope === undefined ? ['SDK-HMAC-SHA256', date] : ['V11-HMAC-SHA256', date, scope]
  // All candidates are computed and compared, whichever matches: the time tells nothing.
  return bodyHashes(request)
    .map((hash) => [...algorithm, sha256Hex(head + hash)].join('\n'))
    .map((text) => createHmac('sha256', key).update(text, 'utf8').digest())
    .map((expected) => timingSafeEqual(expected, signature))
    .includes(true)
}

/** The key of V11 is the hex text of the derived bytes, not the bytes (northbound §1.2). */
function deriveKey(secret: string, accessKey: string, info: string): string {
  return Buffer.from(hkdfSync('sha256', secret, accessKey, info, 32)).toString('hex')
}

/**
 * What the body's hash may be: that of the body, or `UNSIGNED-PAYLOAD` when the client says that it signed so
 * (Python says so and yet hashes an empty body: northbound §1.1). Any other value of the header is worth nothing:
 * it would let a body pass that the signature does not cover.
 */
function bodyHashes({ headers, body }: SignedRequest): readonly string[] {
  const unsigned = headers['x-sdk-content-sha256'] === 'UNSIGNED-PAYLOAD'
  return [sha256Hex(body), ...(unsigned ? ['UNSIGNED-PAYLOAD'] : [])]
}
