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
  if (/PRIVATE KEY/i.test(text)) return { kind: 'private-key' }
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
  const der = readDer(bytes)
  if (der) return { text: der.kind === 'certificate' ? der.pem : '', understood: der }
  const text = new TextDecoder().decode(bytes)
  const understood = understand(text)
  return { text: understood.kind === 'private-key' ? '' : text, understood }
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

function readBase64(text: string): Understood | undefined {
  const compact = text.replace(/\s/g, '')
  if (compact.length < 100 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact) || compact.length % 4 !== 0)
    return undefined
  return readDer(Uint8Array.from(atob(compact), (character) => character.charCodeAt(0)))
}

/**
 * DER by its first elements: a certificate is a SEQUENCE whose first member is a SEQUENCE that begins with its version
 * (`[0]`) or, in version 1, with its serial number (RFC 5280 §4.1). Private keys (PKCS #8, PKCS #1, SEC 1) and PKCS #12
 * begin with a version number, an encrypted PKCS #8 with the OID of its cipher.
 */
function readDer(bytes: Uint8Array): Understood | undefined {
  if (bytes[0] !== 0x30) return undefined
  const first = contentAt(bytes, 0)
  if (first === undefined) return undefined
  if (bytes[first] === 0x02) return { kind: 'private-key' }
  const second = bytes[first] === 0x30 ? contentAt(bytes, first) : undefined
  if (second === undefined) return undefined
  if (bytes[second] === 0x06) return { kind: 'private-key' }
  return bytes[second] === 0xa0 || bytes[second] === 0x02
    ? { kind: 'certificate', pem: toPem(bytes) }
    : undefined
}

/** Where the content of the element at `offset` begins (X.690 §8.1.3); undefined for an indefinite or absurd length. */
function contentAt(bytes: Uint8Array, offset: number): number | undefined {
  const length = bytes[offset + 1]
  if (length === undefined) return undefined
  if (length < 0x80) return offset + 2
  const lengthBytes = length & 0x7f
  return lengthBytes >= 1 && lengthBytes <= 4 ? offset + 2 + lengthBytes : undefined
}

/** In lines of 64 (RFC 7468 §2). */
function toPem(der: Uint8Array): string {
  const base64 = btoa(Array.from(der, (byte) => String.fromCharCode(byte)).join(''))
  return `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)?.join('\n') ?? ''}\n-----END CERTIFICATE-----\n`
}
