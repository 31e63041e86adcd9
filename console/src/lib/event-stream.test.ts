import { expect, test } from 'vitest'
import { createEventParser, type StreamEvent } from './event-stream.ts'

function eventsOf(...pieces: readonly string[]): readonly StreamEvent[] {
  const events: StreamEvent[] = []
  const parser = createEventParser((event) => void events.push(event))
  for (const piece of pieces) parser.push(piece)
  return events
}

const text =
  'retry: 3000\n: open\n\nid: 7\nevent: status\ndata: {"a":1}\n\n: still here\n\nid: 8\ndata: x\ndata: y\n\n'
const expected = [
  { id: '7', kind: 'status', data: '{"a":1}' },
  { id: '8', kind: 'message', data: 'x\ny' },
]

test('HTML §9.2.6: events are read; comments and retry are none', () => {
  expect(eventsOf(text)).toEqual(expected)
})

test('it does not matter where the text was cut, nor how lines end', () => {
  expect(eventsOf(...text.split(''))).toEqual(expected)
  expect(eventsOf(...text.replaceAll('\n', '\r\n').split(''))).toEqual(expected)
})

test('an event that is not finished is not handed on', () => {
  expect(eventsOf('id: 7\ndata: x\n')).toEqual([])
})

test('a line without end stops the reading', () => {
  expect(() => eventsOf('data: ', 'x'.repeat(4_000_001))).toThrow(/too long/)
})
