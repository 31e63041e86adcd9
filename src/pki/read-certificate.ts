import assert from 'node:assert'
import type { Certificate } from 'pkijs'
import type { CertificateFacts, ExtensionFacts } from '../base/chain-facts.ts'
import { readBasicConstraints, readBits, readDerCertificate, readOids } from './der.ts'
import { pkijs } from './library.ts'
import { describeName, type DistinguishedName, readName } from './names.ts'

/** What Node.js's own view of a certificate does not tell, or not in our form. */
export interface CertificateParts extends SignaturePart, ExtensionPart {
  readonly version: number
  readonly subject: DistinguishedName
  readonly issuer: DistinguishedName
}

/** Undefined where the library has to look; else exactly what {@link readThoroughly} would give. */
export function readQuickly(der: Uint8Array): CertificateParts | undefined {
  const parsed = readDerCertificate(der)
  const signature = parsed && signatures[parsed.signatureOid]
  if (!parsed || !signature) return undefined
  const [signatureAlgorithm, signatureDigest] = signature
  const find = (oid: string) => parsed.extensions.find((one) => one.oid === oid)?.value
  const constraints = find(BASIC_CONSTRAINTS)
  const usage = find(KEY_USAGE)
  const purposes = find(EXTENDED_KEY_USAGE)
  const constrained = constraints && readBasicConstraints(constraints)
  const bits = usage && readBits(usage)
  const extendedKeyUsage = purposes && readOids(purposes)
  if ((constraints && !constrained) || (usage && !bits) || (purposes && !extendedKeyUsage)) return undefined
  return {
    version: parsed.version,
    subject: describeName(parsed.subject),
    issuer: describeName(parsed.issuer),
    signatureAlgorithm,
    signatureDigest,
    extensions: parsed.extensions.map(({ oid, critical }) => extensionFacts(oid, critical)),
    ...constrained,
    ...(bits && { keyUsage: namedBits(bits) }),
    ...(extendedKeyUsage && { extendedKeyUsage }),
  }
}

/** By the library. Throws for what is no certificate. */
export function readThoroughly(der: Uint8Array): CertificateParts {
  const parsed = parseCertificate(der)
  return {
    version: parsed.version + 1,
    subject: readName(parsed.subject),
    issuer: readName(parsed.issuer),
    ...readSignature(parsed),
    ...readExtensions(parsed),
  }
}

/** The library's view of a certificate, made anew: its path validator is given copies that may be changed. */
export function parseCertificate(der: Uint8Array): Certificate {
  return pkijs().Certificate.fromBER(der)
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

type SignaturePart = Pick<CertificateFacts, 'signatureAlgorithm' | 'signatureDigest'>

function readSignature({ signatureAlgorithm: { algorithmId, algorithmParams } }: Certificate): SignaturePart {
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

const KEY_USAGE = '2.5.29.15'
export const SUBJECT_ALT_NAME = '2.5.29.17'
const BASIC_CONSTRAINTS = '2.5.29.19'
const EXTENDED_KEY_USAGE = '2.5.29.37'

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
  const constraints = find(BASIC_CONSTRAINTS)
  const usage = find(KEY_USAGE)
  const purposes = find(EXTENDED_KEY_USAGE)
  return {
    extensions: extensions.map(({ extnID, critical }) => extensionFacts(extnID, critical)),
    ...(constraints instanceof pkijs().BasicConstraints && {
      isCa: constraints.cA,
      ...pathLength(constraints.pathLenConstraint),
    }),
    ...(usage !== undefined && { keyUsage: readKeyUsage(usage) }),
    ...(purposes instanceof pkijs().ExtKeyUsage && { extendedKeyUsage: purposes.keyPurposes }),
  }
}

/** Facts of the extensions that nearly all have: thousands of chains are remembered, and need not hold their own. */
const knownExtensions = new Map(
  Object.entries(extensionNames).flatMap(([oid, name]) =>
    [true, false].map((critical) => [`${oid} ${critical}`, { oid, name, critical }] as const),
  ),
)

const extensionFacts = (oid: string, critical: boolean): ExtensionFacts =>
  knownExtensions.get(`${oid} ${critical}`) ?? { oid, critical }

/** A limit too large for a number is no limit: chains are short. */
const pathLength = (constraint: unknown): { pathLength?: number } =>
  typeof constraint === 'number' ? { pathLength: constraint } : {}

function readKeyUsage(usage: unknown): readonly string[] {
  const bits = (usage as { readonly valueBlock?: { readonly valueHexView?: Uint8Array } }).valueBlock
    ?.valueHexView
  assert(bits, 'key usage is a bit string')
  return namedBits(bits)
}

function namedBits(bits: Uint8Array): readonly string[] {
  return keyUsageBits.filter((_, bit) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0)
}
