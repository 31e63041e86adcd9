import type { CertificateFacts, PastedCertificates } from '../../base/chain-facts.ts'
import { describeKey } from '../../base/certificate-strength.ts'
import { formatIso, type Instant } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'
import { Refusal } from '../../base/refusal.ts'
import { refusalSentence } from '../../base/refusal-sentence.ts'
import { type Language, renderVerdict } from '../verdict/render.ts'
import { issuerProblems, leafProblems } from './leaf-problems.ts'

/**
 * The answer of "what is this text?": each certificate decoded, with all fingerprints and what speaks against it as a
 * device certificate. Takes what `pki/pem.ts` read; a text that is none gets its problem and no certificates, and
 * nothing of a private key is repeated (safety X7).
 */
export function explainCertificateBody(
  pasted: PastedCertificates,
  now: Instant,
  language: Language,
): JsonObject {
  switch (pasted.kind) {
    case 'certificates': {
      const certificates = pasted.certificates.map(({ facts }) =>
        decodedCertificateBody(facts, 'device', now, language),
      )
      return { kind: 'certificates', certificates, problems: [] }
    }
    case 'too-many':
      return unusable(pasted.kind, new Refusal('certificate-bundle', { count: pasted.count }), language)
    case 'private-key':
      return unusable(pasted.kind, new Refusal('certificate-is-private-key'), language)
    case 'der':
      return unusable(pasted.kind, new Refusal('certificate-is-der'), language)
    case 'unreadable':
      return unusable(pasted.kind, new Refusal('certificate-unreadable', { detail: pasted.detail }), language)
  }
}

const unusable = (kind: string, refusal: Refusal, language: Language): JsonObject => ({
  kind,
  certificates: [],
  problems: [{ code: refusal.refusal, sentence: refusalSentence(refusal, language), remedy: '' }],
})

/** One certificate decoded, with what speaks against it as that of a device, or as one that signs others. */
export function decodedCertificateBody(
  facts: CertificateFacts,
  use: 'device' | 'issuer',
  now: Instant,
  language: Language,
): JsonObject {
  const problems = use === 'device' ? leafProblems(facts, now) : issuerProblems(facts, now)
  return {
    subject: facts.subject,
    issuer: facts.issuer,
    common_names: facts.commonNames,
    serial: facts.serial,
    version: facts.version,
    not_before: formatIso(facts.notBefore),
    not_after: formatIso(facts.notAfter),
    key: {
      type: facts.key.type,
      bits: facts.key.bits,
      curve: facts.key.curve ?? null,
      text: describeKey(facts.key),
    },
    signature_algorithm: facts.signatureAlgorithm,
    signature_digest: facts.signatureDigest,
    is_ca: facts.isCa ?? null,
    path_length: facts.pathLength ?? null,
    key_usage: facts.keyUsage ?? null,
    extended_key_usage: facts.extendedKeyUsage ?? null,
    subject_alt_names: facts.subjectAltNames,
    extensions: facts.extensions.map(({ oid, name, critical }) => ({ oid, name: name ?? null, critical })),
    self_signed: facts.selfSigned,
    fingerprints: { sha1: facts.sha1, sha256: facts.sha256 },
    problems: problems.map(({ code, params }) => ({
      code,
      ...renderVerdict({ code, params }, language),
      params,
    })),
  }
}
