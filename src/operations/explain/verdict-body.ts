import Type from 'typebox'
import { milliTime, orNull } from '../fields/fields.ts'
import { rendered } from '../fields/json-body.ts'
import { PemCertificate } from './decoded-certificate.ts'

const free = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description })
const outcome = () => Type.Union([Type.Literal('accepted'), Type.Literal('refused'), Type.Literal('noted')])
/** In the language of Accept-Language, English or Chinese. */
const sentence = () => Type.String({ description: 'In words.' })
const remedy = () => Type.String({ description: 'What to do about it; empty when there is nothing to do.' })
const code = () => Type.String({ description: 'One of GET /quayside/v1/verdicts.' })

const StepBody = Type.Object({
  name: Type.String(),
  outcome: Type.Union([
    Type.Literal('ok'),
    Type.Literal('failed'),
    Type.Literal('noted'),
    Type.Literal('skipped'),
  ]),
  code: Type.Optional(code()),
  sentence: Type.Optional(sentence()),
  remedy: Type.Optional(remedy()),
  params: Type.Optional(free('Of the sentence.')),
  seen: Type.Optional(free('What was there.')),
  expected: Type.Optional(free('What should have been there.')),
})

const connectionFields = {
  id: Type.Optional(Type.String({ description: 'Position in the log; an explanation has none.' })),
  kind: Type.Literal('connection'),
  outcome: outcome(),
  code: code(),
  sentence: sentence(),
  remedy: remedy(),
  at: milliTime(),
  duration_us: Type.Integer(),
  subject: free('Who it was: device, client id, user name, address, listener, fingerprint.'),
  params: free('Of the sentence.'),
  steps: Type.Array(StepBody, { description: 'In order; the first that failed decided.' }),
  answer: Type.Object(
    {
      mqtt: orNull(Type.Integer()),
      mqtt5: orNull(Type.String()),
      http: orNull(Type.Integer()),
    },
    { description: 'What the peer was told, by protocol; null: it was closed without a word.' },
  ),
}

/** May this connection in? (contracts §2) */
export const ConnectionVerdictBody = rendered(Type.Object(connectionFields, { title: 'ConnectionVerdict' }))
/** With what the client presented. */
export const ConnectionDetailBody = rendered(
  Type.Object(
    {
      ...connectionFields,
      certificates: Type.Array(PemCertificate, {
        description:
          'What the client presented, its own first; empty when it was none, or is no longer kept.',
      }),
    },
    { title: 'ConnectionDetail' },
  ),
)

/** What becomes of a report? (contracts §2) */
export const ReportVerdictBody = rendered(
  Type.Object(
    {
      kind: Type.Literal('report'),
      outcome: outcome(),
      code: code(),
      sentence: sentence(),
      remedy: remedy(),
      params: free('Of the sentence.'),
      services: Type.Array(
        Type.Object({
          service_id: Type.String(),
          time: milliTime(),
          time_source: Type.Union([Type.Literal('device'), Type.Literal('received')]),
          time_code: orNull(code()),
          code: Type.Optional(code()),
          values: Type.Array(
            Type.Object({
              property: Type.String(),
              outcome: Type.Union([Type.Literal('stored'), Type.Literal('refused')]),
              code: Type.Optional(code()),
              sentence: Type.Optional(sentence()),
              remedy: Type.Optional(remedy()),
              seen: Type.Unknown(),
              rule: Type.Optional(free('The rule that refused it.')),
            }),
          ),
        }),
      ),
    },
    { title: 'ReportVerdict' },
  ),
)
