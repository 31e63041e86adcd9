import Type from 'typebox'
import { milliTime } from '../fields/fields.ts'
import { rendered } from '../fields/json-body.ts'

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

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

/** A certificate in words, as `domain/certificate/certificate-wire.ts` makes it. */
export const DecodedCertificateBody = rendered(Type.Object(fields, { title: 'DecodedCertificate' }))
/** The same with the certificate itself. */
export const DecodedCertificateWithPem = rendered(
  Type.Object({ ...fields, pem: Type.String() }, { title: 'DecodedCertificateWithPem' }),
)
