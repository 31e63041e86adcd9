import type { Fingerprint } from './ids.ts'
import type { Instant } from './instant.ts'

/*
 * What is known of certificates once they have been read and their signatures have been tried: plain data, made by
 * `pki/`, judged by `domain/`. Nothing here depends on the time of day; the judge brings the clock.
 */

/** One X.509 certificate, decoded. Texts come from the certificate: bounded, without control characters, untrusted. */
export interface CertificateFacts {
  /** 1, 2 or 3, as people count (the encoding starts at 0). */
  readonly version: number
  /** Lower-case hex. */
  readonly serial: string
  /** Most specific part first: `CN=zhangsan, OU=IoT, O=Huawei, L=SZ, ST=GD, C=CN`. */
  readonly subject: string
  readonly issuer: string
  /** Every Common Name of the subject, in the order of the encoding. */
  readonly commonNames: readonly string[]
  /** The last Common Name of the subject, else the whole subject; never empty. */
  readonly subjectName: string
  readonly issuerName: string
  /** First O of the subject, or ''. */
  readonly organization: string
  readonly notBefore: Instant
  readonly notAfter: Instant
  readonly key: KeyFacts
  /** OpenSSL's name of the algorithm, or its OID. */
  readonly signatureAlgorithm: string
  /** `sha256`, `sha1`, `md5` …; `none` for Ed25519, whose digest is its own; `unknown` for what we do not know. */
  readonly signatureDigest: string
  /** Basic constraints: undefined when the extension is absent. */
  readonly isCa?: boolean
  readonly pathLength?: number
  /** RFC 5280 §4.2.1.3 names, e.g. `digitalSignature`; undefined when the extension is absent. */
  readonly keyUsage?: readonly string[]
  /** OIDs; undefined when the extension is absent. */
  readonly extendedKeyUsage?: readonly string[]
  /** `DNS:…`, `IP Address:…`; the first few. */
  readonly subjectAltNames: readonly string[]
  readonly extensions: readonly ExtensionFacts[]
  /** Subject and issuer are the same name. The guide's own sample values give that without a self-signature. */
  readonly selfIssued: boolean
  /** Signed with the very key it holds: tried, not guessed from the names. */
  readonly selfSigned: boolean
  /** Digests of the DER. */
  readonly sha1: Fingerprint
  readonly sha256: Fingerprint
}

export interface KeyFacts {
  /** `rsa`, `rsa-pss`, `ec`, `ed25519` …; `unknown` when it cannot be read. */
  readonly type: string
  /** Of the modulus or the field; 0 when unknown. */
  readonly bits: number
  /** OpenSSL's name, e.g. `prime256v1`. */
  readonly curve?: string
}

export interface ExtensionFacts {
  readonly oid: string
  readonly name?: string
  readonly critical: boolean
}

/** A certificate of the registry that a chain may end at. `CaCertificate` is one. */
export interface TrustAnchor {
  readonly key: string
  readonly der: Uint8Array
  /** Proof of possession was given: only then it opens the door. */
  readonly verified: boolean
}

/** What a peer presented, and how it is tied to the registry. */
export interface ChainFacts {
  /** How many certificates came. */
  readonly presented: number
  /** As presented, leaf first, without repetitions; empty exactly when `fault` is set. */
  readonly certificates: readonly CertificateFacts[]
  /** `unreadable`: not a certificate in DER. `too-many`: longer than `limits.chainCertificatesMax`. */
  readonly fault?: 'unreadable' | 'too-many'
  /**
   * The presented certificates that hang together by signature: the leaf's index (0), its issuer's, and so on up.
   * What is not in here was presented but signed nothing of the chain.
   */
  readonly linked: readonly number[]
  /**
   * Every way from the leaf up to a certificate of the registry. An anchor whose name matches but whose key signed
   * nothing is here too, with the fault `signature`. Not looked for when no registry was given.
   */
  readonly paths?: readonly PathFacts[]
}

export interface PathFacts {
  readonly anchor: AnchorFacts
  /** Indexes of the intermediates used, from the leaf upwards; empty: signed by the anchor itself. */
  readonly via: readonly number[]
  /** Absent: signatures and rules of RFC 5280 hold; dates and proof of possession are left to the judge. */
  readonly fault?: PathFault
}

export interface AnchorFacts {
  readonly key: string
  readonly name: string
  readonly subject: string
  readonly verified: boolean
  readonly notBefore: Instant
  readonly notAfter: Instant
  readonly sha1: Fingerprint
  readonly sha256: Fingerprint
}

/** Why a path does not hold. `certificate` is an index into `certificates`. */
export type PathFault =
  /** The name of the anchor stands as issuer in the certificate, yet its key did not sign it (safety X5). */
  | { readonly kind: 'signature'; readonly certificate: number }
  /** RFC 5280 §4.2.1.9, §4.2.1.3: it signed another one without the right to. */
  | { readonly kind: 'not-ca'; readonly certificate: number }
  /** RFC 5280 §4.2.1.9: more intermediates below `issuer` than the `limit` it allows. */
  | { readonly kind: 'path-length'; readonly issuer: string; readonly limit: number }
  /** RFC 5280 §4.2.1.10: a name that an issuer above does not permit. */
  | { readonly kind: 'name-constraint'; readonly issuer: string }
  /** RFC 5280 §4.2: an extension that must be understood and is not. */
  | { readonly kind: 'critical-extension'; readonly certificate: number; readonly oid: string }
  /** Anything else the path validator objects to, in its words. */
  | { readonly kind: 'invalid'; readonly detail: string }

/** What a pasted or uploaded text turned out to be. A private key in it is never kept (safety X7). */
export type PastedCertificates =
  | { readonly kind: 'certificates'; readonly certificates: readonly PastedCertificate[] }
  /** More than `limits.chainCertificatesMax`: not decoded. */
  | { readonly kind: 'too-many'; readonly count: number }
  | { readonly kind: 'private-key' }
  | { readonly kind: 'der' }
  | { readonly kind: 'unreadable'; readonly detail: string }

export interface PastedCertificate {
  readonly der: Uint8Array
  readonly facts: CertificateFacts
}
