import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatBasic, formatIso } from '../../base/instant.ts'
import type { JsonValue } from '../../base/json.ts'
import { decideEventTime } from './event-time.ts'

interface Case {
  readonly id: string
  readonly event_time?: JsonValue
  readonly source?: string
  readonly expected_event_time: string
  readonly expected_event_time_ms: string
  readonly note: string
}
const vectors = JSON.parse(
  readFileSync(new URL('../../../tests/vectors/device-protocol-vectors.json', import.meta.url), 'utf8'),
) as { event_time: { receive_time: string; cases: Case[]; lenient_option: Case[] } }
const { receive_time: receiveTime, cases, lenient_option: lenientCases } = vectors.event_time
const receivedAt = Date.parse(receiveTime)

test.for(cases)('device protocol §4.1, vector $id: $note', (vector) => {
  const { time, timeSource } = decideEventTime(vector.event_time, receivedAt)

  expect(formatBasic(time)).toBe(vector.expected_event_time)
  expect(formatIso(time)).toBe(vector.expected_event_time_ms)
  expect(timeSource).toBe(vector.source === 'device' ? 'device' : 'received')
})

test.for(lenientCases)('device protocol §4.1, vector $id: taken only with the lenient option', (vector) => {
  const lenient = decideEventTime(vector.event_time, receivedAt, { lenient: true })
  const strict = decideEventTime(vector.event_time, receivedAt)

  expect(formatIso(lenient.time)).toBe(vector.expected_event_time_ms)
  expect(lenient.timeSource).toBe('device')
  expect(strict.timeSource).toBe('received')
})

test('device protocol §4.1: the lenient option still refuses times that no calendar has', () => {
  expect(decideEventTime('2023-02-29T00:00:00Z', receivedAt, { lenient: true })).toEqual({
    time: receivedAt,
    timeSource: 'received',
    timeCode: 'event-time-malformed',
  })
})

test('S11: a malformed time is told by a code; one that was not sent is not', () => {
  expect(decideEventTime('yesterday', receivedAt).timeCode).toBe('event-time-malformed')
  for (const absent of [undefined, null, ''])
    expect(decideEventTime(absent, receivedAt).timeCode).toBeUndefined()
})
