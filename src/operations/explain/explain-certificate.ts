import Type from 'typebox'
import { explainCertificateBody } from '../../domain/certificate/certificate-wire.ts'
import { readPasted } from '../../pki/pem.ts'
import { milliTime, ProjectParams } from '../fields/fields.ts'
import { rendered } from '../fields/json-body.ts'
import { operation } from '../operation.ts'

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])
const ProblemBody = Type.Object({
  code: Type.String(),
  sentence: Type.String(),
  remedy: Type.String(),
  params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})
const CertificateBody = Type.Object({
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
})

export const explainCertificate = operation({
  id: 'ExplainCertificate',
  method: 'POST',
  url: '/quayside/v1/:project_id/explain/certificate',
  tag: 'explain',
  summary: 'What is this text? Certificates decoded, with fingerprints and problems; nothing is kept',
  status: 200,
  access: 'read',
  params: ProjectParams,
  body: Type.Object({ content: Type.String({ description: 'PEM, or whatever it is that you have.' }) }),
  reply: rendered(
    Type.Object({
      kind: Type.Union(
        ['certificates', 'too-many', 'private-key', 'der', 'unreadable'].map((kind) => Type.Literal(kind)),
        { description: 'What the text turned out to be.' },
      ),
      certificates: Type.Array(CertificateBody),
      problems: Type.Array(ProblemBody, { description: 'Of the text as a whole.' }),
    }),
  ),
  run: ({ clock }, { body, language }) =>
    Promise.resolve(explainCertificateBody(readPasted(body.content), clock.now(), language)),
})
