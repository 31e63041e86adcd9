import Type from 'typebox'
import { explainCertificateBody } from '../../domain/certificate/certificate-wire.ts'
import { readPasted } from '../../pki/pem.ts'
import { ProjectParams } from '../fields/fields.ts'
import { rendered } from '../fields/json-body.ts'
import { operation } from '../operation.ts'
import { DecodedCertificate, ProblemBody } from './decoded-certificate.ts'

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
      certificates: Type.Array(DecodedCertificate),
      problems: Type.Array(ProblemBody, { description: 'Of the text as a whole.' }),
    }),
  ),
  run: ({ clock }, { body, language }) =>
    Promise.resolve(explainCertificateBody(readPasted(body.content), clock.now(), language)),
})
