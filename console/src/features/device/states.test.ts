import { expect, test } from 'vitest'
import { statesOf } from './states.ts'

const rows = (...reports: readonly (readonly [number, unknown])[]) =>
  reports
    .map(([time, state]) => ({ key: String(time), time, receivedAt: time, values: { state } }))
    .toReversed()

test('a state lasts from its first report to the report of the next one', () => {
  expect(statesOf(rows([0, 'on'], [10, 'on'], [20, 'off'], [30, 'off']), 'state', 0)).toEqual([
    { value: 'on', from: 0, to: 20 },
    { value: 'off', from: 20, to: 30 },
  ])
})

test('in a long silence nothing is claimed', () => {
  expect(statesOf(rows([0, 'on'], [10, 'on'], [20, 'on'], [500, 'on']), 'state', 0)).toEqual([
    { value: 'on', from: 0, to: 20 },
    { value: 'on', from: 500, to: 500 },
  ])
})

test('one report is a state without length; objects are told by what they hold', () => {
  expect(statesOf(rows([5, { a: 1 }]), 'state', 0)).toEqual([{ value: '{"a":1}', from: 5, to: 5 }])
  expect(statesOf(rows([5, 1]), 'other', 0)).toEqual([])
})

test('what comes in bursts is one state, as long as the breaks are too short to be seen', () => {
  expect(statesOf(rows([0, 'on'], [0, 'on'], [0, 'on'], [10, 'on'], [10, 'on']), 'state', 5)).toEqual([
    { value: 'on', from: 0, to: 10 },
  ])
})
