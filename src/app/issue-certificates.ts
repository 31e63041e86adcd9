import 'reflect-metadata'
import {
  AuthorityKeyIdentifierExtension,
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
import { isIP } from 'node:net'
import type { Instant } from '../base/instant.ts'

/*
 * Makes the platform's own certificates: at the first start, and when they are to be renewed.
 */

/** A private key (PKCS#8) and its certificate, both PEM. */
export interface Issued {
  readonly key: string
  readonly certificate: string
}

export type ServerKeyKind = 'ecdsa' | 'rsa'

const dayMillis = 24 * 3_600_000
const caLifeMillis = 20 * 365 * dayMillis
const serverLifeMillis = 825 * dayMillis

// The CA is RSA: every TLS stack verifies RSA, while RSA-only stacks on small devices cannot verify ECDSA.
// 3,072 bits because it is trusted for twenty years (NIST SP 800-57). The keys of the server itself are
// ECDSA P-256 (fast) and RSA-2048 (for clients without ECDSA), both served.
const rsa = (modulusLength: number) => ({
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength,
})
const caAlgorithm = rsa(3072)
const serverAlgorithms = { ecdsa: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }, rsa: rsa(2048) }

/** The platform CA, good for twenty years from `now`; it may sign server certificates and nothing below them. */
export async function issueCa(now: Instant): Promise<Issued> {
  const keys = await crypto.subtle.generateKey(caAlgorithm, true, ['sign', 'verify'])
  const serial = serialNumber()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial,
    // Part of the serial number: a reinstalled platform is told from its predecessor.
    name: `CN=Quayside Platform CA ${serial.slice(0, 8)}, O=Quayside`,
    notBefore: new Date(now - dayMillis),
    notAfter: new Date(now + caLifeMillis),
    keys,
    signingAlgorithm: caAlgorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { key: await exportKey(keys.privateKey), certificate: certificate.toString('pem') + '\n' }
}

/** A server certificate of `ca` for `names` (host names and IP addresses; the first one is its CN), for 825 days. */
export async function issueServerCertificate(
  kind: ServerKeyKind,
  ca: Issued,
  names: readonly string[],
  now: Instant,
): Promise<Issued> {
  const issuer = new X509Certificate(ca.certificate)
  const signingKey = await crypto.subtle.importKey('pkcs8', pemBytes(ca.key), caAlgorithm, false, ['sign'])
  const keys = await crypto.subtle.generateKey(serverAlgorithms[kind], true, ['sign', 'verify'])
  const usages = KeyUsageFlags.digitalSignature | (kind === 'rsa' ? KeyUsageFlags.keyEncipherment : 0)
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${names[0]}`,
    issuer: issuer.subject,
    notBefore: new Date(now - dayMillis),
    notAfter: new Date(now + serverLifeMillis),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: caAlgorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(usages, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) ? ('ip' as const) : ('dns' as const), value: name })),
      ),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  })
  return { key: await exportKey(keys.privateKey), certificate: certificate.toString('pem') + '\n' }
}

function serialNumber(): string {
  // RFC 5280 §4.1.2.2: positive, at most 20 octets; 64 random bits or more is the practice of public CAs.
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[0] = (bytes[0] ?? 0) & 0x7f
  return Buffer.from(bytes).toString('hex')
}

async function exportKey(key: CryptoKey): Promise<string> {
  const body = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${body.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END PRIVATE KEY-----\n`
}

function pemBytes(pem: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64'))
}
