import { expect, test } from 'vitest'
import { createRecordLimit } from './record-limit.ts'

test('beyond the limit of a second records are counted, and reported with the next second', () => {
  const reports: number[] = []
  const may = createRecordLimit({ perSecondMax: 2, perSourceMax: 2 }, (unrecorded) =>
    reports.push(unrecorded),
  )

  const answers = [1000, 1001, 1002, 1999, 2000].map((at) => may(at, 'a'))

  expect(answers).toEqual([true, true, false, false, true])
  expect(reports).toEqual([2])
})

test('a noisy source leaves room for the others', () => {
  const may = createRecordLimit({ perSecondMax: 3, perSourceMax: 2 }, () => undefined)

  const answers = ['a', 'a', 'a', 'b', 'c'].map((source) => may(1000, source))

  expect(answers).toEqual([true, true, false, true, false])
  expect(may(2000, 'a')).toBe(true)
})

test('records that weigh are counted by their weight; one without any always may be written', () => {
  const may = createRecordLimit({ perSecondMax: 100, perSourceMax: 60 }, () => undefined)

  expect([may(1000, 'a', 50), may(1000, 'a', 11), may(1000, 'a', 10)]).toEqual([true, false, true])
  expect([may(1000, 'b', 41), may(1000, 'b', 40), may(1000, 'c', 1)]).toEqual([false, true, false])
  expect(may(1000, 'c', 0)).toBe(true)
})

test('a clock that steps back starts a new second', () => {
  const may = createRecordLimit({ perSecondMax: 1, perSourceMax: 1 }, () => undefined)

  expect([may(5000, 'a'), may(4000, 'a'), may(4001, 'a')]).toEqual([true, true, false])
})
