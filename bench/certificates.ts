import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { createHash, createPrivateKey, KeyObject, webcrypto } from 'node:crypto'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MILLIS = 86_400_000

/** A certificate with its key, PEM. */
export interface Identity {
  readonly certPem: string
  readonly keyPem: string
}

/** An ECDSA P-256 CA of the bench. */
export interface BenchCa extends Identity {
  /** Signs a certificate with a key of its own; `subject` as in `CN=device`. */
  issue(subject: string, usage: 'client' | 'server'): Promise<IssuedCertificate>
}

export interface IssuedCertificate extends Identity {
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string
}

/** A new CA of the name that is given, or the one that is given. */
export async function createCa(of: string | Identity): Promise<BenchCa> {
  const { certificate, key } = typeof of === 'string' ? await selfSigned(of) : readCa(of)
  return {
    certPem: certificate.toString('pem'),
    keyPem: pemOf(key),
    issue: (subject, usage) => issue(certificate, key, subject, usage),
  }
}

async function selfSigned(name: string) {
  const keys = await generateKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name,
    ...validity(),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate, key: keys.privateKey }
}

function readCa({ certPem, keyPem }: Identity) {
  const key = createPrivateKey(keyPem).toCryptoKey(algorithm, true, ['sign'])
  return { certificate: new X509Certificate(certPem), key }
}

async function issue(
  ca: X509Certificate,
  signingKey: webcrypto.CryptoKey,
  subject: string,
  usage: 'client' | 'server',
): Promise<IssuedCertificate> {
  const keys = await generateKeys()
  const purpose = usage === 'client' ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial(),
    subject,
    issuer: ca.subject,
    ...validity(),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([purpose]),
      ...(usage === 'server'
        ? [new SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])]
        : []),
    ],
  })
  return {
    certPem: certificate.toString('pem'),
    keyPem: pemOf(keys.privateKey),
    fingerprint: createHash('sha256').update(new Uint8Array(certificate.rawData)).digest('hex'),
  }
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

function pemOf(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString()
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now()
  return { notBefore: new Date(now - DAY_MILLIS), notAfter: new Date(now + 365 * DAY_MILLIS) }
}

function serial(): string {
  return `1${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex')}1`
}
