import Type, { type Static } from 'typebox'
import { formatIso } from '../../base/instant.ts'
import type { ConfigTask } from '../../domain/device-event/configuration.ts'
import { anyObject, deviceId, milliTime } from '../fields/fields.ts'
import { SentBody } from './sent-body.ts'

export const ConfigTaskParams = Type.Object({
  project_id: Type.String(),
  device_id: deviceId(),
  task_id: Type.String({ maxLength: 64 }),
})

export const ConfigTaskBody = Type.Object(
  {
    task_id: Type.String(),
    state: Type.Enum(['pending', 'succeeded', 'failed', 'timeout', 'superseded', 'cancelled']),
    config_content: anyObject('Free JSON object for the device.'),
    create_time: milliTime(),
    expire_time: milliTime(),
    attempts: Type.Integer({ description: 'How often it was sent.' }),
    sent_time: Type.Optional(milliTime()),
    end_time: Type.Optional(milliTime()),
    result_code: Type.Optional(Type.Integer({ description: 'What the device answered; 0: applied.' })),
    description: Type.Optional(Type.String({ description: 'What the device answered.' })),
    delivery: Type.Optional(SentBody),
  },
  { title: 'ConfigTask' },
)

export const configTaskBody = (task: ConfigTask): Static<typeof ConfigTaskBody> => ({
  task_id: task.key,
  state: task.state,
  config_content: task.content,
  create_time: formatIso(task.createdAt),
  expire_time: formatIso(task.expiresAt),
  attempts: task.attempts,
  ...(task.sentAt !== undefined && { sent_time: formatIso(task.sentAt) }),
  ...(task.endedAt !== undefined && { end_time: formatIso(task.endedAt) }),
  ...(task.resultCode !== undefined && { result_code: task.resultCode }),
  ...(task.description !== undefined && { description: task.description }),
})
