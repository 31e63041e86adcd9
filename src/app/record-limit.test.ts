import { expect, test } from 'vitest'
import { createRecordLimit } from './record-limit.ts'

test('beyond the limit of a second records are counted, and reported with the next second', () => {
  const reports: number[] = []
  const may = createRecordLimit(2, (unrecorded) => reports.push(unrecorded))

  const answers = [1000, 1001, 1002, 1999, 2000].map(may)

  expect(answers).toEqual([true, true, false, false, true])
  expect(reports).toEqual([2])
})

test('a clock that steps back starts a new second', () => {
  const may = createRecordLimit(1, () => undefined)

  expect([may(5000), may(4000), may(4001)]).toEqual([true, true, false])
})
