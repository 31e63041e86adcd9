import { derOf, pemOf, readCertificateFile, readCertificateText } from '../../lib/pem.ts'

/**
 * What a text or a file is that people put where a fingerprint belongs. `text` is what the field keeps: of a binary
 * certificate its PEM.
 */
export type Understood =
  | { readonly kind: 'empty' }
  | { readonly kind: 'fingerprint'; readonly digest: 'SHA-1' | 'SHA-256'; readonly hex: string }
  /** To be decoded by the platform. `told`: a fingerprint that stands beside it, as `openssl x509 -fingerprint` prints both. */
  | { readonly kind: 'certificate'; readonly pem: string; readonly told?: string }
  /** Nothing of it is kept or sent. */
  | { readonly kind: 'private-key' }
  /** Hexadecimal, but not as long as any fingerprint that can be used. */
  | { readonly kind: 'digits'; readonly count: number }
  | { readonly kind: 'unreadable' }

/** Bytes of a file; a certificate has one or two thousand. */
export const FILE_BYTES_MAX = 64_000

const digests = { 40: 'SHA-1', 64: 'SHA-256' } as const

/**
 * Reads a fingerprint in every form in which tools print it (colons, spaces or dashes, either case, with its name
 * before it), or a certificate: PEM, also with other text around it, or its bare Base64.
 */
export function understand(text: string): Understood {
  if (text.trim() === '') return { kind: 'empty' }
  if (readCertificateText(text).kind === 'private-key') return { kind: 'private-key' }
  if (text.includes('-----BEGIN ')) {
    const before = readDigits(text.slice(0, text.indexOf('-----BEGIN ')))
    return { kind: 'certificate', pem: text, ...(before?.kind === 'fingerprint' && { told: before.hex }) }
  }
  return readDigits(text) ?? readBase64(text) ?? { kind: 'unreadable' }
}

/** As {@link understand}, of a file: text, or DER. */
export function understandFile(bytes: Uint8Array): {
  readonly text: string
  readonly understood: Understood
} {
  const read = readCertificateFile(bytes)
  if (read.kind === 'text') return { text: read.text, understood: understand(read.text) }
  return { text: '', understood: { kind: read.kind === 'binary' ? 'unreadable' : 'private-key' } }
}

function readDigits(text: string): Understood | undefined {
  // `sha256 Fingerprint=`, `SHA-1 fingerprint:`, `Cert Hash(sha256):`; what follows may be several lines of digits.
  const bare = text.replace(/^[^\n]*?(?:fingerprint|thumbprint|hash|digest|指纹)[^\n=:：]*[=:：]/i, '')
  const hex = bare.replace(/[\s:.-]/g, '').toLowerCase()
  if (!/^(0x)?[0-9a-f]{8,}$/.test(hex)) return undefined
  const digits = hex.replace(/^0x/, '')
  const digest = digests[digits.length as keyof typeof digests]
  return digest ? { kind: 'fingerprint', digest, hex: digits } : { kind: 'digits', count: digits.length }
}

/** A certificate without its first and last line. */
function readBase64(text: string): Understood | undefined {
  const der = derOf(`-----BEGIN CERTIFICATE-----${text}-----END CERTIFICATE-----`)
  return der?.[0] === 0x30 ? { kind: 'certificate', pem: pemOf(der) } : undefined
}
