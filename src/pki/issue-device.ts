import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import type { Fingerprint } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import {
  bitString,
  booleanTrue,
  element,
  integer,
  objectId,
  octetString,
  sequence,
  setOf,
  tagged,
  time,
  utf8String,
} from './der.ts'
import { toPem } from './pem.ts'

/*
 * Makes certificates as a maker of devices does: a CA of its own, a certificate for each device. ECDSA P-256
 * throughout. Written by hand because a fleet needs thousands: 0.3 ms each with the key, where the library over WebCrypto
 * took 2.8 ms in the same minute (docs/operate/simulate.md).
 */

/** A private key (PKCS #8) and its certificate, both PEM. */
export interface IssuedCertificate {
  readonly keyPem: string
  readonly pem: string
  /** SHA-256 of the certificate's DER. */
  readonly fingerprint: Fingerprint
}

/** From when, until when. */
export interface Validity {
  readonly from: Instant
  readonly to: Instant
}

/** Signs for one CA; what does not change from one certificate to the next is read once. */
export interface DeviceIssuer {
  /** For a device: clientAuth, no CA. The common name is at most 64 characters (RFC 5280 appendix A.1). */
  issue(commonName: string, validity: Validity): IssuedCertificate
}

/** A self-signed CA that may sign certificates of devices and nothing below them. */
export function makeDeviceCa(commonName: string, validity: Validity): IssuedCertificate {
  const keys = newKeys()
  const name = nameOf(commonName)
  return signed({
    subject: name,
    issuer: name,
    publicKey: keys.publicKey,
    validity,
    extensions: [
      basicConstraints(sequence(booleanTrue, integer(Buffer.of(0)))),
      keyUsage(0x06, 1),
      extension('2.5.29.14', octetString(keyIdentifier(keys.publicKey))),
    ],
    signingKey: createPrivateKey({ key: keys.privateKey, format: 'der', type: 'pkcs8' }),
    ownKey: keys.privateKey,
  })
}

/** Reads a CA that {@link makeDeviceCa} made. */
export function openDeviceIssuer(ca: Pick<IssuedCertificate, 'keyPem' | 'pem'>): DeviceIssuer {
  const signingKey = createPrivateKey(ca.keyPem)
  const caKey = createPublicKey(ca.pem).export({ type: 'spki', format: 'der' })
  const commonName = /^CN=(.*)$/m.exec(new X509Certificate(ca.pem).subject)?.[1] ?? ''
  const issuer = nameOf(commonName)
  const authorityKey = extension('2.5.29.35', sequence(element(0x80, keyIdentifier(caKey))))
  const extensions = [basicConstraints(sequence()), keyUsage(0x80, 7), clientAuth, authorityKey]
  return {
    issue(subject, validity) {
      const { publicKey, privateKey } = newKeys()
      return signed({
        subject: nameOf(subject),
        issuer,
        publicKey,
        validity,
        extensions,
        signingKey,
        ownKey: privateKey,
      })
    },
  }
}

const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'))
const clientAuth = extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.2')))

/** RFC 7093 §2, method 4: of the SPKI, cut to 160 bits. It only helps to find the issuer. */
const keyIdentifier = (spki: Uint8Array): Buffer => createHash('sha256').update(spki).digest().subarray(0, 20)

function basicConstraints(value: Buffer): Buffer {
  return extension('2.5.29.19', value, booleanTrue)
}

/** Bits from the left: 0 digitalSignature, 5 keyCertSign, 6 cRLSign (RFC 5280 §4.2.1.3). */
function keyUsage(bits: number, unusedBits: number): Buffer {
  return extension('2.5.29.15', bitString(Buffer.of(bits), unusedBits), booleanTrue)
}

function extension(id: string, value: Buffer, ...critical: readonly Buffer[]): Buffer {
  return sequence(objectId(id), ...critical, octetString(value))
}

const nameOf = (commonName: string): Buffer =>
  sequence(setOf(sequence(objectId('2.5.4.3'), utf8String(commonName))))

const newKeys = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })

/** RFC 5280 §4.1, version 3. Keys are DER: SPKI and PKCS #8. */
function signed(parts: {
  readonly subject: Buffer
  readonly issuer: Buffer
  readonly publicKey: Buffer
  readonly validity: Validity
  readonly extensions: readonly Buffer[]
  readonly signingKey: KeyObject
  readonly ownKey: Buffer
}): IssuedCertificate {
  const body = sequence(
    tagged(0, integer(Buffer.of(2))),
    integer(randomBytes(16)),
    ecdsaWithSha256,
    parts.issuer,
    sequence(time(parts.validity.from), time(parts.validity.to)),
    parts.subject,
    parts.publicKey,
    tagged(3, sequence(...parts.extensions)),
  )
  const der = sequence(body, ecdsaWithSha256, bitString(sign('sha256', body, parts.signingKey)))
  return {
    keyPem: pemOf('PRIVATE KEY', parts.ownKey),
    pem: toPem(der),
    fingerprint: createHash('sha256').update(der).digest('hex') as Fingerprint,
  }
}

function pemOf(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
