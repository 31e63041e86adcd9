import { describeKey, isStrongDigest, isStrongKey } from '../../base/certificate-strength.ts'
import type { CertificateFacts } from '../../base/chain-facts.ts'
import { formatIso, type Instant } from '../../base/instant.ts'
import type { ConnectionCode } from '../verdict/connection-codes.ts'

/** A code of the catalogue with the parameters of its sentence. */
export interface Problem {
  readonly code: ConnectionCode
  readonly params: Readonly<Record<string, string | number>>
}

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
const ANY_PURPOSE = '2.5.29.37.0'

/** What speaks against a certificate as that of a device, whoever signed it (safety X3, X4); empty when nothing. */
export function leafProblems(leaf: CertificateFacts, now: Instant): readonly Problem[] {
  return [...dateProblems(leaf, now), ...strengthProblems(leaf), ...purposeProblems(leaf)]
}

/** What speaks against a certificate as one that signs others. */
export function issuerProblems(issuer: CertificateFacts, now: Instant): readonly Problem[] {
  return [...dateProblems(issuer, now), ...strengthProblems(issuer)]
}

/** RFC 5280 §4.1.2.5: both ends are included. */
export function dateProblems(
  { subjectName: subject, notBefore, notAfter }: CertificateFacts,
  now: Instant,
): readonly Problem[] {
  const at = formatIso(now)
  if (now > notAfter)
    return [{ code: 'certificate-expired', params: { subject, expiry: formatIso(notAfter), now: at } }]
  if (now < notBefore)
    return [{ code: 'certificate-not-yet-valid', params: { subject, start: formatIso(notBefore), now: at } }]
  return []
}

/** Keys and signatures that are too weak to be taken, of a device certificate and of an issuer alike. */
export function strengthProblems(certificate: CertificateFacts): readonly Problem[] {
  const { subjectName: subject, signatureAlgorithm: algorithm, key } = certificate
  const problems: Problem[] = []
  if (!isStrongKey(key))
    problems.push({ code: 'certificate-weak-key', params: { subject, key: describeKey(key) } })
  // Nothing rests on a self-signature, so its digest does not matter.
  if (!certificate.selfSigned && !isStrongDigest(certificate))
    problems.push({ code: 'certificate-weak-digest', params: { subject, algorithm } })
  return problems
}

/** clientAuth or no extended key usage (safety X4); RFC 8446 §4.4.2.2: digitalSignature or no key usage. */
function purposeProblems({
  subjectName: subject,
  extendedKeyUsage,
  keyUsage,
}: CertificateFacts): readonly Problem[] {
  if (extendedKeyUsage && !extendedKeyUsage.some((oid) => oid === CLIENT_AUTH || oid === ANY_PURPOSE)) {
    const seen = extendedKeyUsage.map((oid) => purposeNames[oid] ?? oid).join(', ') || 'nothing'
    return [{ code: 'certificate-not-for-clients', params: { subject, extension: 'extendedKeyUsage', seen } }]
  }
  if (keyUsage && !keyUsage.includes('digitalSignature')) {
    const seen = keyUsage.join(', ') || 'nothing'
    return [{ code: 'certificate-not-for-clients', params: { subject, extension: 'keyUsage', seen } }]
  }
  return []
}

/** RFC 5280 §4.2.1.12. */
const purposeNames: { readonly [oid: string]: string } = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  [CLIENT_AUTH]: 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
  [ANY_PURPOSE]: 'anyExtendedKeyUsage',
}
