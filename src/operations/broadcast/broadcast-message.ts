import { Buffer } from 'node:buffer'
import Type from 'typebox'
import { formatBasic } from '../../base/instant.ts'
import { limits as bounds } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import { spaceForCreation } from '../apps/find-space.ts'
import { checkSize } from '../downlinks/answer.ts'
import { isBase64 } from '../downlinks/base64.ts'
import { appId, basicTime, idText, ProjectParams } from '../fields/fields.ts'
import { operation, replyWith } from '../operation.ts'

/**
 * To the devices that are online and have subscribed. `ttl` is checked and kept nowhere: a subscription ends with its
 * connection, so that nobody is left to keep anything for (docs/divergences.md).
 */
export const broadcastMessage = operation({
  id: 'BroadcastMessage',
  method: 'POST',
  url: '/v5/iot/:project_id/broadcast-messages',
  tag: 'broadcast',
  summary:
    'Send a message to all devices of a resource space that are online and have subscribed to its topic; not to those behind a bridge',
  status: 201,
  access: 'write',
  audit: 'broadcast',
  params: ProjectParams,
  body: Type.Object({
    app_id: Type.Optional(appId()),
    topic_full_name: Type.String({
      maxLength: bounds.systemTopicBytesMax,
      pattern: '^\\$oc/broadcast/[^\\u0000#+]+$',
      'x-rule': 'must be $oc/broadcast/ and more, without # or +',
      examples: ['$oc/broadcast/notice'],
    }),
    message: Type.String({ description: 'Base64 of the payload.', examples: ['aGVsbG8='] }),
    ttl: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: bounds.messageTtlMinutesMax,
        multipleOf: bounds.messageTtlMinutesStep,
        default: 0,
      }),
    ),
    message_id: Type.Optional(idText(100)),
  }),
  reply: Type.Object({
    app_id: Type.String(),
    topic_full_name: Type.String(),
    message_id: Type.String(),
    created_time: basicTime(),
  }),
  async run({ store, clock, ids, limits, downlinks }, { body, caller: { projectId } }) {
    const { topic_full_name: topic, message } = body
    const { spaceId } = await spaceForCreation(store, projectId, body.app_id)
    if (!isBase64(message)) throw new Refusal('invalid-input', { field: 'message', rule: 'must be base64' })
    const payload = Buffer.from(message, 'base64')
    checkSize(payload, limits)
    const devices = await downlinks.broadcast({ projectId, spaceId, topic, payload })
    return replyWith(
      {
        app_id: spaceId,
        topic_full_name: topic,
        message_id: body.message_id ?? ids.uuid(),
        created_time: formatBasic(clock.now()),
      },
      { audit: { target: topic, detail: { devices } } },
    )
  },
})
