import type { PastedCertificate, PastedCertificates } from '../base/chain-facts.ts'
import { limits } from '../base/limits.ts'
import { Refusal } from '../base/refusal.ts'
import { decodeCertificate } from './decode.ts'

/**
 * Says what a pasted or uploaded text is. Text around the blocks is ignored, as `openssl x509 -text` writes it (RFC
 * 7468 §2). A private key anywhere in it, even cut off or without its armour, is the whole answer, and nothing of
 * the text is kept, echoed or logged (safety X7). `certificates` holds at least one.
 */
export function readPasted(content: string): PastedCertificates {
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY/i.test(content)) return { kind: 'private-key' }
  const blocks = [...content.matchAll(/-----BEGIN ([A-Z0-9 #]+)-----([^-]*)-----END ([A-Z0-9 #]+)-----/g)]
  if (blocks.length === 0) return readUnarmoured(content)
  if (blocks.length > limits.chainCertificatesMax) return { kind: 'too-many', count: blocks.length }
  const certificates: PastedCertificate[] = []
  for (const [, label = '', body = '', end] of blocks) {
    if (label !== end) return unreadable(`BEGIN ${label} is followed by END ${end}`)
    const bytes = decodeBase64(body)
    if (bytes && isPrivateKey(bytes)) return { kind: 'private-key' }
    if (label !== 'CERTIFICATE' && label !== 'X509 CERTIFICATE') return unreadable(otherLabel(label))
    if (!bytes) return unreadable('the text between BEGIN and END is not Base64')
    const decoded = decodeCertificate(bytes)
    if (!decoded) return unreadable(whyUndecodable(bytes))
    certificates.push({ der: decoded.der, facts: decoded.facts })
  }
  const begun = content.split('-----BEGIN ').length - 1
  if (begun !== blocks.length) return unreadable('a BEGIN line has no END line: the text is cut off')
  return { kind: 'certificates', certificates }
}

/** At least one certificate, or why there is none; `certificate-bundle` for more than a chain has. */
export function certificatesIn(pasted: PastedCertificates): readonly PastedCertificate[] | Refusal {
  switch (pasted.kind) {
    case 'private-key':
      return new Refusal('certificate-is-private-key')
    case 'der':
      return new Refusal('certificate-is-der')
    case 'too-many':
      return new Refusal('certificate-bundle', { count: pasted.count })
    case 'unreadable':
      return new Refusal('certificate-unreadable', { detail: pasted.detail })
    case 'certificates':
      return pasted.certificates
  }
}

/** One certificate as PEM, in lines of 64 (RFC 7468 §2): the form that is stored. */
export function toPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

const unreadable = (detail: string): PastedCertificates => ({ kind: 'unreadable', detail })

function readUnarmoured(content: string): PastedCertificates {
  if (content.trim() === '') return unreadable('it is empty')
  // A DER file sent as text: 0x30, then a length that UTF-8 does not allow there or that Latin-1 keeps.
  if (isPrivateKey(Buffer.from(content.slice(0, 64), 'latin1'))) return { kind: 'private-key' }
  if (/^0[\u0080-\u0084\ufffd]/.test(content)) return { kind: 'der' }
  const bytes = decodeBase64(content.replaceAll(/-----.*?(-----|$)/gm, ''))
  if (bytes && isPrivateKey(bytes)) return { kind: 'private-key' }
  if (content.includes('-----BEGIN ')) return unreadable('the END line is missing: the text is cut off')
  if (content.includes('-----END ')) return unreadable('the BEGIN line is missing: the text is cut off')
  if (bytes && decodeCertificate(bytes)) return unreadable('the line -----BEGIN CERTIFICATE----- is missing')
  return unreadable('there is no -----BEGIN CERTIFICATE----- line in it')
}

function otherLabel(label: string): string {
  if (label.endsWith('CERTIFICATE REQUEST'))
    return 'it is a certificate request (CSR), which has to be signed first: openssl x509 -req'
  if (label === 'TRUSTED CERTIFICATE')
    return 'it is in the TRUSTED CERTIFICATE form of OpenSSL; convert it: openssl x509 -in ca.pem -out ca.crt'
  if (label === 'PUBLIC KEY' || label === 'RSA PUBLIC KEY') return 'it is a public key, not a certificate'
  if (label === 'PKCS7' || label === 'CMS')
    return 'it is PKCS #7; take the certificate out of it: openssl pkcs7 -print_certs'
  return `it holds a block of the kind ${label}, not a certificate`
}

/** Strict Base64 with line breaks and spaces; undefined for anything else. JSON's `\n` written out is forgiven. */
function decodeBase64(text: string): Buffer | undefined {
  const compact = text.replaceAll(/\\r|\\n|\s/g, '')
  return compact !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(compact) ? Buffer.from(compact, 'base64') : undefined
}

function whyUndecodable(bytes: Buffer): string {
  const end = endOfElement(bytes)
  if (end !== undefined && end < bytes.length && decodeCertificate(bytes.subarray(0, end)))
    return `${bytes.length - end} bytes follow the certificate inside of its block`
  if (end !== undefined && end > bytes.length) return 'the certificate is cut off'
  return 'the block does not hold an X.509 certificate'
}

/** Where the outermost DER element of `bytes` ends; undefined when it is no SEQUENCE of a definite length. */
function endOfElement(bytes: Uint8Array): number | undefined {
  const [tag, length = 0] = bytes
  if (tag !== 0x30) return undefined
  if (length < 0x80) return 2 + length
  const lengthBytes = length & 0x7f
  if (lengthBytes === 0 || lengthBytes > 4 || bytes.length < 2 + lengthBytes) return undefined
  return 2 + lengthBytes + bytes.subarray(2, 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0)
}

/**
 * Whether DER looks like a private key. PKCS #8, PKCS #1 and SEC 1 begin with a version number where a certificate
 * has a SEQUENCE (RFC 5208 §5, RFC 8017 appendix A.1.2, RFC 5915 §3); an encrypted PKCS #8 begins with the OID of a
 * password-based scheme, under 1.2.840.113549.1.5 or 1.2.840.113549.1.12 (RFC 8018, RFC 7292).
 */
function isPrivateKey(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x30) return false
  const content = headerLength(bytes, 0)
  if (bytes[content] === 0x02) return bytes[content + 1] === 1 && (bytes[content + 2] ?? 9) <= 3
  if (bytes[content] !== 0x30) return false
  const algorithm = Buffer.from(bytes.subarray(content + headerLength(bytes, content)))
  return ['060[9a]2a864886f70d0105', '060a2a864886f70d010c'].some((pattern) =>
    new RegExp(`^${pattern}`).test(algorithm.subarray(0, 12).toString('hex')),
  )
}

/** Length of tag and length octets of the element at `offset`. */
function headerLength(bytes: Uint8Array, offset: number): number {
  const length = bytes[offset + 1] ?? 0
  return length < 0x80 ? 2 : 2 + (length & 0x7f)
}
