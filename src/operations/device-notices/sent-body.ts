import Type, { type Static } from 'typebox'
import type { Language } from '../../base/refusal-sentence.ts'
import { renderVerdict } from '../../domain/verdict/render.ts'
import type { SentEvent } from '../../downlink/send-event.ts'

/** What became of an event that was sent at once. */
export const SentBody = Type.Object(
  {
    event_id: Type.String({ description: 'Of the step among the entries of the device.' }),
    sent: Type.Boolean({ description: 'The device was online, and it was handed to its connection.' }),
    code: Type.Optional(Type.String({ description: 'Why it was not sent.' })),
    sentence: Type.Optional(Type.String()),
    remedy: Type.Optional(Type.String()),
  },
  { title: 'SentEvent' },
)

export const sentBody = (
  { eventId, isSent, code }: SentEvent,
  language: Language,
): Static<typeof SentBody> => ({
  event_id: eventId,
  sent: isSent,
  ...(code !== undefined && { code, ...renderVerdict({ code }, language) }),
})
