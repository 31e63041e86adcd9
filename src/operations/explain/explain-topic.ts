import Type from 'typebox'
import { limits } from '../../base/limits.ts'
import { renderVerdict } from '../../domain/verdict/render.ts'
import { requireDevice } from '../devices/find-device.ts'
import { deviceId, ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'

export const explainTopic = operation({
  id: 'ExplainTopic',
  method: 'POST',
  url: '/quayside/v1/:project_id/explain/topic',
  tag: 'explain',
  summary:
    'May this device publish, or subscribe, to this topic? Judged as a listener would; nothing is sent',
  status: 200,
  access: 'read',
  params: ProjectParams,
  body: Type.Object({
    device_id: deviceId(),
    action: Type.Enum(['publish', 'subscribe']),
    topic: Type.String({
      minLength: 1,
      maxLength: limits.topicBytesMax,
      description: 'A topic, or the filter of a subscription.',
      examples: ['/v1/meter_1/up'],
    }),
    client_id: Type.Optional(
      Type.String({
        maxLength: 256,
        description: 'What ${devices.clientId} stands for; without it the device id.',
      }),
    ),
  }),
  reply: Type.Object(
    {
      outcome: Type.Enum(['accepted', 'refused']),
      code: Type.String({
        description: 'publish-denied, subscribe-not-allowed, topic-foreign and the like.',
      }),
      sentence: Type.String({ description: 'In words: which statement of which policy says so.' }),
      remedy: Type.String({ description: 'What to do about it; empty when there is nothing to do.' }),
      params: Type.Record(Type.String(), Type.Unknown(), {
        description: 'Of the sentence: policy, statement (from 1), bound_to.',
      }),
    },
    { title: 'TopicAnswer' },
  ),
  async run({ store, explainTopic: explain }, { body, caller, language }) {
    const { action, topic } = body
    const device = await requireDevice(store, caller.projectId, body.device_id)
    const clientId = body.client_id ?? device.deviceId
    const { outcome, code, params } = await explain({ device, clientId, action, topic })
    return { outcome, code, params: { ...params }, ...renderVerdict({ code, params }, language) }
  },
})
