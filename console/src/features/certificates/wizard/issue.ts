import 'reflect-metadata'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  Pkcs10CertificateRequestGenerator,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { pemOf } from '../../../lib/pem.ts'
import { DAY } from '../../../lib/time.ts'
import type { KeyKind } from '../openssl-commands.ts'
import { hexOf } from '../../../lib/hex.ts'
import { nameOfSubject, type Subject } from './subject.ts'

/*
 * What the guide's openssl commands make (S49–S70), made by the browser's own cryptography. Loaded only when a
 * certificate is to be made; private keys exist in this page's memory and in what is downloaded from it.
 */

export interface Request {
  readonly subject: Subject
  readonly keyKind: KeyKind
  readonly days: number
  /** Epoch milliseconds. */
  readonly now: number
}

/** A certificate with its key, each as the PEM text of its file. */
export interface Issued {
  readonly request: Request
  readonly keyPem: string
  readonly pem: string
  /** Absent for a CA, which no request was made for. */
  readonly csrPem?: string
  /** SHA-256 of the DER, lower-case hex without colons: what a device is registered with. */
  readonly fingerprint: string
  readonly keys: CryptoKeyPair
}

const algorithms = {
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  },
  p256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
} as const

/** Clocks of devices and of this computer disagree; a certificate of the last hour is valid on most of them. */
const BACKDATED_MILLIS = 3_600_000

/** A self-signed CA, as `openssl req -x509 -new -nodes` makes it. */
export async function issueCa(request: Request): Promise<Issued> {
  const keys = await makeKeys(request.keyKind)
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...common(request),
    name: nameOf(request.subject),
    keys,
    signingAlgorithm: algorithms[request.keyKind],
    extensions: [
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(keys.publicKey),
      new BasicConstraintsExtension(true, undefined, true),
      // Beyond the guide's command: RFC 5280 §4.2.1.3 asks it of a CA, and strict readers insist.
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  })
  return issued(request, keys, certificate)
}

/** A certificate signed by `ca`, with its request, as `openssl req -new` and `openssl x509 -req` make them. */
export async function issueSigned(ca: Issued, request: Request): Promise<Issued> {
  const keys = await makeKeys(request.keyKind)
  const csr = await Pkcs10CertificateRequestGenerator.create({
    name: nameOf(request.subject),
    keys,
    signingAlgorithm: algorithms[request.keyKind],
  })
  const certificate = await X509CertificateGenerator.create({
    ...common(request),
    subject: nameOf(request.subject),
    // The very bytes of the CA's name: another encoding of the same letters is another name to many libraries.
    issuer: new X509Certificate(ca.pem).subjectName,
    publicKey: keys.publicKey,
    signingKey: ca.keys.privateKey,
    signingAlgorithm: algorithms[ca.request.keyKind],
    extensions: [
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      // Tells which key signed it even where issuer and subject have the same name.
      await AuthorityKeyIdentifierExtension.create(ca.keys.publicKey),
    ],
  })
  return {
    ...(await issued(request, keys, certificate)),
    csrPem: pemOf(new Uint8Array(csr.rawData), 'CERTIFICATE REQUEST'),
  }
}

const nameOf = (subject: Subject): Name => new Name([...nameOfSubject(subject)])

const makeKeys = (kind: KeyKind): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(algorithms[kind], true, ['sign', 'verify'])

function common({ days, now }: Request) {
  // Whole seconds, as certificates have them.
  const notBefore = Math.floor((now - BACKDATED_MILLIS) / 1000) * 1000
  // Positive and not a byte longer than it is: the highest bit is off, the one below it on (RFC 5280 §4.1.2.2).
  const serial = crypto.getRandomValues(new Uint8Array(16))
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return {
    serialNumber: hexOf(serial),
    notBefore: new Date(notBefore),
    notAfter: new Date(notBefore + BACKDATED_MILLIS + days * DAY),
  }
}

async function issued(request: Request, keys: CryptoKeyPair, certificate: X509Certificate): Promise<Issued> {
  const der = new Uint8Array(certificate.rawData)
  return {
    request,
    keys,
    keyPem: pemOf(new Uint8Array(await crypto.subtle.exportKey('pkcs8', keys.privateKey)), 'PRIVATE KEY'),
    pem: pemOf(der),
    fingerprint: hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', der))),
  }
}
