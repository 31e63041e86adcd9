import Type from 'typebox'
import type { Instant } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'
import { decodedCertificateBody } from '../../domain/certificate/certificate-wire.ts'
import type { Language } from '../../domain/verdict/render.ts'
import { decodeCertificate } from '../../pki/decode.ts'
import { toPem } from '../../pki/pem.ts'
import { milliTime, orNull } from '../fields/fields.ts'
import { rendered } from '../fields/json-body.ts'

export const ProblemBody = Type.Object({
  code: Type.String(),
  sentence: Type.String(),
  remedy: Type.String(),
  params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})
const fields = {
  subject: Type.String(),
  issuer: Type.String(),
  common_names: Type.Array(Type.String()),
  serial: Type.String({ description: 'Lower-case hex.' }),
  version: Type.Integer(),
  not_before: milliTime(),
  not_after: milliTime(),
  key: Type.Object({
    type: Type.String(),
    bits: Type.Integer(),
    curve: orNull(Type.String()),
    text: Type.String(),
  }),
  signature_algorithm: Type.String(),
  signature_digest: Type.String(),
  is_ca: orNull(Type.Boolean({ description: 'Basic constraints; null when it has none.' })),
  path_length: orNull(Type.Integer()),
  key_usage: orNull(Type.Array(Type.String())),
  extended_key_usage: orNull(Type.Array(Type.String())),
  subject_alt_names: Type.Array(Type.String()),
  extensions: Type.Array(
    Type.Object({ oid: Type.String(), name: orNull(Type.String()), critical: Type.Boolean() }),
  ),
  self_signed: Type.Boolean(),
  fingerprints: Type.Object({ sha1: Type.String(), sha256: Type.String() }),
  problems: Type.Array(ProblemBody, { description: 'What speaks against it as a device certificate.' }),
}

/** A certificate taken apart, as `domain/certificate/certificate-wire.ts` renders it. */
export const DecodedCertificate = Type.Object(fields, { title: 'DecodedCertificate' })
/** The same with its text, for who wants to keep it. */
export const PemCertificate = rendered(
  Type.Object({ ...fields, pem: Type.String() }, { title: 'PemCertificate' }),
)

/** What a client presented (DER, leaf first), decoded; what cannot be read is left out. */
export function pemCertificateBodies(
  certificates: readonly Uint8Array[],
  now: Instant,
  language: Language,
): JsonObject[] {
  return certificates.flatMap((der, index) => {
    const decoded = decodeCertificate(der)
    if (!decoded) return []
    const use = index === 0 ? 'device' : 'issuer'
    return [{ ...decodedCertificateBody(decoded.facts, use, now, language), pem: toPem(der) }]
  })
}
