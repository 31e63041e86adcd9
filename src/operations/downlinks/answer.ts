import Type from 'typebox'
import type { DeviceId } from '../../base/ids.ts'
import type { JsonValue } from '../../base/json.ts'
import type { Limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Language } from '../../base/refusal-sentence.ts'
import type { Asked } from '../../downlink/ask.ts'
import { errorInfo } from './error-info.ts'

/** Members that all answers of devices have. */
export const answerFields = {
  response: Type.Optional(Type.Unknown({ description: 'What the device answered; null: it did not.' })),
  error_code: Type.Optional(Type.String({ description: 'IOTDA.014111: the device did not answer in time.' })),
  error_msg: Type.Optional(Type.Unknown()),
}

export interface AnswerBody {
  readonly response: JsonValue
  readonly error_code?: string
  readonly error_msg?: string
}

/**
 * What a device answered, or that it did not in time: that is a good answer, too (northbound §4.7). Refuses what was
 * never sent.
 */
export function answerBody(
  asked: Asked,
  { deviceId, limits, language }: { deviceId: DeviceId; limits: Limits; language: Language },
): AnswerBody {
  switch (asked.kind) {
    case 'answered':
      return { response: asked.answer }
    case 'timeout':
      return { response: null, ...errorInfo('answer-missing', language) }
    case 'crowded':
      throw new Refusal('too-many-waiting', { seconds: limits.answerMillisMax / 1000 })
    case 'unsent':
      if (asked.code === 'downlink-too-large') throw new Refusal('device-packet-limit', { deviceId })
      if (asked.code === 'downlink-queue-full') throw new Refusal('device-busy', { deviceId })
      throw new Refusal('device-offline', { deviceId })
  }
}

/** Refuses a payload that no device can be sent. */
export function checkSize(payload: Uint8Array, { downlinkBytesMax: limit }: Limits): void {
  if (payload.byteLength > limit)
    throw new Refusal('downlink-too-large', { bytes: payload.byteLength, limit })
}
