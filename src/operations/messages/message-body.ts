import Type, { type Static } from 'typebox'
import { formatBasic } from '../../base/instant.ts'
import type { Language } from '../../base/refusal-sentence.ts'
import {
  type Message,
  type MessageProperties,
  messageStatuses,
  messageTopic,
} from '../../domain/downlink/message.ts'
import { deviceId, basicTime, idText, nameText, oneLine } from '../fields/fields.ts'
import { ErrorInfo, errorInfo } from '../downlinks/error-info.ts'

export const MessageParams = Type.Object({
  project_id: Type.String(),
  device_id: deviceId(),
  message_id: idText(100),
})

export const Encoding = Type.Enum(['none', 'base64'], { default: 'none' })
export const PayloadFormat = Type.Enum(['standard', 'raw'], { default: 'standard' })

/** What devices with MQTT 5 are told beside the payload. */
export const Properties = Type.Object({
  correlation_data: Type.Optional(idText(128)),
  response_topic: Type.Optional(nameText(128)),
  user_properties: Type.Optional(
    Type.Array(
      Type.Object({
        prop_key: Type.Optional(idText(128)),
        prop_value: Type.Optional(Type.String({ maxLength: 128, ...oneLine })),
      }),
      { maxItems: 20 },
    ),
  ),
})

export const MessageStatusField = Type.Enum([...messageStatuses])

export const MessageBody = Type.Object({
  message_id: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  message: Type.Optional(Type.Unknown()),
  encoding: Type.Optional(Encoding),
  payload_format: Type.Optional(PayloadFormat),
  topic: Type.Optional(Type.String({ description: 'The full name of the topic that it goes by.' })),
  properties: Type.Optional(Properties),
  status: Type.Optional(MessageStatusField),
  error_info: Type.Optional(ErrorInfo),
  created_time: Type.Optional(basicTime()),
  finished_time: Type.Optional(basicTime()),
})

export function messageBody(message: Message, language: Language): Static<typeof MessageBody> {
  const { code, status } = message
  const topic = messageTopic(message)
  return {
    message_id: message.messageId,
    ...(message.name !== undefined && { name: message.name }),
    message: message.content,
    encoding: message.encoding,
    payload_format: message.payloadFormat,
    topic,
    ...(message.properties && { properties: propertiesBody(message.properties) }),
    status,
    ...(code !== undefined && status !== 'DELIVERED' && { error_info: errorInfo(code, language, { topic }) }),
    ...messageTimes(message),
  }
}

export const messageTimes = ({ createdAt, finishedAt }: Message) => ({
  created_time: formatBasic(createdAt),
  ...(finishedAt !== undefined && { finished_time: formatBasic(finishedAt) }),
})

const propertiesBody = ({
  correlationData,
  responseTopic,
  userProperties,
}: MessageProperties): Static<typeof Properties> => ({
  ...(correlationData !== undefined && { correlation_data: correlationData }),
  ...(responseTopic !== undefined && { response_topic: responseTopic }),
  ...(userProperties && {
    user_properties: userProperties.map(({ key, value }) => ({ prop_key: key, prop_value: value })),
  }),
})

export const readProperties = ({
  correlation_data: correlationData,
  response_topic: responseTopic,
  user_properties: userProperties,
}: Static<typeof Properties>): MessageProperties => ({
  ...(correlationData !== undefined && { correlationData }),
  ...(responseTopic !== undefined && { responseTopic }),
  ...(userProperties && {
    userProperties: userProperties.flatMap(({ prop_key: key, prop_value: value = '' }) =>
      key === undefined ? [] : [{ key, value }],
    ),
  }),
})
