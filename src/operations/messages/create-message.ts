import { Buffer } from 'node:buffer'
import Type, { type Static } from 'typebox'
import type { JsonValue } from '../../base/json.ts'
import { limits as bounds } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import { messagePayload, type MessageTopic } from '../../domain/downlink/message.ts'
import type { NewMessage } from '../../downlink/messages.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { addresseeOf } from '../downlinks/addressee.ts'
import { checkSize } from '../downlinks/answer.ts'
import { isBase64 } from '../downlinks/base64.ts'
import { basicTime, idText, nameText } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import {
  Encoding,
  messageTimes,
  MessageStatusField,
  PayloadFormat,
  Properties,
  readProperties,
} from './message-body.ts'

const MessageRequest = Type.Object({
  message_id: Type.Optional(idText(100)),
  name: Type.Optional(nameText(128)),
  message: Type.Unknown({ description: 'Text, or any JSON.' }),
  properties: Type.Optional(Properties),
  encoding: Type.Optional(Encoding),
  payload_format: Type.Optional(PayloadFormat),
  topic: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      pattern: '^[A-Za-z0-9_]+(/[A-Za-z0-9_]+)*$',
      'x-rule': 'may hold only letters, digits, _ and single slashes between them',
      description: 'What comes behind $oc/devices/{device_id}/user/; not together with topic_full_name.',
      examples: ['display'],
    }),
  ),
  topic_full_name: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: bounds.systemTopicBytesMax,
      pattern: '^[^\\u0000#+]*$',
      'x-rule': 'must not hold # or +',
      description: 'The whole topic, taken as it is; the device must have subscribed to it.',
      examples: ['/v1/display'],
    }),
  ),
  ttl: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: bounds.messageTtlMinutesMax,
      multipleOf: bounds.messageTtlMinutesStep,
      default: bounds.messageTtlMinutesMax,
      description: 'Minutes for which it is kept for a device that is away; 0: not at all.',
    }),
  ),
})

/** Answers with what became of it so far: a message for a device that is away is PENDING (northbound §4.6). */
export const createMessage = operation({
  id: 'CreateMessage',
  method: 'POST',
  url: '/v5/iot/:project_id/devices/:device_id/messages',
  tag: 'messages',
  summary: 'Send a message to a device',
  status: 201,
  access: 'write',
  audit: 'device.message',
  params: DeviceParams,
  body: MessageRequest,
  reply: Type.Object({
    message_id: Type.String(),
    result: Type.Object({
      status: MessageStatusField,
      created_time: basicTime(),
      finished_time: Type.Optional(basicTime()),
    }),
  }),
  async run({ store, ids, limits, dispatch }, { params, body, caller: { projectId } }) {
    const device = await requireDevice(store, projectId, params.device_id)
    const draft: NewMessage = {
      projectId,
      deviceKey: device.key,
      ...(await addresseeOf(store, device)),
      messageId: body.message_id ?? ids.uuid(),
      ...(body.name !== undefined && { name: body.name }),
      ...readContent(body),
      topic: readTopic(body),
      ...(body.properties && { properties: readProperties(body.properties) }),
      ttlMinutes: body.ttl ?? limits.messageTtlMinutesMax,
    }
    checkSize(messagePayload(draft), limits)
    const message = await dispatch.messages.create(draft)
    if (message === 'exists')
      throw new Refusal('message-exists', { deviceId: device.deviceId, messageId: draft.messageId })
    return {
      message_id: message.messageId,
      result: { status: message.status, ...messageTimes(message) },
    }
  },
})

/** Base64 is handed through as the bytes it stands for, so its format is `raw` whatever was said (device protocol §3.2). */
function readContent({
  message,
  encoding = 'none',
  payload_format: payloadFormat = 'standard',
}: Static<typeof MessageRequest>): Pick<NewMessage, 'content' | 'encoding' | 'payloadFormat'> {
  if (encoding === 'none') return { content: message as JsonValue, encoding, payloadFormat }
  if (typeof message !== 'string' || !isBase64(message))
    throw new Refusal('invalid-input', { field: 'message', rule: 'must be base64' })
  return { content: message, encoding, payloadFormat: 'raw' }
}

function readTopic({ topic, topic_full_name: name }: Static<typeof MessageRequest>): MessageTopic {
  if (topic !== undefined && name !== undefined)
    throw new Refusal('invalid-input', { field: 'topic', rule: 'must not be given with topic_full_name' })
  if (topic !== undefined) return { kind: 'user', suffix: topic }
  if (name === undefined) return { kind: 'system' }
  const bytes = Buffer.byteLength(name)
  const limit = name.startsWith('$oc/') ? bounds.systemTopicBytesMax : bounds.customTopicBytesMax
  if (bytes > limit)
    throw new Refusal('invalid-input', {
      field: 'topic_full_name',
      rule: `must be at most ${limit} bytes, not ${bytes}`,
    })
  return { kind: 'full', name }
}
