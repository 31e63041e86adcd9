import Type from 'typebox'
import { catalogue } from '../../domain/verdict/render.ts'
import { operation } from '../operation.ts'

const Text = Type.Object({ sentence: Type.String(), remedy: Type.String() })

export const listVerdictCodes = operation({
  id: 'ListVerdictCodes',
  method: 'GET',
  url: '/quayside/v1/verdicts',
  tag: 'explain',
  summary: 'Every code that a verdict can have, with its sentence and remedy; parameters stand in braces',
  status: 200,
  access: 'public',
  reply: Type.Object({
    verdicts: Type.Array(
      Type.Object({
        code: Type.String(),
        kind: Type.Union([Type.Literal('connection'), Type.Literal('report')]),
        en: Text,
        zh: Text,
      }),
    ),
  }),
  run: () =>
    Promise.resolve({
      verdicts: catalogue().map(({ code, kind, en, zh }) => ({ code, kind, en: { ...en }, zh: { ...zh } })),
    }),
})
