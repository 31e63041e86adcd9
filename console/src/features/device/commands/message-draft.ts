import type { MessageRequest } from './downlinks.ts'

/** Where it goes: the system topic of messages, one below `…/user/`, or any by its full name. */
export type MessageTopic = 'system' | 'user' | 'full'

/** A message as it stands in the form. */
export interface MessageDraft {
  readonly content: 'text' | 'json' | 'base64'
  readonly text: string
  readonly format: 'standard' | 'raw'
  readonly topic: MessageTopic
  readonly topicText: string
  readonly name: string
  /** Null: as long as the platform keeps any. */
  readonly minutes: number | null
}

export const newMessage: MessageDraft = {
  content: 'text',
  text: '',
  format: 'standard',
  topic: 'system',
  topicText: '',
  name: '',
  minutes: null,
}

export type ReadMessage =
  | { readonly kind: 'message'; readonly message: MessageRequest }
  /** Names of texts in `downlinks.faults`. */
  | { readonly kind: 'fault'; readonly field: 'text' | 'topic'; readonly fault: 'required' | 'json' }

/** To the wire. What only the platform can judge (sizes, signs of a topic) is left to it. */
export function messageOf(draft: MessageDraft): ReadMessage {
  const { content, text, format, topic, name, minutes } = draft
  const topicText = draft.topicText.trim()
  if (text.trim() === '') return { kind: 'fault', field: 'text', fault: 'required' }
  const body = content === 'json' ? parsed(text) : { value: content === 'base64' ? text.trim() : text }
  if (!body) return { kind: 'fault', field: 'text', fault: 'json' }
  if (topic !== 'system' && topicText === '') return { kind: 'fault', field: 'topic', fault: 'required' }
  return {
    kind: 'message',
    message: {
      message: body.value,
      ...(content === 'base64' ? { encoding: 'base64' as const } : { payload_format: format }),
      ...(topic === 'user' && { topic: topicText }),
      ...(topic === 'full' && { topic_full_name: topicText }),
      ...(name.trim() !== '' && { name: name.trim() }),
      ...(minutes !== null && { ttl: minutes }),
    },
  }
}

/** In an object, since `null` is JSON, too. */
function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}
