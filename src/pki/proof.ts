import { isStrongDigest } from '../base/certificate-strength.ts'
import type { CertificateFacts } from '../base/chain-facts.ts'
import { formatIso, type Instant } from '../base/instant.ts'
import { Refusal } from '../base/refusal.ts'
import { type DecodedCertificate, decodeCertificate, isSignedBy } from './decode.ts'
import { readOne } from './upload.ts'

export type ProofJudgement =
  | { readonly kind: 'proven' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export interface Proof {
  /** What was uploaded as verification certificate. */
  readonly content: string
  /** The code that belongs to this upload of the CA. */
  readonly code: string
  readonly caDer: Uint8Array
}

/**
 * Judges a verification certificate (safety X6): exactly one Common Name, equal to the code; signed by the CA's own
 * key, without an intermediate; in date; a strong hash; the CA itself not expired. Spaces around the Common Name
 * are forgiven, since they come with pasting; letters must agree. Never throws; refusals are
 * `certificate-proof-failed`, and `certificate-unreadable`, `-is-private-key`, `-is-der`, `-bundle` for what is not
 * one certificate.
 */
export function judgeProof({ content, code, caDer }: Proof, now: Instant): ProofJudgement {
  const proof = readOne(content)
  if (proof instanceof Refusal) return { kind: 'refused', refusal: proof }
  const ca = decodeCertificate(caDer)
  if (!ca) return fail('the stored CA certificate cannot be read; upload it again')
  const detail = whyNotProven(proof.facts, proof.der, ca, code, now)
  return detail === undefined ? { kind: 'proven' } : fail(detail)
}

const fail = (detail: string): ProofJudgement => ({
  kind: 'refused',
  refusal: new Refusal('certificate-proof-failed', { detail }),
})

function whyNotProven(
  proof: CertificateFacts,
  der: Uint8Array,
  ca: DecodedCertificate,
  code: string,
  now: Instant,
): string | undefined {
  if (ca.facts.notAfter < now)
    return `the CA certificate expired at ${formatIso(ca.facts.notAfter)}; upload a new one in its place`
  if (ca.facts.notBefore > now)
    return `the CA certificate is valid only from ${formatIso(ca.facts.notBefore)}`
  if (proof.sha256 === ca.facts.sha256)
    return 'it is the CA certificate itself; make another certificate, signed with its key'
  const [name, ...more] = proof.commonNames
  if (name === undefined) return `it has no Common Name; it must be the verification code ${code}`
  if (more.length > 0)
    return `it has ${more.length + 1} Common Names; there must be one, the verification code ${code}`
  if (name.trim() !== code) return `its Common Name is '${name}', but must be the verification code ${code}`
  const decoded = decodeCertificate(der)
  if (!decoded || !ca.publicKey || !isSignedBy(decoded.x509, ca.publicKey)) {
    return proof.selfSigned
      ? "it is signed by its own key; sign it with the CA's key (openssl x509 -req … -CA rootCA.pem -CAkey rootCA.key)"
      : "it is signed by another key than the CA's"
  }
  if (!isStrongDigest(proof)) return `it is signed with ${proof.signatureAlgorithm}; use -sha256`
  if (proof.notAfter < now) return `it expired at ${formatIso(proof.notAfter)}`
  if (proof.notBefore > now)
    return `it is valid only from ${formatIso(proof.notBefore)}, and it is now ${formatIso(now)}; check the clocks`
  return undefined
}
