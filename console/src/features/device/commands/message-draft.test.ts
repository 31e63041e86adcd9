import { expect, test } from 'vitest'
import { type MessageDraft, messageOf, newMessage } from './message-draft.ts'

const read = (part: Partial<MessageDraft>) => messageOf({ ...newMessage, ...part })

test('text goes as it is, JSON as JSON, base64 with its encoding and no form of its own', () => {
  expect(read({ text: ' hello ' })).toEqual({
    kind: 'message',
    message: { message: ' hello ', payload_format: 'standard' },
  })
  expect(read({ content: 'json', text: '{"a":1}', format: 'raw' })).toEqual({
    kind: 'message',
    message: { message: { a: 1 }, payload_format: 'raw' },
  })
  expect(read({ content: 'json', text: 'null' })).toMatchObject({ message: { message: null } })
  expect(read({ content: 'base64', text: 'AAE=\n' })).toEqual({
    kind: 'message',
    message: { message: 'AAE=', encoding: 'base64' },
  })
})

test('a topic is named in one way alone, and what is empty is left out', () => {
  expect(read({ text: 'x', topic: 'user', topicText: ' display ' })).toMatchObject({
    message: { topic: 'display' },
  })
  const full = read({ text: 'x', topic: 'full', topicText: '/v1/x', name: ' n ', minutes: 0 })
  expect(full).toEqual({
    kind: 'message',
    message: { message: 'x', payload_format: 'standard', topic_full_name: '/v1/x', name: 'n', ttl: 0 },
  })
})

test('what is missing is told where it is missing', () => {
  expect(read({})).toEqual({ kind: 'fault', field: 'text', fault: 'required' })
  expect(read({ content: 'json', text: '{' })).toEqual({ kind: 'fault', field: 'text', fault: 'json' })
  expect(read({ text: 'x', topic: 'user' })).toEqual({ kind: 'fault', field: 'topic', fault: 'required' })
})
