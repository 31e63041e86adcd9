import type { CertificateFacts, KeyFacts } from './chain-facts.ts'

/** RSA of at least 2,048 bits, P-256, P-384, P-521, Ed25519 (safety X3). */
export function isStrongKey({ type, bits, curve }: KeyFacts): boolean {
  if (type === 'rsa' || type === 'rsa-pss') return bits >= 2048
  if (type === 'ec') return curve === 'prime256v1' || curve === 'secp384r1' || curve === 'secp521r1'
  return type === 'ed25519'
}

const strongDigests: ReadonlySet<string> = new Set([
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-384',
  'sha3-512',
  // Ed25519 digests by itself.
  'none',
])

/** Neither MD5 nor SHA-1, nor anything we do not know (safety X3). */
export function isStrongDigest({ signatureDigest }: Pick<CertificateFacts, 'signatureDigest'>): boolean {
  return strongDigests.has(signatureDigest)
}

/** `RSA-1024`, `EC secp256k1`, `Ed25519`: as people say it. */
export function describeKey({ type, bits, curve }: KeyFacts): string {
  if (type === 'rsa' || type === 'rsa-pss') return `RSA-${bits}`
  if (type === 'ec') return `EC ${curve ?? '?'}`
  return type
}
