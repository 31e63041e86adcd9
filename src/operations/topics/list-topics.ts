import Type from 'typebox'
import { operation } from '../operation.ts'

export const listTopics = operation({
  id: 'ListTopics',
  method: 'GET',
  url: '/quayside/v1/topics',
  tag: 'explain',
  summary: 'Every topic of the platform, with its purpose in words',
  status: 200,
  access: 'public',
  reply: Type.Object({
    topics: Type.Array(
      Type.Object({
        name: Type.String(),
        topic: Type.String({ description: 'Parts in braces stand for what the device fills in.' }),
        direction: Type.Union([Type.Literal('up'), Type.Literal('down')], {
          description: 'up: the device publishes; down: it subscribes.',
        }),
        purpose: Type.String(),
        supported: Type.Boolean({ description: 'False for what this platform does not act on yet.' }),
      }),
    ),
  }),
  run: ({ listTopics: list }, { language }) =>
    Promise.resolve({
      topics: list().map(({ purpose, ...topic }) => ({ ...topic, purpose: purpose[language] })),
    }),
})
