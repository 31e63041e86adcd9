import { hexOf } from './hex.ts'

/** What a file or a pasted text turned out to be, before any of it is sent anywhere. */
export type ReadCertificate =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'private-key' }
  | { readonly kind: 'binary' }

/**
 * A certificate file as text: PEM as it stands, DER put between its lines (RFC 7468 §2). What holds a private key is
 * told as that and nothing of it is given back, so that it cannot be sent; bytes that are neither are `binary`.
 */
export function readCertificateFile(bytes: Uint8Array): ReadCertificate {
  if (bytes[0] === 0x30 && elementEnd(bytes) === bytes.length)
    return isPrivateKey(bytes) ? { kind: 'private-key' } : { kind: 'text', text: pemOf(bytes) }
  // Redirecting a command's output in an older PowerShell writes UTF-16.
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8'
  const text = new TextDecoder(encoding).decode(bytes)
  return /\0|\ufffd/.test(text) ? { kind: 'binary' } : readCertificateText(text)
}

/** The same of a text that was pasted; it is given back as it is. */
export function readCertificateText(text: string): ReadCertificate {
  return holdsPrivateKey(text) ? { kind: 'private-key' } : { kind: 'text', text }
}

/** The DER of one certificate as PEM, in lines of 64 (RFC 7468 §2). */
export function pemOf(der: Uint8Array, label = 'CERTIFICATE'): string {
  const base64 = btoa(Array.from(der, (byte) => String.fromCodePoint(byte)).join(''))
  return [`-----BEGIN ${label}-----`, ...(base64.match(/.{1,64}/g) ?? []), `-----END ${label}-----`, ''].join(
    '\n',
  )
}

/** The DER of the first block of a PEM text; undefined when there is none. */
export function derOf(pem: string): Uint8Array<ArrayBuffer> | undefined {
  const [, body] = /-----BEGIN [^-]+-----([^-]*)-----END/.exec(pem) ?? []
  return body === undefined ? undefined : bytesOf(body)
}

function holdsPrivateKey(text: string): boolean {
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY/i.test(text)) return true
  // Under a wrong label, or without its lines: a copy that was taken too short.
  return text
    .split(/-----[^-\n]*(?:-----|$)/m)
    .some((part) => isPrivateKey(bytesOf(part) ?? new Uint8Array()))
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  const compact = base64.replaceAll(/\s/g, '')
  if (compact === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined
  try {
    return Uint8Array.from(atob(compact), (letter) => letter.codePointAt(0) ?? 0)
  } catch {
    return undefined
  }
}

/**
 * PKCS #8, PKCS #1, SEC 1 and PKCS #12 begin with a version number where a certificate has a SEQUENCE; an encrypted
 * PKCS #8 begins with the OID of a password-based scheme (RFC 5208 §5 and §6, RFC 8017 appendix A.1.2, RFC 5915 §3).
 */
function isPrivateKey(der: Uint8Array): boolean {
  if (der[0] !== 0x30) return false
  const at = 1 + lengthBytes(der, 1)
  if (der[at] === 0x02) return der[at + 1] === 1 && (der[at + 2] ?? 9) <= 3
  if (der[at] !== 0x30) return false
  const oid = at + 1 + lengthBytes(der, at + 1)
  const hex = hexOf(der.subarray(oid, oid + 12))
  return /^06(?:09|0a)2a864886f70d0105|^060a2a864886f70d010c/.test(hex)
}

const lengthBytes = (der: Uint8Array, at: number): number => {
  const first = der[at] ?? 0
  return first < 0x80 ? 1 : 1 + (first & 0x7f)
}

/** Where the outermost element ends; undefined without a definite length that a file can have. */
function elementEnd(der: Uint8Array): number | undefined {
  const bytes = lengthBytes(der, 1)
  if (bytes === 1) return 2 + (der[1] ?? 0)
  if (bytes > 4) return undefined
  return 1 + bytes + der.subarray(2, 1 + bytes).reduce((sum, byte) => sum * 256 + byte, 0)
}
