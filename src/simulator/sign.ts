import { createHash, createHmac } from 'node:crypto'
import { formatBasic, type Instant } from '../base/instant.ts'

/*
 * A client's half of the signature of northbound §1.1, written from that text alone: it shares no code with the half
 * that checks (api/callers), so that the two prove each other.
 */

export interface Credentials {
  readonly accessKey: string
  readonly secretKey: string
}

/** A request as it will be sent. */
export interface Unsigned {
  readonly method: string
  readonly url: string
  /** All that are sent; names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** The headers to send: those given, the date and the signature over all of them, by SDK-HMAC-SHA256. */
export function signRequest(
  { accessKey, secretKey }: Credentials,
  request: Unsigned,
  now: Instant,
): Record<string, string> {
  const date = formatBasic(now)
  const sent: Record<string, string> = { ...request.headers, 'x-sdk-date': date }
  const values = { host: new URL(request.url).host, ...sent }
  const names = Object.keys(values).sort()
  const canonical = canonicalRequest(request, values, names, sha256(request.body))
  const signature = createHmac('sha256', secretKey)
    .update(['SDK-HMAC-SHA256', date, sha256(canonical)].join('\n'))
    .digest('hex')
  return {
    ...sent,
    authorization: `SDK-HMAC-SHA256 Access=${accessKey}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

/** What is signed: method, path, query, the headers of `names` and what stands for the body. */
export function canonicalRequest(
  { method, url }: Pick<Unsigned, 'method' | 'url'>,
  headers: Readonly<Record<string, string>>,
  names: readonly string[],
  bodyHash: string,
): string {
  const parsed = new URL(url)
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim()}\n`)
  return [method, pathOf(parsed), queryOf(parsed), lines.join(''), names.join(';'), bodyHash].join('\n')
}

/** Lower-case hex. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

function pathOf({ pathname }: URL): string {
  const path = pathname
    .split('/')
    .map((segment) => percent(decodeURIComponent(segment)))
    .join('/')
  return path.endsWith('/') ? path : `${path}/`
}

function queryOf({ searchParams }: URL): string {
  return [...searchParams]
    .map(([name, value]) => [percent(name), percent(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** Byte by byte: only `A-Z a-z 0-9 - _ . ~` stay. */
function percent(text: string): string {
  return Array.from(Buffer.from(text, 'utf8'), (byte) => {
    const character = String.fromCharCode(byte)
    return /[A-Za-z0-9\-_.~]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}
