import { expect, test } from 'vitest'
import { openStep, type Step, ticked } from './progress.ts'

const steps = (...done: readonly boolean[]): readonly Step[] =>
  (['product', 'model', 'ca-certificate'] as const).map((step, at) => ({ step, done: done[at] ?? false }))

test('the open step is the first that is not done, whatever comes after it', () => {
  expect(openStep(steps(true, false, true))).toBe('model')
  expect(openStep(steps(true, true, true))).toBeUndefined()
})

test('what ticked is what was not done before: nothing when the page has just come', () => {
  expect(ticked(steps(true), steps(true, true))).toEqual(['model'])
  expect(ticked([], steps(true, true))).toEqual([])
})
