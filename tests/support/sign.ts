import { createHmac } from 'node:crypto'
import { canonicalRequest, type Credentials, sha256 } from '../../src/simulator/sign.ts'

/*
 * Signatures of northbound §1.1 and §1.2 as clients of every kind make them, odd ones included, over the canonical
 * request of the simulator: that shares no code with the server, so that the two prove each other.
 */

export type Algorithm = 'SDK-HMAC-SHA256' | 'V11-HMAC-SHA256'

export interface ToSign {
  readonly method: string
  readonly url: string
  /** All that are sent; those in `signed` go into the signature. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly at: number
  readonly algorithm?: Algorithm
  /** Names of signed headers beside `x-sdk-date`; absent: all that are sent, and `host`. */
  readonly signed?: readonly string[]
  readonly region?: string
  /** What stands for the body's hash instead of it. */
  readonly bodyHash?: string
}

/** The headers to send: those given, the date and the signature. */
export function sign({ accessKey, secretKey }: Credentials, request: ToSign): Record<string, string> {
  const { algorithm = 'SDK-HMAC-SHA256', region = 'r1' } = request
  const date = sdkDate(request.at)
  const url = new URL(request.url)
  const sent: Record<string, string> = { ...lowerCase(request.headers), 'x-sdk-date': date }
  const values: Record<string, string> = { host: url.host, ...sent }
  const names = [...new Set([...(request.signed ?? Object.keys(values)), 'x-sdk-date'])].sort()

  const canonical = canonicalRequest(request, values, names, request.bodyHash ?? sha256(request.body))

  const signature = (key: string, ...lines: readonly string[]) =>
    createHmac('sha256', key)
      .update([algorithm, date, ...lines, sha256(canonical)].join('\n'))
      .digest('hex')
  const tail = (hex: string) => `SignedHeaders=${names.join(';')}, Signature=${hex}`
  if (algorithm === 'SDK-HMAC-SHA256')
    return { ...sent, authorization: `${algorithm} Access=${accessKey}, ${tail(signature(secretKey))}` }
  const scope = `${date.slice(0, 8)}/${region}/iotdm`
  const hex = signature(hkdfHex(secretKey, accessKey, scope), scope)
  return { ...sent, authorization: `${algorithm} Credential=${accessKey}/${scope}, ${tail(hex)}` }
}

/** Signs and sends; `at` is the client's clock. */
export function signedFetch(credentials: Credentials, request: ToSign): Promise<Response> {
  const { method, url, body } = request
  const headers = sign(credentials, request)
  return fetch(url, { method, headers, ...(body.length > 0 && { body }) })
}

/** RFC 5869 with SHA-256, one block, written out: extract with the salt, expand with the info. */
export function hkdfHex(ikm: string, salt: string, info: string): string {
  const pseudoRandom = createHmac('sha256', salt).update(ikm).digest()
  return createHmac('sha256', pseudoRandom)
    .update(Buffer.concat([Buffer.from(info), Buffer.from([1])]))
    .digest('hex')
}

export const sdkDate = (at: number): string =>
  `${new Date(at).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
