import assert from 'node:assert'
import { hash, type KeyObject, X509Certificate } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { CertificateFacts, ExtensionFacts, KeyFacts } from '../base/chain-facts.ts'
import type { Fingerprint } from '../base/ids.ts'
import { readQuickly, readThoroughly, SUBJECT_ALT_NAME } from './read-certificate.ts'

/** A certificate as this folder works with it; only `facts` leaves. */
export interface DecodedCertificate {
  readonly facts: CertificateFacts
  readonly der: Uint8Array
  readonly x509: X509Certificate
  /** Undefined when the key is of a kind that OpenSSL does not read: it has signed nothing we could check. */
  readonly publicKey: KeyObject | undefined
  readonly subjectCanonical: string
  readonly issuerCanonical: string
}

// Decoding costs a fifth of a millisecond, a look-up some microseconds; a certificate with its objects takes some 10 kB.
// Those that come again and again are the CAs and intermediates: what is known of leaves is kept as facts.
const decoded = new LRUCache<string, DecodedCertificate>({ max: 256 })

/** Decodes one certificate; undefined unless `der` is exactly one, with nothing behind it. */
export function decodeCertificate(der: Uint8Array): DecodedCertificate | undefined {
  const digest = hash('sha256', der)
  const known = decoded.get(digest)
  if (known) return known
  const fresh = decodeAnew(der, digest as Fingerprint)
  if (fresh) decoded.set(digest, fresh)
  return fresh
}

function decodeAnew(der: Uint8Array, sha256: Fingerprint): DecodedCertificate | undefined {
  try {
    const x509 = new X509Certificate(der)
    // OpenSSL reads the first certificate and overlooks what follows it; PEM would be read as well.
    if (x509.raw.length !== der.length) return undefined
    const { subject, issuer, ...parts } = readQuickly(der) ?? readThoroughly(der)
    const publicKey = readPublicKey(x509)
    const selfIssued = subject.canonical === issuer.canonical
    const facts: CertificateFacts = {
      ...parts,
      serial: x509.serialNumber.toLowerCase(),
      subject: subject.text,
      issuer: issuer.text,
      commonNames: subject.commonNames,
      subjectName: subject.commonNames.at(-1) || subject.text || '?',
      issuerName: issuer.commonNames.at(-1) || issuer.text || '?',
      organization: subject.organization,
      notBefore: x509.validFromDate.getTime(),
      notAfter: x509.validToDate.getTime(),
      key: readKey(publicKey),
      subjectAltNames: readAltNames(x509, parts.extensions),
      selfIssued,
      selfSigned: selfIssued && publicKey !== undefined && isSignedBy(x509, publicKey),
      sha1: hash('sha1', der) as Fingerprint,
      sha256,
    }
    assert(Number.isFinite(facts.notBefore) && Number.isFinite(facts.notAfter), 'a certificate has dates')
    return {
      facts,
      der,
      x509,
      publicKey,
      subjectCanonical: subject.canonical,
      issuerCanonical: issuer.canonical,
    }
  } catch {
    // The parsers throw for anything that is not a certificate: that is the answer, and the caller says so.
    return undefined
  }
}

function readAltNames(
  x509: X509Certificate,
  extensions: readonly ExtensionFacts[],
): CertificateFacts['subjectAltNames'] {
  if (!extensions.some(({ oid }) => oid === SUBJECT_ALT_NAME)) return []
  return (x509.subjectAltName ?? '')
    .split(', ')
    .filter(Boolean)
    .slice(0, 16)
    .map((one) => one.slice(0, 256))
}

/** Whether `key` made the signature of `x509`; false as well when the two do not go together. */
export function isSignedBy(x509: X509Certificate, key: KeyObject): boolean {
  try {
    return x509.verify(key)
  } catch {
    return false
  }
}

function readPublicKey(x509: X509Certificate): KeyObject | undefined {
  try {
    return x509.publicKey
  } catch {
    return undefined
  }
}

/** Field sizes by OpenSSL's curve names; others are not accepted anyway. */
const curveBits: { readonly [curve: string]: number } = {
  prime256v1: 256,
  secp256k1: 256,
  secp384r1: 384,
  secp521r1: 521,
  prime192v1: 192,
  secp224r1: 224,
}

function readKey(key: KeyObject | undefined): KeyFacts {
  const type = key?.asymmetricKeyType ?? 'unknown'
  const { modulusLength, namedCurve } = key?.asymmetricKeyDetails ?? {}
  if (type === 'ed25519') return { type, bits: 256 }
  if (namedCurve !== undefined) return { type, bits: curveBits[namedCurve] ?? 0, curve: namedCurve }
  return { type, bits: modulusLength ?? 0 }
}
