import { createHash, createHmac } from 'node:crypto'
import type { Instant } from '../base/instant.ts'

/** Where an S3-compatible storage is, and who we are there. */
export interface S3Settings {
  /** e.g. `https://minio.example.org:9000`; with `{bucket}` in it the bucket stands there, else in the path. */
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  readonly accessKey: string
  readonly secretKey: string
}

/**
 * An address that allows one request by itself: AWS Signature Version 4 in the query ("Authenticating Requests: Using
 * Query Parameters" of the S3 API reference). Only the host is signed, so that a device may send whatever
 * Content-Type it likes (device protocol §3.8.6). The port is always written, which the C SDK needs, and left out of
 * the signed host where it is the scheme's own, as clients leave it out of the Host header.
 */
export function s3Address(
  settings: S3Settings,
  {
    method,
    key,
    at,
    lifeSeconds,
  }: { method: 'GET' | 'PUT' | 'HEAD' | 'DELETE'; key: string; at: Instant; lifeSeconds: number },
): string {
  const { scheme, host, port, path } = placeOf(settings, key)
  const time = new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const scope = `${time.slice(0, 8)}/${settings.region}/s3/aws4_request`
  const query = Object.entries({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${settings.accessKey}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(lifeSeconds),
    'X-Amz-SignedHeaders': 'host',
  })
    .map(([name, value]) => `${name}=${uriEncode(value)}`)
    .join('&')
  const isOwnPort = port === (scheme === 'https' ? 443 : 80)
  const request = [
    method,
    path,
    query,
    `host:${isOwnPort ? host : `${host}:${port}`}\n`,
    'host',
    'UNSIGNED-PAYLOAD',
  ].join('\n')
  const digest = createHash('sha256').update(request).digest('hex')
  const toSign = ['AWS4-HMAC-SHA256', time, scope, digest].join('\n')
  const signature = hmac(signingKey(settings, time.slice(0, 8)), toSign).toString('hex')
  return `${scheme}://${host}:${port}${path}?${query}&X-Amz-Signature=${signature}`
}

function placeOf({ endpoint, bucket }: S3Settings, key: string) {
  const isVirtual = endpoint.includes('{bucket}')
  const url = new URL(endpoint.replace('{bucket}', bucket))
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  return {
    scheme,
    host: url.hostname,
    port: url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port),
    path: `${url.pathname.replace(/\/$/, '')}/${encodeKey(isVirtual ? key : `${bucket}/${key}`)}`,
  } as const
}

const signingKey = ({ secretKey, region }: S3Settings, day: string): Buffer =>
  [region, 's3', 'aws4_request'].reduce(hmac, hmac(`AWS4${secretKey}`, day))

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** RFC 3986: all but unreserved characters; slashes stay. */
export const encodeKey = (key: string): string => key.split('/').map(uriEncode).join('/')

const uriEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
