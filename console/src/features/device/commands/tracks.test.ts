import { expect, test } from 'vitest'
import type { LogEntry } from '../../../api/events.ts'
import type { DownlinkBody } from '../../../api/log-bodies.ts'
import { stateOf, subjectOf, tracksOf, withEntries } from './tracks.ts'

const step = (position: string, id: string, part: Partial<DownlinkBody>): LogEntry => ({
  position,
  at: `2026-11-22T12:00:00.${position.padStart(3, '0')}Z`,
  kind: 'downlink',
  body: { type: 'command', id, state: 'pending', ...part },
})
const answer = (position: string, id: string, payload: string): LogEntry => ({
  position,
  at: '2026-11-22T12:00:01.000Z',
  kind: 'response',
  body: { topic: 't', payload, payload_encoding: 'utf8', request_id: id },
})
const payload = '{"service_id":"Lamp","command_name":"switch","paras":{}}'

test('steps of one id become one track, in the order of the log, whatever order they come in', () => {
  const [track, ...others] = tracksOf([
    step('10', 'a', { state: 'sent' }),
    answer('11', 'a', '{"result_code":0}'),
    step('9', 'a', { topic: 'down', payload, payload_encoding: 'utf8' }),
    step('12', 'a', { state: 'answered' }),
  ])

  expect(others).toEqual([])
  expect(track).toMatchObject({ id: 'a', topic: 'down', payload, isText: true, answer: '{"result_code":0}' })
  expect(track?.steps.map(({ state }) => state)).toEqual(['pending', 'sent', 'answered'])
})

test('what the stream brings goes on with what was read, and nothing counts twice', () => {
  const read = tracksOf([step('1', 'a', { payload }), step('2', 'b', { type: 'property-get' })])
  const after = withEntries(read, [
    step('2', 'b', { type: 'property-get' }),
    step('3', 'a', { state: 'timeout', code: 'answer-missing', sentence: 'No answer.', remedy: 'Answer.' }),
  ])

  expect(after.map(({ id }) => id)).toEqual(['b', 'a'])
  expect(after[0]?.steps).toHaveLength(1)
  expect(after[1]?.trouble).toEqual({ code: 'answer-missing', sentence: 'No answer.', remedy: 'Answer.' })
})

test('an answer that is no answer to anything here is passed over', () => {
  expect(tracksOf([answer('1', 'unknown', '{}')])).toEqual([])
})

test('an answer may overtake the PUBACK', () => {
  const [track] = tracksOf([
    step('1', 'a', { payload }),
    step('2', 'a', { state: 'answered' }),
    step('3', 'a', { state: 'delivered' }),
  ])

  expect(track && stateOf(track)).toBe('answered')
})

test('a payload says what it asks for', () => {
  expect(subjectOf({ payload, isText: true })).toBe('Lamp · switch')
  const set = '{"services":[{"service_id":"Env","properties":{"a":1,"b":2}}]}'
  expect(subjectOf({ payload: set, isText: true })).toBe('Env: a, b')
  for (const other of ['{}', 'text', '[1]', 'null', undefined])
    expect(subjectOf({ payload: other, isText: true })).toBeUndefined()
  expect(subjectOf({ payload, isText: false })).toBeUndefined()
})
