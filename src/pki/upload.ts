import { describeKey, isStrongDigest, isStrongKey } from '../base/certificate-strength.ts'
import type { CertificateFacts, PastedCertificate } from '../base/chain-facts.ts'
import { formatIso, type Instant } from '../base/instant.ts'
import { Refusal } from '../base/refusal.ts'
import { certificatesIn, readPasted, toPem } from './pem.ts'

/** A CA certificate that may be stored, or the refusal to throw. */
export type UploadJudgement =
  | {
      readonly kind: 'accepted'
      readonly facts: CertificateFacts
      readonly der: Uint8Array
      readonly pem: string
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/**
 * Judges an uploaded device CA certificate (safety X3): one certificate in PEM, allowed to sign others, strong, not
 * expired. One that is valid only from later on is accepted: it opens nothing before. Never throws; refusals are
 * `certificate-unreadable`, `-is-private-key`, `-is-der`, `-bundle`, `-not-ca`, `-expired`, `-weak`.
 */
export function judgeUpload(content: string, now: Instant): UploadJudgement {
  const pasted = readOne(content)
  if (pasted instanceof Refusal) return { kind: 'refused', refusal: pasted }
  const { facts, der } = pasted
  const { subjectName: subject } = facts
  const notCa = whyNotCa(facts)
  if (notCa !== undefined) return refuse(new Refusal('certificate-not-ca', { subject, detail: notCa }))
  const weakness = whyWeak(facts)
  if (weakness !== undefined) return refuse(new Refusal('certificate-weak', { subject, detail: weakness }))
  if (facts.notAfter < now)
    return refuse(new Refusal('certificate-expired', { subject, expiry: formatIso(facts.notAfter) }))
  return { kind: 'accepted', facts, der, pem: toPem(der) }
}

/** The one certificate of `content`, or why there is not exactly one. */
export function readOne(content: string): PastedCertificate | Refusal {
  const found = certificatesIn(readPasted(content))
  if (found instanceof Refusal) return found
  const [only, ...more] = found
  return only !== undefined && more.length === 0
    ? only
    : new Refusal('certificate-bundle', { count: found.length })
}

const refuse = (refusal: Refusal): UploadJudgement => ({ kind: 'refused', refusal })

/**
 * A self-signed certificate without extensions (version 1) is a CA by custom, and accepted. One that somebody else
 * signed is not: nothing in it says that it may sign, and the guide's own device certificates look just like that.
 */
function whyNotCa({ extensions, isCa, keyUsage, selfSigned }: CertificateFacts): string | undefined {
  if (extensions.length === 0) {
    return selfSigned
      ? undefined
      : 'it has no extensions and is signed by another key, as device certificates are'
  }
  if (isCa === undefined) return 'its extensions do not say CA:TRUE (there are no basic constraints)'
  if (!isCa) return 'its basic constraints say CA:FALSE'
  if (keyUsage !== undefined && !keyUsage.includes('keyCertSign'))
    return `its key usage is ${keyUsage.join(', ') || 'empty'} and lacks keyCertSign`
  return undefined
}

/** The digest of a self-signature protects nothing, so MD5 and SHA-1 are let through there (safety X3). */
function whyWeak(facts: CertificateFacts): string | undefined {
  if (!isStrongKey(facts.key))
    return `its key is ${describeKey(facts.key)}; RSA of at least 2048 bits, P-256, P-384, P-521 or Ed25519 is needed`
  if (!facts.selfSigned && !isStrongDigest(facts)) return `it is signed with ${facts.signatureAlgorithm}`
  return undefined
}
