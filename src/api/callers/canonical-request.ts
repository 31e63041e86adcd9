import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { decodeText, queryPairs } from '../query.ts'

/** A request as it came over the wire: what a signature is computed over. */
export interface SignedRequest {
  readonly method: string
  /** Request target as sent: path and query, nothing decoded. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  /** Raw bytes: JSON that was parsed and written again never matches. */
  readonly body: Uint8Array
}

/**
 * The canonical request without its last line, the body's hash (northbound §1.1):
 * `METHOD \n URI \n QUERY \n HEADERS \n SIGNEDHEADERS \n`. Only the headers in `signedHeaders` count, in that order.
 */
export function canonicalHead(
  { method, target, headers }: SignedRequest,
  signedHeaders: readonly string[],
): string {
  const [path = '', ...query] = target.split('?')
  const lines = signedHeaders.map((name) => `${name}:${headerText(headers[name])}\n`)
  return [
    method,
    canonicalPath(path),
    canonicalQuery(query.join('?')),
    lines.join(''),
    signedHeaders.join(';'),
    '',
  ].join('\n')
}

export const sha256Hex = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex')

/** Segments decoded and encoded again, so that it does not matter which characters the client left bare. */
function canonicalPath(path: string): string {
  const encoded = path
    .split('/')
    .map((segment) => encodeStrictly(decodeText(segment)))
    .join('/')
  return encoded.endsWith('/') ? encoded : `${encoded}/`
}

function canonicalQuery(query: string): string {
  return queryPairs(query)
    .map(([name, value]) => [encodeStrictly(name), encodeStrictly(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Leaves only `A-Z a-z 0-9 - _ . ~` bare, with upper-case hex; `encodeURIComponent` leaves `!'()*` too. */
function encodeStrictly(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Node reads header bytes as Latin-1; clients sign them as UTF-8. */
function headerText(value: string | string[] | undefined): string {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '')
  return Buffer.from(text, 'latin1').toString('utf8').trim()
}
