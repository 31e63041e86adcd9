import { expect, test } from 'vitest'
import { decodedPayload, matches, TAIL_MAX, tailEntry, type TailEntry, withNewest } from './tail-entries.ts'

const aMessage = (position: string, part: { at?: string; payload?: string } = {}): TailEntry => ({
  position,
  at: part.at ?? '2026-11-22T12:00:00.000Z',
  kind: 'message-up',
  deviceId: 'lamp',
  body: {
    topic: '$oc/devices/lamp/sys/messages/up',
    payload: part.payload ?? '{"hello":1}',
    payload_encoding: 'utf8',
  },
})

const positions = (entries: readonly TailEntry[]) => entries.map(({ position }) => position)

test('entries of the stream and of the log become one list, newest first, none of them twice', () => {
  const known = [aMessage('11', { at: '2026-11-22T12:00:00.002Z' }), aMessage('9')]

  const all = withNewest(known, [aMessage('10'), aMessage('11'), aMessage('8')])

  expect(positions(all)).toEqual(['11', '10', '9', '8'])
})

test('nothing new leaves the very same list', () => {
  const known = [aMessage('1')]

  expect(withNewest(known, [aMessage('1')])).toBe(known)
})

test('only so many lines are kept, and fewer when they are large', () => {
  const many = Array.from({ length: TAIL_MAX + 50 }, (_, n) => aMessage(String(1000 + n)))
  const large = Array.from({ length: 50 }, (_, n) =>
    aMessage(String(1000 + n), { payload: 'x'.repeat(1_000_000) }),
  )

  expect(withNewest([], many)).toHaveLength(TAIL_MAX)
  expect(withNewest([], many)[0]?.position).toBe(String(1000 + TAIL_MAX + 49))
  expect(withNewest([], large)).toHaveLength(8)
})

test('a text is found in the device, the topic and the payload, in either case', () => {
  const entry = aMessage('1', { payload: '{"Temperature":21}' })

  for (const text of ['LAMP', 'messages/up', '"temperature":21', ''])
    expect(matches(entry, { text })).toBe(true)
  expect(matches(entry, { text: 'humidity' })).toBe(false)
  expect(matches(entry, { text: '', kind: 'report' })).toBe(false)
  expect(matches(entry, { text: '', outcome: 'refused' })).toBe(false)
})

test('a change that people made is no packet', () => {
  expect(tailEntry({ position: '1', at: '', kind: 'audit', body: {} })).toBeUndefined()
  expect(tailEntry({ position: '1', at: '', kind: 'status', body: {} })?.kind).toBe('status')
})

test('a payload is shown as JSON, as text, or not at all when it is neither', () => {
  const body = { topic: '', payload_encoding: 'utf8' } as const

  expect(decodedPayload({ ...body, payload: '{"a":1}' })).toBe('{\n  "a": 1\n}')
  expect(decodedPayload({ ...body, payload: 'hello' })).toBe('hello')
  expect(decodedPayload({ ...body, payload_encoding: 'base64', payload: 'AAE=' })).toBeUndefined()
})
