import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createPortions } from './portions.ts'

test('R12: what comes at once is begun in portions, in its order, one a turn of the event loop', async () => {
  const begun: number[] = []
  const portions = createPortions<number>(2, (item) => begun.push(item))

  for (const item of [1, 2, 3, 4, 5]) portions.add(item)
  const counts = [begun.length]
  while (begun.length < 5) {
    await nextTurn()
    counts.push(begun.length)
  }

  expect(begun).toEqual([1, 2, 3, 4, 5])
  expect(counts.every((count, index) => index === 0 || count - (counts[index - 1] ?? 0) <= 2)).toBe(true)
})

test('what comes later is begun at once again', async () => {
  const begun: string[] = []
  const portions = createPortions<string>(1, (item) => begun.push(item))
  portions.add('a')
  await nextTurn()
  await nextTurn()

  portions.add('b')

  expect(begun).toEqual(['a', 'b'])
})
