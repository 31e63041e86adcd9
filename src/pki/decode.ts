import assert from 'node:assert'
import { createHash, type KeyObject, X509Certificate } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Certificate } from 'pkijs'
import type { CertificateFacts, ExtensionFacts, KeyFacts } from '../base/chain-facts.ts'
import type { Fingerprint } from '../base/ids.ts'
import { pkijs } from './library.ts'
import { readName } from './names.ts'

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

// Decoding costs about a millisecond, a look-up some microseconds; a certificate with its objects takes some 10 kB. For
// CA certificates and for those of clients that are refused and come again: of those that are let in, the facts are
// remembered elsewhere (`device-auth/chain-cache.ts`).
const decoded = new LRUCache<string, DecodedCertificate>({ max: 256 })

/** Decodes one certificate; undefined unless `der` is exactly one, with nothing behind it. */
export function decodeCertificate(der: Uint8Array): DecodedCertificate | undefined {
  const digest = createHash('sha256').update(der).digest('hex')
  const known = decoded.get(digest)
  if (known) return known
  const fresh = decodeAnew(der)
  if (fresh) decoded.set(digest, fresh)
  return fresh
}

/** The library's view of a certificate, made anew: its path validator is given copies that may be changed. */
export function parseCertificate(der: Uint8Array): Certificate {
  return pkijs().Certificate.fromBER(der)
}

function decodeAnew(der: Uint8Array): DecodedCertificate | undefined {
  try {
    const x509 = new X509Certificate(der)
    // OpenSSL reads the first certificate and overlooks what follows it; PEM would be read as well.
    if (x509.raw.length !== der.length) return undefined
    const parsed = parseCertificate(der)
    const publicKey = readPublicKey(x509)
    const subject = readName(parsed.subject)
    const issuer = readName(parsed.issuer)
    const selfIssued = subject.canonical === issuer.canonical
    const facts: CertificateFacts = {
      version: parsed.version + 1,
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
      ...readSignature(parsed),
      ...readExtensions(parsed),
      subjectAltNames: (x509.subjectAltName ?? '')
        .split(', ')
        .filter(Boolean)
        .slice(0, 16)
        .map((one) => one.slice(0, 256)),
      selfIssued,
      selfSigned: selfIssued && publicKey !== undefined && isSignedBy(x509, publicKey),
      sha1: canonicalDigest(x509.fingerprint),
      sha256: canonicalDigest(x509.fingerprint256),
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

/** Whether `key` made the signature of `x509`; false as well when the two do not go together. */
export function isSignedBy(x509: X509Certificate, key: KeyObject): boolean {
  try {
    return x509.verify(key)
  } catch {
    return false
  }
}

const canonicalDigest = (printed: string): Fingerprint =>
  printed.replaceAll(':', '').toLowerCase() as Fingerprint

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

/** RFC 8017 appendix A.2, RFC 5758 §3, RFC 8410 §3, NIST's SHA-3 arcs. */
const signatures: { readonly [oid: string]: readonly [name: string, digest: string] } = {
  '1.2.840.113549.1.1.2': ['md2WithRSAEncryption', 'md2'],
  '1.2.840.113549.1.1.4': ['md5WithRSAEncryption', 'md5'],
  '1.2.840.113549.1.1.5': ['sha1WithRSAEncryption', 'sha1'],
  '1.3.14.3.2.29': ['sha1WithRSA', 'sha1'],
  '1.2.840.113549.1.1.14': ['sha224WithRSAEncryption', 'sha224'],
  '1.2.840.113549.1.1.11': ['sha256WithRSAEncryption', 'sha256'],
  '1.2.840.113549.1.1.12': ['sha384WithRSAEncryption', 'sha384'],
  '1.2.840.113549.1.1.13': ['sha512WithRSAEncryption', 'sha512'],
  '1.2.840.10045.4.1': ['ecdsa-with-SHA1', 'sha1'],
  '1.2.840.10045.4.3.1': ['ecdsa-with-SHA224', 'sha224'],
  '1.2.840.10045.4.3.2': ['ecdsa-with-SHA256', 'sha256'],
  '1.2.840.10045.4.3.3': ['ecdsa-with-SHA384', 'sha384'],
  '1.2.840.10045.4.3.4': ['ecdsa-with-SHA512', 'sha512'],
  '2.16.840.1.101.3.4.3.10': ['ecdsa-with-SHA3-256', 'sha3-256'],
  '2.16.840.1.101.3.4.3.11': ['ecdsa-with-SHA3-384', 'sha3-384'],
  '2.16.840.1.101.3.4.3.12': ['ecdsa-with-SHA3-512', 'sha3-512'],
  '2.16.840.1.101.3.4.3.14': ['rsa-with-SHA3-256', 'sha3-256'],
  '2.16.840.1.101.3.4.3.15': ['rsa-with-SHA3-384', 'sha3-384'],
  '2.16.840.1.101.3.4.3.16': ['rsa-with-SHA3-512', 'sha3-512'],
  '1.3.101.112': ['Ed25519', 'none'],
}
const pssDigests: { readonly [oid: string]: string } = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

function readSignature({
  signatureAlgorithm: { algorithmId, algorithmParams },
}: Certificate): Pick<CertificateFacts, 'signatureAlgorithm' | 'signatureDigest'> {
  if (algorithmId === '1.2.840.113549.1.1.10') {
    // RFC 8017 appendix A.2.3: the digest stands in the parameters; absent, it is SHA-1.
    const { hashAlgorithm } = new (pkijs().RSASSAPSSParams)({ schema: algorithmParams })
    return {
      signatureAlgorithm: 'rsassaPss',
      signatureDigest: pssDigests[hashAlgorithm.algorithmId] ?? 'unknown',
    }
  }
  const [signatureAlgorithm, signatureDigest] = signatures[algorithmId] ?? [algorithmId, 'unknown']
  return { signatureAlgorithm, signatureDigest }
}

/** RFC 5280 §4.2.1.3, from bit 0 on. */
const keyUsageBits = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

const extensionNames: { readonly [oid: string]: string } = {
  '2.5.29.9': 'subjectDirectoryAttributes',
  '2.5.29.14': 'subjectKeyIdentifier',
  '2.5.29.15': 'keyUsage',
  '2.5.29.16': 'privateKeyUsagePeriod',
  '2.5.29.17': 'subjectAltName',
  '2.5.29.18': 'issuerAltName',
  '2.5.29.19': 'basicConstraints',
  '2.5.29.30': 'nameConstraints',
  '2.5.29.31': 'crlDistributionPoints',
  '2.5.29.32': 'certificatePolicies',
  '2.5.29.33': 'policyMappings',
  '2.5.29.35': 'authorityKeyIdentifier',
  '2.5.29.36': 'policyConstraints',
  '2.5.29.37': 'extendedKeyUsage',
  '2.5.29.46': 'freshestCRL',
  '2.5.29.54': 'inhibitAnyPolicy',
  '1.3.6.1.5.5.7.1.1': 'authorityInfoAccess',
  '2.16.840.1.113730.1.1': 'netscapeCertType',
  '2.16.840.1.113730.1.13': 'netscapeComment',
}

type ExtensionPart = Pick<
  CertificateFacts,
  'isCa' | 'pathLength' | 'keyUsage' | 'extendedKeyUsage' | 'extensions'
>

function readExtensions(parsed: Certificate): ExtensionPart {
  const extensions = parsed.extensions ?? []
  const find = (oid: string): unknown => extensions.find(({ extnID }) => extnID === oid)?.parsedValue
  const constraints = find('2.5.29.19')
  const usage = find('2.5.29.15')
  const purposes = find('2.5.29.37')
  return {
    extensions: extensions.map(({ extnID, critical }): ExtensionFacts => ({
      oid: extnID,
      ...(Object.hasOwn(extensionNames, extnID) && { name: extensionNames[extnID] }),
      critical,
    })),
    ...(constraints instanceof pkijs().BasicConstraints && {
      isCa: constraints.cA,
      ...pathLength(constraints.pathLenConstraint),
    }),
    ...(usage !== undefined && { keyUsage: readKeyUsage(usage) }),
    ...(purposes instanceof pkijs().ExtKeyUsage && { extendedKeyUsage: purposes.keyPurposes }),
  }
}

/** A limit too large for a number is no limit: chains are short. */
const pathLength = (constraint: unknown): { pathLength?: number } =>
  typeof constraint === 'number' ? { pathLength: constraint } : {}

function readKeyUsage(usage: unknown): readonly string[] {
  const bits = (usage as { readonly valueBlock?: { readonly valueHexView?: Uint8Array } }).valueBlock
    ?.valueHexView
  assert(bits, 'key usage is a bit string')
  return keyUsageBits.filter((_, bit) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0)
}
